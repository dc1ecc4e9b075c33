import FluvioTransport
import Unix

/// What makes up a running cluster, in the order in which it is started. It stops with the value.
struct ClusterParts: ~Copyable, Sendable {
    private let lock: DirectoryLock
    var fleet: SpuFleet?
    var controller: ControllerPost?
    var control: ControlServer?
    var webSocket: WebSocketPost?

    init(lock: consuming DirectoryLock) { self.lock = lock }

    deinit {
        control?.close()
        webSocket?.close()
        controller?.close()
        fleet?.stopAll()
    }

    /// Stops in order: first those who ask, then those who answer.
    consuming func stop() {
        control?.close()
        webSocket?.close()
        controller?.close()
        controller?.controller.readAllPositions()
        fleet?.stopAll()
        controller?.controller.saveAllPartitions()
    }
}
