import FluvioProtocol
import FluvioTransport
import Synchronization
import Unix

/// A controller with what it needs to serve: its thread, and where it listens.
final class ControllerPost: Sendable {
    let controller: Controller
    private let loop: EventLoop
    private let listener = Mutex<Listener?>(nil)

    /// Reads the directory; nobody is served yet.
    init(_ options: ClusterOptions, fleet: SpuFleet) throws(LocalClusterError) {
        loop = try systemCall { () throws(SystemError) in try EventLoop(name: "controller") }
        controller = Controller(options, fleet: fleet, loop: loop)
        try controller.load()
    }

    /// Lets administrators in.
    func listen(_ options: ClusterOptions, port: UInt16, _ security: ServerSecurity) throws(LocalClusterError) {
        do throws(SystemError) {
            let controller = controller
            let listener = try Listener(
                host: options.bind, port: port, on: loop, security: security, frameDeadline: options.frameDeadline,
                lowWaterMark: Watcher.lowWaterMark, trouble: controller.peers.met
            ) { _ in ControllerService(controller: controller) }
            self.listener.withLock { $0 = listener }
        } catch {
            throw .listen(host: options.bind, port: port, error)
        }
    }

    /// Where administrators come in; nil: nowhere any more.
    var entrance: Listener? { listener.withLock { $0 } }

    /// Ends connections and thread.
    func close() {
        listener.withLock { $0.take() }?.close()
        loop.stop()
    }

    /// Runs a job on the controller's thread.
    func run(_ job: @escaping @Sendable (Controller) -> Void) {
        let controller = controller
        loop.run { job(controller) }
    }

    /// A server that was frozen needs a while to find that its connection to the controller is gone, and to register
    /// again. Until then it takes itself for what it was.
    func welcomeLater(_ id: Int32) {
        _ = loop.schedule(after: Self.registration) { [controller] in controller.returned(id) }
    }

    private static let registration: Duration = .milliseconds(20)

    /// Runs a job on the controller's thread, and returns when it is done.
    func perform(_ job: @escaping @Sendable (Controller) -> Void) {
        let controller = controller
        guard let latch = try? Latch() else {
            loop.run { job(controller) }
            return
        }
        let isTaken = loop.run {
            job(controller)
            latch.open()
        }
        if isTaken { latch.wait() }
    }
}
