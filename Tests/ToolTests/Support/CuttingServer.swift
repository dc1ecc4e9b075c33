import FluvioProtocol
import Foundation
import Glibc
import Synchronization
import TestSupport
import Unix

/// Stands between clients and a cluster, and answers streams as a real SPU does: one response at a time, cut at the
/// number of bytes that were asked for, in the middle of a batch; the next when the end of the last is acknowledged.
final class CuttingServer: Sendable {
    /// Where clients begin.
    let port: UInt16
    private let listeners: [CInt]
    /// How many responses were cut.
    var cuts: Int { counter.withLock { $0 } }
    private let counter = Mutex(0)

    init(before cluster: TestCluster) throws {
        let (controller, port) = try Self.listen()
        let (spu, spuPort) = try Self.listen()
        (self.port, listeners) = (port, [controller, spu])
        let (from, to) = (Batches.bigEndian(cluster.spuPort), Batches.bigEndian(spuPort))
        let (controllerPort, realPort) = (cluster.port, cluster.spuPort)
        Self.serve(controller) { client in
            let server = try TestClient(port: controllerPort)
            try Self.relay(client, server) { Self.replacing(from, by: to, in: $0) }
        }
        Self.serve(spu) { [weak self] client in
            var streams = CutStreams(client, try TestClient(port: realPort)) { self?.counter.withLock { $0 += 1 } }
            while true { try streams.next() }
        }
    }

    deinit { for listener in listeners { shutdown(listener, CInt(SHUT_RDWR)) } }

    private static func listen() throws -> (CInt, UInt16) {
        while true {
            let port = try Ports.free()
            let descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = port.bigEndian
            address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
            let bound = unsafe withUnsafePointer(to: &address) { pointer in
                unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                    unsafe bind(descriptor, pointer, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
            if bound == 0, Glibc.listen(descriptor, 16) == 0 { return (descriptor, port) }
            close(descriptor)
        }
    }

    /// A thread for each connection; what goes wrong ends it.
    private static func serve(_ listener: CInt, _ body: @escaping @Sendable (TestClient) throws -> Void) {
        Thread.detachNewThread {
            while true {
                let raw = accept(listener, nil, nil)
                guard raw >= 0 else { return }
                Thread.detachNewThread { try? body(TestClient(accepted: FileDescriptor(owning: raw))) }
            }
        }
    }

    /// Hands frames on in both directions, changed on the way to the client.
    private static func relay(_ client: TestClient, _ server: TestClient, _ change: ([UInt8]) -> [UInt8]) throws {
        while true {
            var sets = [client, server].map { pollfd(fd: $0.descriptor, events: Int16(POLLIN), revents: 0) }
            guard unsafe poll(&sets, 2, 60_000) > 0 else { return }
            if sets[0].revents != 0 { try server.send(client.receive()) }
            if sets[1].revents != 0 { try client.send(change(server.receive())) }
        }
    }

    /// The port of the SPU, wherever it stands: nothing else in so few bytes looks like it but by chance.
    private static func replacing(_ old: [UInt8], by new: [UInt8], in frame: [UInt8]) -> [UInt8] {
        var frame = frame
        for index in 8..<max(8, frame.count - 1) where Array(frame[index..<index + 2]) == old {
            frame.replaceSubrange(index..<index + 2, with: new)
        }
        return frame
    }
}

/// The streams of one connection.
private struct CutStreams {
    private let client: TestClient
    private let server: TestClient
    private var streams: [(request: StreamFetchRequest, header: RequestHeader)] = []

    private let wasCut: () -> Void

    init(_ client: TestClient, _ server: TestClient, wasCut: @escaping () -> Void) {
        (self.client, self.server, self.wasCut) = (client, server, wasCut)
    }

    /// Answers one request.
    mutating func next() throws {
        let frame = try client.receive(within: 60)
        let (header, body) = try RequestHeader.decode(frame: frame)
        switch StreamingAPI(rawValue: header.apiKey) {
        case .streamFetch:
            let request = try StreamFetchRequest(decoding: frame, range: body, version: header.apiVersion)
            streams.append((request, header))
            try respond(streams.count, from: request.fetchOffset)
        case .updateOffsets:
            try server.send(frame)
            _ = try server.receive()
            let request = try UpdateOffsetsRequest(decoding: frame, range: body, version: 0)
            let statuses = request.offsets.map { OffsetUpdateStatus(sessionID: $0.sessionID) }
            try client.send(
                UpdateOffsetsResponse(statuses: statuses).responseFrame(
                    version: 0, correlationID: header.correlationID))
            for offset in request.offsets { try respond(Int(offset.sessionID), from: offset.offset) }
        default:
            try server.send(frame)
            try client.send(server.receive())
        }
    }

    private func respond(_ id: Int, from offset: Int64) throws {
        let (request, header) = streams[id - 1]
        var partition = FetchPartition(partition: request.partition, fetchOffset: offset)
        partition.currentLeaderEpoch = -1
        let answer = try server.call(
            FetchRequest(
                maxBytes: 40 << 20, isolation: request.isolation,
                topics: [FetchTopic(name: request.topic, partitions: [partition])]))
        var found = answer.topics[0].partitions[0]
        guard !found.records.bytes.isEmpty || found.error != .success else { return }
        if found.records.bytes.count > Int(request.maxBytes) { wasCut() }
        found.records = RecordSet(bytes: found.records.bytes.prefix(Int(request.maxBytes)))
        let response = StreamFetchResponse(topic: request.topic, streamID: UInt32(id), partition: found)
        try client.send(response.responseFrame(version: header.apiVersion, correlationID: header.correlationID))
    }
}
