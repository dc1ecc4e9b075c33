import FluvioProtocol
import FluvioTransport
import Foundation
import Glibc
import Synchronization
import Testing

@testable import FluvioClient

@Suite struct ConnectTests {
    private func error(_ target: Target, _ settings: ClientSettings = ClientSettings()) async -> FluvioError? {
        do throws(FluvioError) {
            _ = try await Fluvio.connect(to: target, settings: settings)
            return nil
        } catch {
            return error
        }
    }

    // MARK: Nobody there

    @Test func `Nobody listens: unreachable, with the address and what helps`() async throws {
        let port = try deadPort()
        let error = await error(.address("localhost:\(port)"))
        #expect(error?.code == .unreachable)
        #expect(error?.code.category == .unreachable)
        #expect(error?.isRetriable == true)
        #expect(error?.message == "cannot connect to localhost:\(port): Connection refused")
        #expect(error?.advice?.contains("cluster start") == true)
    }

    @Test func `A host without an address: unreachable, with its name`() async {
        let error = await error(.address("no-such-host.invalid:9003"))
        #expect(error?.code == .unreachable)
        #expect(error?.message.contains("no-such-host.invalid") == true)
        #expect(error?.advice == nil)
    }

    @Test(arguments: ["", "host", "host:", "host:0", "::1:9003", ":9003", "host:http"])
    func `An address that is none: wrong use`(text: String) async {
        let error = await error(.address(text))
        #expect(error?.code == .invalidArgument)
        #expect(error?.code.category == .usage)
    }

    @Test func `A cluster that comes within the retry limit is found`() async throws {
        let cluster = try TestCluster()
        cluster.stop()
        var settings = ClientSettings()
        settings.retry = .duration(.seconds(60))
        let events = Mutex<[String]>([])
        let connecting = Task { [settings] in
            try await Fluvio.connect(to: cluster.target, settings: settings) { event in
                events.withLock { events in
                    if case .lost(let error) = event {
                        events.append("\(error.code)")
                    } else {
                        events.append("recovered")
                    }
                }
            }
        }
        try await eventually("the wait is told of") { events.withLock { $0 } == ["unreachable"] }
        try cluster.start()
        #expect(try await connecting.value.admin.list(.topic).isEmpty)
        #expect(events.withLock { $0 } == ["unreachable", "recovered"])
    }

    @Test func `When the retry limit is over the last failure is told`() async throws {
        var settings = ClientSettings()
        settings.retry = .duration(.milliseconds(150))
        #expect(await error(.address("localhost:\(try deadPort())"), settings)?.code == .unreachable)
    }

    // MARK: Somebody else there

    @Test func `A server of another protocol is no Fluvio`() async throws {
        let server = try OddListener { _, connection in
            connection.send(Array("HTTP/1.1 400 Bad Request\r\n\r\n".utf8))
        }
        #expect(await error(server.target)?.code == .incompatible)
    }

    @Test func `An answer that cannot be read is no Fluvio`() async throws {
        let server = try OddListener { frame, connection in
            connection.send([0, 0, 0, 6] + frame[8..<12] + [0, 0])
        }
        let error = await error(server.target)
        #expect(error?.code == .incompatible)
        #expect(error?.code.category == .usage)
    }

    @Test func `A server that hangs up at once may want TLS`() async throws {
        let server = try OddListener { _, connection in connection.abort() }
        let error = await error(server.target)
        #expect(error?.code == .unreachable)
        #expect(error?.advice?.contains("TLS") == true)
    }

    @Test func `A server that says nothing is given up`() async throws {
        let server = try OddListener { _, _ in }
        var settings = ClientSettings()
        settings.connectTimeout = .milliseconds(100)
        #expect(await error(server.target, settings)?.code == .unreachable)
    }

    private func versions(_ platform: String, _ ranges: [ApiRange]) throws -> OddListener {
        try OddListener { frame, connection in
            guard let id = try? RequestHeader.decode(frame: frame).header.correlationID else { return }
            let response = ApiVersionsResponse(ranges: ranges, platformVersion: platform)
            if let frame = try? response.responseFrame(version: 2, correlationID: id) { connection.send(frame) }
        }
    }

    @Test func `A cluster that is too old is refused, with both versions`() async throws {
        let server = try versions("0.8.5", LocalVersions.controllerRanges)
        let error = await error(server.target)
        #expect(error?.code == .incompatible)
        #expect(error?.message.contains("0.8.5") == true)
        #expect(error?.message.contains("0.9.0") == true)
    }

    @Test func `A cluster that cannot be watched is refused`() async throws {
        let server = try versions("0.18.2", [])
        #expect(await error(server.target)?.code == .incompatible)
    }

    // MARK: Cancellation and closing

    @Test func `A cancelled connect ends at once and leaves no descriptor and no thread`() async {
        await #expect(processExitsWith: .success) {
            let server = try OddListener { _, _ in }
            // What is opened once and kept is not meant.
            _ = try? await Fluvio.connect(to: .address("localhost:1"))
            let before = Holdings.descriptors()
            for _ in 0..<20 {
                let task = Task { try await Fluvio.connect(to: server.target) }
                // Cancelled at every moment of it.
                try await Task.sleep(for: .microseconds(Int.random(in: 0...2000)))
                task.cancel()
                let result = await task.result
                guard case .failure(let error as FluvioError) = result, error.code == .cancelled else { exit(3) }
            }
            // The server's ends of them close when it hears of it.
            let deadline = ContinuousClock.now + .seconds(60)
            while Holdings.descriptors() > before {
                guard ContinuousClock.now < deadline else { exit(4) }
                try await Task.sleep(for: .milliseconds(5))
            }
            exit(0)
        }
    }

    @Test func `A client that is dropped or closed leaves no descriptor`() async {
        await #expect(processExitsWith: .success) {
            let cluster = try TestCluster()
            defer { cluster.stop() }
            _ = try await cluster.connect().admin.list(.topic)
            let before = Holdings.descriptors()
            for round in 0..<4 {
                let client = try await cluster.connect()
                _ = try await client.admin.offsets(of: "consumer-offset")
                if round % 2 == 0 { client.close() }
            }
            let deadline = ContinuousClock.now + .seconds(60)
            while Holdings.descriptors() > before {
                guard ContinuousClock.now < deadline else { exit(4) }
                try await Task.sleep(for: .milliseconds(5))
            }
            exit(0)
        }
    }

    // MARK: Profiles

    @Test func `The current profile and a named one are connected to`() async {
        await #expect(processExitsWith: .success) {
            let cluster = try TestCluster()
            defer { cluster.stop() }
            let path = NSTemporaryDirectory() + "profile-\(UUID().uuidString)/config"
            setenv("FLV_PROFILE_PATH", path, 1)
            try Profiles.update { file throws(FluvioError) in
                try file.addLocal(port: cluster.endpoint.port)
                try file.add("other", address: "localhost:1", installation: "k8")
                try file.switchTo("local")
            }
            _ = try await Fluvio.connect().admin.list(.topic)
            _ = try await Fluvio.connect(to: .profile("local")).admin.list(.topic)
            do throws(FluvioError) {
                _ = try await Fluvio.connect(to: .profile("other"))
                exit(3)
            } catch {
                guard error.message.hasPrefix("profile 'other': cannot connect to localhost:1") else { exit(4) }
            }
            do throws(FluvioError) {
                _ = try await Fluvio.connect(to: .profile("none"))
                exit(5)
            } catch {
                guard error.code == .profileNotFound else { exit(6) }
            }
            try? FileManager.default.removeItem(atPath: path)
            exit(0)
        }
    }

    @Test func `A profile that asks for TLS is never connected to plainly`() async {
        await #expect(processExitsWith: .success) {
            let cluster = try TestCluster()
            defer { cluster.stop() }
            let path = NSTemporaryDirectory() + "profile-\(UUID().uuidString)"
            setenv("FLV_PROFILE_PATH", path, 1)
            let text = """
                version = "2.0"
                current_profile = "a"
                [profile.a]
                cluster = "a"
                [cluster.a]
                endpoint = "\(cluster.endpoint)"
                [cluster.a.tls]
                tls_policy = "anonymous"
                """
            try Data(text.utf8).write(to: URL(filePath: path))
            do throws(FluvioError) {
                _ = try await Fluvio.connect()
                exit(3)
            } catch {
                guard error.code == .unreachable, (error.underlying as? TransportError)?.reason == .tls(.brokenOff)
                else {
                    exit(4)
                }
            }
            try? FileManager.default.removeItem(atPath: path)
            exit(0)
        }
    }
}
