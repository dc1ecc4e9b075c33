import FluvioProtocol
import FluvioTransport

/// A connection to a server, with the versions that it speaks.
struct ServerLink: Sendable {
    /// The connection itself.
    let connection: Connection
    /// What the server understands.
    let versions: NegotiatedVersions
    /// What requests carry as their client id.
    let clientID: String

    /// The server as messages name it.
    var server: String { connection.peer.description }

    /// Sends a request in the highest version that both sides know, and reads the answer.
    ///
    /// - Throws: ``FluvioError/Code/incompatible`` if the server knows no version of it,
    ///   ``FluvioError/Code/deadlineExceeded``, ``FluvioError/Code/connectionLost``, ``FluvioError/Code/closed``,
    ///   ``FluvioError/Code/protocolViolation``, ``FluvioError/Code/cancelled``.
    func call<R: WireRequest>(_ request: R, timeout: Duration) async throws(FluvioError) -> R.Response {
        let version = try version(for: R.self)
        let frame = try Self.encode(request, version: version, clientID: clientID)
        let answer: IncomingFrame
        do throws(TransportError) {
            answer = try await connection.call(frame, timeout: timeout)
        } catch {
            throw FluvioError(error)
        }
        return try Self.decode(answer, as: R.self, version: version, from: server)
    }

    /// Sends a request whose answers have no end. `deliver` gets them on the loop's thread, and last the error that
    /// ended the stream; after an answer that cannot be read the stream is ended on this side.
    ///
    /// - Returns: what ends it, with ``FluvioTransport/Connection/unsubscribe(_:)``.
    @discardableResult
    func subscribe<R: WireRequest>(
        _ request: R, deliver: @escaping @Sendable (Result<R.Response, FluvioError>) -> Void
    ) throws(FluvioError) -> Int32 {
        let version = try version(for: R.self)
        let frame = try Self.encode(request, version: version, clientID: clientID)
        let id = connection.nextCorrelationID()
        let server = server
        return connection.subscribe(frame, correlationID: id) { [weak connection] answer in
            switch answer {
            case .failure(let error): deliver(.failure(FluvioError(error)))
            case .success(let frame):
                do throws(FluvioError) {
                    deliver(.success(try Self.decode(frame, as: R.self, version: version, from: server)))
                } catch {
                    connection?.unsubscribe(id)
                    deliver(.failure(error))
                }
            }
        }
    }

    /// The highest version of a request that both sides know.
    func version<R: WireRequest>(for _: R.Type) throws(FluvioError) -> Int16 {
        if let version = versions.version(for: R.self) { return version }
        throw FluvioError(
            .incompatible, "\(server) knows no version of \(R.self) that this client knows",
            at: .init(server: server))
    }

    private static func decode<R: WireRequest>(
        _ answer: IncomingFrame, as _: R.Type, version: Int16, from server: String
    ) throws(FluvioError) -> R.Response {
        do throws(WireError) {
            return try R.Response(decoding: answer.bytes, range: answer.bodyRange, version: version)
        } catch {
            throw FluvioError(error, in: "an answer to \(R.self)", from: server)
        }
    }

    static func encode<R: WireRequest>(
        _ request: R, version: Int16, clientID: String
    ) throws(FluvioError) -> [UInt8] {
        do throws(WireError) {
            return try request.frame(version: version, clientID: clientID)
        } catch {
            throw FluvioError(.invalidArgument, "cannot send \(R.self): \(error)", underlying: error)
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

    /// Whether a partition's log reaches to an offset, what is not committed too.
    func reaches(_ offset: Int64, of replica: ReplicaKey, timeout: Duration) async throws(FluvioError) -> Bool {
        let partition = FetchPartition(partition: replica.partition, fetchOffset: offset, maxBytes: 1)
        let request = FetchRequest(
            maxBytes: 1, isolation: .readUncommitted, topics: [FetchTopic(name: replica.topic, partitions: [partition])]
        )
        let response = try await call(request, timeout: timeout)
        let place = FluvioError.Place(topic: replica.topic, partition: Int(replica.partition))
        guard let answer = response.topics.first?.partitions.first else {
            throw FluvioError(.protocolViolation, "\(server) gave no answer for the partition", at: place)
        }
        if answer.error.isSuccess { return true }
        let error = FluvioError(answer.error, at: place)
        switch error.code {
        case .offsetOutOfRange: return false
        // It reaches beyond.
        case .offsetEvicted: return true
        default: throw error
        }
    }
}
