import FluvioProtocol
import FluvioTransport
import Synchronization
import Unix

/// One client of a server: reads its requests, keeps its streams, owes its answers.
///
/// Everything happens on the thread of the connection's loop. What waits (for replicas, for fsync(2), for records)
/// waits in queues of partitions and holds up nobody.
final class SpuConnection: FrameHandler {
    /// What an answer waits for.
    struct Wait: Sendable {
        var deadline: Timer?
        var partitions: [(partition: Partition, id: UInt64)] = []

        func cancel(on loop: EventLoop) {
            if let deadline { loop.cancel(deadline) }
            for (partition, id) in partitions { partition.forget(id) }
        }
    }

    struct State {
        var streams: [UInt32: SpuStream] = [:]
        var lastStream: UInt32 = 0
        var produces = ProduceQueue()
        /// What is to be undone when an answer is sent or will never be, by its number in the queue.
        var waits: [UInt64: Wait] = [:]
        var isFinished = false
    }

    /// More queued bytes than this, and nothing more is read until the client has taken them: what it does not read, it
    /// cannot ask for without end.
    private static let maximumQueue = 64 << 20

    let service: SpuService
    let connection: ServedConnection
    let state = Mutex(State())

    init(_ service: SpuService, _ connection: ServedConnection) {
        self.service = service
        self.connection = connection
    }

    func received(_ frame: consuming IncomingFrame, on connection: ServedConnection) {
        if let delay = service.faults?.delay(of: service.id) { Unix.sleep(delay) }
        do throws(WireError) {
            let (header, body) = try Self.header(of: frame)
            try handle(&frame, body, header)
        } catch {
            // As a real server: who speaks nonsense is not answered.
            service.peers.refused(connection, error)
            return connection.close()
        }
        if connection.queuedBytes > Self.maximumQueue { connection.pauseReading() }
    }

    func writable(on connection: ServedConnection) { connection.resumeReading() }

    /// The client sends no more. What it is owed is sent first: a producer that drains its connection takes the end as
    /// the word that all it sent has been seen to.
    func finished(on connection: ServedConnection) {
        let isIdle = state.withLock { state in
            state.isFinished = true
            return state.produces.isEmpty
        }
        if isIdle { connection.close() }
    }

    func closed(_ error: TransportError?, on connection: ServedConnection) {
        let (waits, streams) = state.withLock { state in
            defer { state = State() }
            return (state.waits, state.streams)
        }
        for wait in waits.values { wait.cancel(on: service.loop) }
        for stream in streams.values {
            if let watch = stream.watch { stream.partition.forget(watch) }
        }
        service.forget(self)
        service.peers.ended(error)
    }

    private static func header(of frame: borrowing IncomingFrame) throws(WireError) -> (RequestHeader, Range<Int>) {
        let range = frame.requestRange
        var reader = WireReader(frame.bytes, range: range, version: 0)
        var header = RequestHeader()
        try header.code(with: &reader)
        return (header, reader.position..<range.upperBound)
    }

    private func handle(
        _ frame: inout IncomingFrame, _ body: Range<Int>, _ header: RequestHeader
    ) throws(WireError) {
        guard let api = StreamingAPI(rawValue: header.apiKey) else {
            throw WireError(.unknownTag(type: "StreamingAPI", tag: Int(header.apiKey)), at: 0)
        }
        switch api {
        case .apiVersions: try answer(read(frame, body, header) as ApiVersionsRequest, header)
        case .produce: try produce(&frame, body, header)
        case .fetch: try answer(read(frame, body, header) as FetchRequest, header)
        case .fetchOffsets: try answer(read(frame, body, header) as FetchOffsetsRequest, header)
        case .streamFetch: try open(read(frame, body, header) as StreamFetchRequest, header)
        case .updateOffsets: try answer(read(frame, body, header) as UpdateOffsetsRequest, header)
        case .updateConsumerOffset: try answer(read(frame, body, header) as UpdateConsumerOffsetRequest, header)
        case .deleteConsumerOffset: try answer(read(frame, body, header) as DeleteConsumerOffsetRequest, header)
        case .fetchConsumerOffsets: try answer(read(frame, body, header) as FetchConsumerOffsetsRequest, header)
        case .startMirror: throw WireError(.invalid("mirroring is not offered"), at: 0)
        }
    }

    private func read<R: WireRequest>(
        _ frame: borrowing IncomingFrame, _ body: Range<Int>, _ header: RequestHeader
    ) throws(WireError) -> R {
        try R(decoding: frame.bytes, range: body, version: header.apiVersion)
    }

    /// Sends the answer to a request.
    func reply<R: WireCodable>(_ response: R, to header: RequestHeader) throws(WireError) {
        connection.send(
            try response.responseFrame(version: header.apiVersion, correlationID: header.correlationID))
    }

    private func answer(_ request: ApiVersionsRequest, _ header: RequestHeader) throws(WireError) {
        var ranges = LocalVersions.streamingRanges
        // As a real server: a client too old to name its version gets streams that it understands.
        if request.clientVersion.isEmpty {
            for index in ranges.indices where ranges[index].key == StreamingAPI.streamFetch.rawValue {
                ranges[index].maximum = 15
            }
        }
        try reply(ApiVersionsResponse(ranges: ranges, platformVersion: "0.0.0"), to: header)
    }
}
