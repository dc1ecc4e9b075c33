import FluvioLocal
import FluvioTransport
import Foundation
import Synchronization
import Testing

@testable import FluvioClient

/// A cluster of its own for a test, on free ports and in a directory that go with it.
final class TestCluster: Sendable {
    private let directory: String
    private let running: Mutex<LocalCluster?>
    /// Where clients begin. It stays when the cluster is started again.
    let endpoint: Endpoint
    private let spuPort: UInt16

    init() throws {
        directory = NSTemporaryDirectory() + "client-\(UUID().uuidString)"
        let cluster = try Self.begin(directory)
        endpoint = cluster.endpoint
        spuPort = cluster.spus[ClusterOptions.firstSpu]?.port ?? 0
        running = Mutex(cluster)
    }

    /// On ports that the kernel gives to nobody who asks for any free one: a cluster that has gone finds them free when it
    /// comes again.
    private static func begin(_ directory: String) throws -> LocalCluster {
        var options = ClusterOptions(directory: directory)
        for _ in 0..<100 {
            options.controllerPort = lonelyPort()
            options.spuPort = lonelyPort()
            if let cluster = try? LocalCluster.start(options) { return cluster }
        }
        return try LocalCluster.start(.onFreePorts(directory: directory))
    }

    deinit {
        stop()
        try? FileManager.default.removeItem(atPath: directory)
    }

    /// Its address, as users write it.
    var target: Target { .address(endpoint.description) }

    func stop() {
        let cluster = running.withLock { $0.take() }
        cluster?.stop()
    }

    /// Starts it again where it was.
    func start() throws {
        var options = ClusterOptions(directory: directory)
        options.controllerPort = endpoint.port
        options.spuPort = spuPort
        let cluster = try LocalCluster.start(options)
        running.withLock { $0 = cluster }
    }

    func connect(_ onEvent: (@Sendable (ClientEvent) -> Void)? = nil) async throws(FluvioError) -> Fluvio {
        try await Fluvio.connect(to: target, onEvent: onEvent)
    }
}

/// Waits until `condition` holds, for a minute.
func eventually(
    _ what: Comment, sourceLocation: SourceLocation = #_sourceLocation, _ condition: () async throws -> Bool
) async throws {
    let deadline = ContinuousClock.now + .seconds(60)
    while ContinuousClock.now < deadline {
        if try await condition() { return }
        try await Task.sleep(for: .milliseconds(5))
    }
    Issue.record(what, sourceLocation: sourceLocation)
}

/// A port below those that the kernel gives to who asks for any free one, and a new one each time.
private func lonelyPort() -> UInt16 {
    UInt16(lonelyPorts.add(1, ordering: .relaxed).newValue % 12_000) + 20_000
}

private let lonelyPorts = Atomic<UInt64>(.random(in: 0..<12_000))

/// A port of this machine where nobody listens: somebody did, and has gone.
func deadPort() throws -> UInt16 {
    let loop = try EventLoop(name: "dead")
    while true {
        let port = lonelyPort()
        let listener = try? Listener(host: "127.0.0.1", port: port, on: loop, accept: { _ in OddServer { _, _ in } })
        guard let listener else { continue }
        listener.close()
        return port
    }
}

/// A server that answers each frame as it likes.
struct OddServer: FrameHandler {
    let answer: @Sendable ([UInt8], ServedConnection) -> Void

    func received(_ frame: consuming IncomingFrame, on connection: ServedConnection) {
        answer(frame.bytes, connection)
    }
}

/// An odd server on a free port, for as long as the value lives.
final class OddListener: Sendable {
    private let loop: EventLoop
    private let listener: Listener
    var target: Target { .address("127.0.0.1:\(listener.port)") }

    init(_ answer: @escaping @Sendable ([UInt8], ServedConnection) -> Void) throws {
        loop = try EventLoop(name: "odd")
        listener = try Listener(host: "127.0.0.1", port: 0, on: loop) { _ in OddServer(answer: answer) }
    }

    deinit {
        listener.close()
        loop.stop()
    }
}
