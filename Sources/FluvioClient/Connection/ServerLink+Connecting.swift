import FluvioProtocol
import FluvioTransport

extension ServerLink {
    /// Connects and agrees upon versions.
    ///
    /// - Parameter timeout: for all of it.
    /// - Throws: ``FluvioError/Code/unreachable``, ``FluvioError/Code/incompatible``, ``FluvioError/Code/cancelled``.
    static func connect(
        to endpoint: Endpoint, on loop: EventLoop, security: Security = .plain, clientID: String, timeout: Duration
    ) async throws(FluvioError) -> ServerLink {
        let start = ContinuousClock.now
        // Before the versions are known, version 2 is spoken, which all servers read.
        let version: Int16 = 2
        let frame = try encode(ApiVersionsRequest.ours, version: version, clientID: clientID)
        let connection: Connection
        let answer: IncomingFrame
        do throws(TransportError) {
            connection = try await Connection.connect(to: endpoint, on: loop, security: security, timeout: timeout)
            let left = max(timeout - start.duration(to: .now), .milliseconds(1))
            answer = try await connection.call(frame, timeout: left)
        } catch {
            throw FluvioError(connecting: error)
        }
        do throws(WireError) {
            let response = try ApiVersionsResponse(decoding: answer.bytes, range: answer.bodyRange, version: version)
            return ServerLink(
                connection: connection, versions: NegotiatedVersions(response), clientID: clientID)
        } catch {
            throw FluvioError(
                .incompatible, "\(endpoint) does not answer as a Fluvio server does: \(error)",
                at: .init(server: endpoint.description), underlying: error)
        }
    }
}

extension ApiVersionsRequest {
    /// What this client says of itself. The SC wants a semantic version.
    static var ours: ApiVersionsRequest {
        #if arch(x86_64)
            let architecture = "x86_64"
        #elseif arch(arm64)
            let architecture = "aarch64"
        #else
            let architecture = "other"
        #endif
        return ApiVersionsRequest(clientVersion: "0.1.0", clientOS: "linux", clientArchitecture: architecture)
    }
}
