import FluvioProtocol
import FluvioTransport

/// A connection to a server, with the versions that it speaks.
struct ServerLink: Sendable {
    let connection: Connection
    let versions: NegotiatedVersions
    /// What requests carry as their client id.
    let clientID: String

    /// The server as messages name it.
    var server: String { connection.peer.description }

    /// Sends a request in the highest version that both sides know, and reads the answer.
    func call<R: WireRequest>(_ request: R, timeout: Duration) async throws(FluvioError) -> R.Response {
        guard let version = versions.version(for: R.self) else {
            throw FluvioError(.incompatible, "\(server) knows no version of \(R.self) that this client knows")
        }
        let frame: [UInt8]
        do throws(WireError) {
            frame = try request.frame(version: version, clientID: clientID)
        } catch {
            throw FluvioError(.invalidArgument, "cannot send \(R.self): \(error)", underlying: error)
        }
        let answer: IncomingFrame
        do throws(TransportError) {
            answer = try await connection.call(frame, timeout: timeout)
        } catch {
            throw FluvioError(error)
        }
        do throws(WireError) {
            return try R.Response(decoding: answer.bytes, range: answer.bodyRange, version: version)
        } catch {
            throw FluvioError(error, in: "an answer to \(R.self)", from: server)
        }
    }

    /// The first offset that is kept, and the high watermark.
    func offsets(
        of replica: ReplicaKey, timeout: Duration = .seconds(10)
    ) async throws(FluvioError) -> (start: Int64, end: Int64) {
        let topic = FetchOffsetTopic(name: replica.topic, partitions: [replica.partition])
        let response = try await call(FetchOffsetsRequest(topics: [topic]), timeout: timeout)
        let place = FluvioError.Place(topic: replica.topic, partition: Int(replica.partition))
        guard let answer = response.topics.first?.partitions.first else {
            throw FluvioError(.protocolViolation, "\(server) gave no answer for the partition", at: place)
        }
        guard answer.error.isSuccess else { throw FluvioError(answer.error, at: place) }
        return (answer.startOffset, answer.lastStableOffset)
    }
}

/// What producers and consumers ask of the cluster.
protocol LeaderDirectory: Sendable {
    /// The loop that all connections are on.
    var loop: EventLoop { get }
    /// The SPU that leads a partition, by the latest metadata.
    ///
    /// - Throws: ``FluvioError/Code/topicNotFound``, ``FluvioError/Code/partitionNotFound``; while there is none, an
    ///   error that is retriable.
    func leader(of replica: ReplicaKey) async throws(FluvioError) -> Int32
    /// A new connection to an SPU, which belongs to the caller.
    func connect(to spu: Int32) async throws(FluvioError) -> ServerLink
    /// The connection to an SPU that requests and streams share; made when it is first asked for, and again when it is
    /// broken. Its user never closes it.
    func sharedLink(to spu: Int32) async throws(FluvioError) -> ServerLink
}
