import FluvioProtocol
import FluvioTransport
import Foundation
import TestSupport
import Testing
import Unix

@Suite(.timeLimit(.minutes(10)))
struct TLSHandshakeTests {
    let certificates: TestCertificates
    let loop: EventLoop

    init() throws {
        certificates = try TestCertificates.shared.get()
        loop = try EventLoop(name: "tls")
    }

    private func listen(_ security: ServerSecurity, handshakeDeadline: Duration = .seconds(60)) throws -> Listener {
        try Listener(
            host: "127.0.0.1", port: 0, on: loop, security: security, handshakeDeadline: handshakeDeadline,
            accept: echo)
    }

    /// Certificate of the server, authority that the client trusts, name it expects, and what comes of it: the case of
    /// the failure, and a part of its text.
    static let servers: [(String, String?, String?, String?, String)] = [
        ("server", "ca", "localhost", nil, ""),
        ("server", "ca", "fluvio.test", nil, ""),
        ("server", "ca", "custom-spu-5001.fluvio.test", nil, ""),
        ("server", "ca", "127.0.0.1", nil, ""),
        // The host that was connected to, which is an address here.
        ("server", "ca", nil, nil, ""),
        ("server", "server", "localhost", nil, ""),
        ("alone", "alone", "localhost", nil, ""),
        ("server", nil, "whoever", nil, ""),
        ("alone", nil, "whoever", nil, ""),
        ("expired", nil, "whoever", nil, ""),
        ("server", "other-ca", "localhost", "untrusted", "signed by /CN=ca"),
        ("alone", "ca", "localhost", "selfSigned", "(/CN=alone) is signed by itself"),
        ("elsewhere", "ca", "localhost", "wrongName", "not for 'localhost' but for elsewhere.test"),
        ("elsewhere", "ca", nil, "wrongName", "not for '127.0.0.1'"),
        ("server", "ca", "a.b.fluvio.test", "wrongName", "localhost, fluvio.test, *.fluvio.test, 127.0.0.1"),
        ("server", "ca", "127.0.0.2", "wrongName", "not for '127.0.0.2'"),
        ("expired", "ca", "localhost", "expired", "expired on 2020-02-01"),
        ("future", "ca", "localhost", "notYetValid", "not valid before 2048-01-01"),
    ]

    @Test(arguments: servers)
    func `What a client accepts of a server`(
        server: String, authority: String?, name: String?, failure: String?, text: String
    ) async throws {
        let listener = try listen(certificates.server(server))
        let error = await failureOfCall(
            to: listener.port, on: loop, try certificates.client(authority, name: name))
        expect(error, failure, text)
        // The server is none the worse for it.
        #expect(await failureOfCall(to: listener.port, on: loop, try certificates.client(nil)) == nil)
    }

    /// Certificate of the client, and what comes of it where `ca` must have signed it.
    static let clients: [(String?, String?, String)] = [
        ("client", nil, ""),
        ("pkcs1", nil, ""),
        (nil, "certificateMissing", "wants a client certificate"),
        ("stranger", "certificateRefused", "unknown CA"),
        ("expired", "certificateRefused", "expired"),
    ]

    @Test(arguments: clients)
    func `What a server accepts of a client`(identity: String?, failure: String?, text: String) async throws {
        let listener = try listen(certificates.server(clients: "ca"))
        let error = await failureOfCall(to: listener.port, on: loop, try certificates.client(as: identity))
        expect(error, failure, text)
    }

    @Test func `Who checks no server is still told what the server misses`() async throws {
        let listener = try listen(certificates.server(clients: "ca"))
        let error = await failureOfCall(to: listener.port, on: loop, try certificates.client(nil))
        expect(error, "certificateMissing", "wants a client certificate")
    }

    @Test func `A certificate that nobody asked for does no harm`() async throws {
        let listener = try listen(certificates.server())
        #expect(await failureOfCall(to: listener.port, on: loop, try certificates.client(as: "stranger")) == nil)
    }

    @Test func `A server without TLS is told as such`() async throws {
        let listener = try listen(.plain)
        let error = await failureOfCall(to: listener.port, on: loop, try certificates.client())
        expect(error, "brokenOff", "during the TLS handshake")
    }

    @Test func `A server that answers something else is told as such`() async throws {
        let raw = try RawListener()
        async let error = failureOfCall(to: raw.port, on: loop, try certificates.client())
        let peer = try await raw.accept()
        peer.send(Array("HTTP/1.1 400 Bad Request\r\n\r\n".utf8))
        expect(try await error, "notTLS", "does not speak TLS")
        peer.close()
    }

    @Test func `A server that says nothing is told as such at the deadline`() async throws {
        let raw = try RawListener()
        async let error = failureOfCall(
            to: raw.port, on: loop, try certificates.client(), timeout: .milliseconds(200))
        let peer = try await raw.accept()
        expect(try await error, "silent", "no TLS handshake")
        peer.close()
    }

    static let noTLS: KeyValuePairs<String, [UInt8]> = [
        "a plain request": request(), "HTTP": Array("GET / HTTP/1.1\r\n\r\n".utf8),
        "ones": [UInt8](repeating: 0xff, count: 9_000), "zeros": [UInt8](repeating: 0, count: 9_000),
    ]

    @Test(arguments: noTLS.map(\.key))
    func `What is no TLS is turned away, and others are served on`(kind: String) async throws {
        let bytes = try #require(Self.noTLS.first { $0.key == kind }?.value)
        let listener = try listen(certificates.server())
        let peer = try RawPeer(to: listener.port)
        peer.send(bytes)
        _ = try await peer.receiveAll()
        #expect(await failureOfCall(to: listener.port, on: loop, try certificates.client()) == nil)
    }

    @Test func `A plain client reads the answer of a TLS server as a frame that is too long`() async throws {
        let listener = try listen(certificates.server())
        let error = await failureOfCall(to: listener.port, on: loop, .plain)
        guard case .frameTooLong(let length, _)? = error?.reason else {
            Issue.record("\(String(describing: error))")
            return
        }
        // What the client library goes by: an alert of TLS.
        #expect(length >> 16 == 0x1503)
    }

    @Test(arguments: [0, 1, 5, 100])
    func `A handshake that is not gone on with ends at the deadline`(count: Int) async throws {
        let listener = try listen(certificates.server(), handshakeDeadline: .milliseconds(100))
        let peer = try RawPeer(to: listener.port)
        // The beginning of a ClientHello.
        peer.send(
            Array([0x16, 0x03, 0x01, 0x02, 0x00, 0x01].prefix(count)) + [UInt8](repeating: 0, count: max(0, count - 6)))
        #expect(try await peer.receiveNothing() <= 0)
    }

    @Test(arguments: ["-tls1_2", "-tls1_3"])
    func `The openssl command is served`(version: String) throws {
        let listener = try listen(certificates.server(clients: "ca"))
        let client = try ChildProcess(
            "/usr/bin/openssl",
            [
                "s_client", "-connect", "127.0.0.1:\(listener.port)", version, "-quiet", "-verify_return_error",
                "-CAfile", certificates.path("ca.crt"), "-cert", certificates.path("client.crt"),
                "-key", certificates.path("client.key"),
            ], input: nil)
        defer { client.kill() }
        try client.input?.write(contentsOf: request(7, body: Array("answer me".utf8)))
        try client.waitForOutput(containing: "answer me")
    }

    @Test func `A client that wants to negotiate anew is refused, and others are served on`() async throws {
        let listener = try listen(certificates.server())
        let client = try ChildProcess(
            "/usr/bin/openssl",
            ["s_client", "-connect", "127.0.0.1:\(listener.port)", "-tls1_2", "-CAfile", certificates.path("ca.crt")],
            input: nil)
        defer { client.kill() }
        try client.waitForOutput(containing: "Verify return code")
        // A line of this one letter is a command.
        try client.input?.write(contentsOf: Array("R\n".utf8))
        #expect(try client.wait() == .exited(1))
        #expect(client.errorText.contains("no renegotiation"), "\(client.errorText)")
        #expect(await failureOfCall(to: listener.port, on: loop, try certificates.client()) == nil)
    }

    @Test func `A client of TLS 1.1 is turned away`() throws {
        let listener = try listen(certificates.server())
        let client = try ChildProcess(
            "/usr/bin/openssl",
            [
                "s_client", "-connect", "127.0.0.1:\(listener.port)", "-tls1_1", "-cipher", "DEFAULT@SECLEVEL=0",
            ])
        defer { client.kill() }
        #expect(try client.wait() == .exited(1))
        #expect(client.errorText.contains("alert protocol version"), "\(client.errorText)")
    }

    @Test(arguments: [("-tls1_1", "tooOld"), ("-tls1_2", nil), ("-tls1_3", nil)])
    func `Versions of a server`(version: String, failure: String?) async throws {
        let server = try ChildProcess(
            "/usr/bin/openssl",
            [
                "s_server", "-accept", "127.0.0.1:0", version, "-cipher", "DEFAULT@SECLEVEL=0",
                "-cert", certificates.path("server.crt"), "-key", certificates.path("server.key"),
            ], input: nil)
        defer { server.kill() }
        try server.waitForOutput(containing: "ACCEPT 127.0.0.1:")
        try server.waitForOutput(containing: "\n")
        let said = try #require(server.outputSoFar.firstMatch(of: /ACCEPT 127\.0\.0\.1:([0-9]+)/))
        let port = try #require(UInt16(said.1))
        do throws(TransportError) {
            let security: Security
            do { security = try certificates.client() } catch { return #expect(Bool(false), "\(error)") }
            let connection = try await Connection.connect(
                to: .local(port), on: loop, security: security, timeout: .seconds(60))
            #expect(failure == nil)
            connection.close()
        } catch {
            expect(error, failure, "TLS 1.2 and newer")
        }
    }

    // MARK: Files that cannot be used

    @Test func `Certificates and keys that cannot be used are told as such`() throws {
        let (ca, key) = (try certificates.text("ca.crt"), try certificates.text("client.key"))
        #expect(throws: TLSSetupError.noCertificate(source: "client.key")) {
            try TLSClient(trust: .authorities(key))
        }
        #expect(throws: TLSSetupError.noKey(source: "ca.crt")) {
            try TLSClient(trust: .anyone, identity: TLSIdentity(certificate: ca, key: ca))
        }
        #expect(throws: TLSSetupError.encryptedKey(source: "locked.key")) {
            try TLSClient(trust: .anyone, identity: certificates.identity("locked"))
        }
        #expect(throws: TLSSetupError.mismatch(certificate: "mixed.crt", key: "mixed.key")) {
            try TLSServer(identity: certificates.identity("mixed"))
        }
    }

    @Test func `The authorities of the system do not know ours`() async throws {
        let listener = try listen(certificates.server())
        let security = Security.tlsClient(try TLSClient(trust: .system), name: "localhost")
        expect(await failureOfCall(to: listener.port, on: loop, security), "untrusted", "not known here")
    }

    private func expect(
        _ error: TransportError?, _ failure: String?, _ text: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        guard let failure else {
            #expect(error == nil, sourceLocation: sourceLocation)
            return
        }
        guard case .tls(let found)? = error?.reason else {
            Issue.record("\(String(describing: error))", sourceLocation: sourceLocation)
            return
        }
        #expect("\(found)".hasPrefix(failure), sourceLocation: sourceLocation)
        #expect(
            error?.description.contains(text) == true, "\(String(describing: error))", sourceLocation: sourceLocation)
        #expect(error?.description.contains("\n") == false, sourceLocation: sourceLocation)
    }
}
