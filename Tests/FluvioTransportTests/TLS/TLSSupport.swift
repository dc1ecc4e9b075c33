import FluvioProtocol
import FluvioTransport
import Glibc
import TestSupport
import Testing
import Unix

extension TestCertificates {
    /// A certificate or key.
    func text(_ name: String) throws -> PEMText { PEMText(try bytes(name), source: name) }

    /// `NAME.crt` with `NAME.key`.
    func identity(_ name: String) throws -> TLSIdentity {
        TLSIdentity(certificate: try text("\(name).crt"), key: try text("\(name).key"))
    }

    /// A server that shows a certificate; `clients`: the authority of those it lets in.
    func server(_ name: String = "server", clients: String? = nil) throws -> ServerSecurity {
        .tlsServer(
            try TLSServer(identity: try identity(name), clientAuthority: try clients.map { try text("\($0).crt") }))
    }

    /// A client that trusts an authority, and may show a certificate. `name`: whom the server must prove to be.
    func client(_ authority: String? = "ca", as identity: String? = nil, name: String? = "localhost") throws -> Security
    {
        let trust = try authority.map { TLSTrust.authorities(try text("\($0).crt")) } ?? .anyone
        return .tlsClient(
            try TLSClient(trust: trust, identity: try identity.map { try self.identity($0) }), name: name)
    }
}

/// Why connecting and one call failed; nil: they did not.
func failureOfCall(
    to port: UInt16, on loop: EventLoop, _ security: Security, timeout: Duration = .seconds(60)
) async -> TransportError? {
    do throws(TransportError) {
        let connection = try await Connection.connect(to: .local(port), on: loop, security: security, timeout: timeout)
        _ = try await connection.call(request(body: [1, 2, 3]), timeout: timeout)
        return nil
    } catch {
        return error
    }
}

/// Carries the bytes of one connection between a client and a server, and can cut it.
final class Relay: Sendable {
    let port: UInt16
    /// Whether a bit of what the client sends is changed.
    let corrupts = Box(false)
    private let listener: RawListener
    private let sides = Box<[RawPeer]>([])

    /// - Parameter limit: so many bytes of the server are passed on; then the client sees an orderly end of TCP.
    init(to port: UInt16, limit: Int = .max) throws {
        listener = try RawListener()
        self.port = listener.port
        let (listener, sides, corrupts) = (listener, sides, corrupts)
        Task {
            let client = try await listener.accept()
            let server = try RawPeer(to: port)
            sides.change { $0 = [client, server] }
            async let up: Void = Self.pump(from: client, to: server, limit: .max, corrupts)
            async let down: Void = Self.pump(from: server, to: client, limit: limit, Box(false))
            _ = try await (up, down)
        }
    }

    /// Carries bytes between two peers until both have ended.
    static func join(_ one: RawPeer, _ other: RawPeer) async throws {
        async let up: Void = pump(from: one, to: other, limit: .max, Box(false))
        async let down: Void = pump(from: other, to: one, limit: .max, Box(false))
        _ = try await (up, down)
    }

    private static func pump(from: RawPeer, to: RawPeer, limit: Int, _ corrupts: Box<Bool>) async throws {
        try await blocking {
            var left = limit
            var chunk = [UInt8](repeating: 0, count: 65_536)
            while left > 0 {
                let got = unsafe chunk.withUnsafeMutableBytes { unsafe recv(from.raw, $0.baseAddress, $0.count, 0) }
                if got <= 0 { break }
                if corrupts.get { chunk[got - 1] ^= 1 }
                to.send(Array(chunk[..<min(got, left)]))
                left -= got
            }
            to.shutdownWriting()
        }
    }

    /// Ends TCP towards the client, in order and without a word of TLS.
    func cut() { if let client = sides.get.first { client.shutdownWriting() } }
}
