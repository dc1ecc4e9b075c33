import FluvioProtocol
import FluvioTransport
import Synchronization
import Unix

/// What makes up a running cluster, in the order in which it is started. It stops with the value.
struct ClusterParts: ~Copyable, Sendable {
    private let lock: DirectoryLock
    var loop: EventLoop?
    private var spus: [Int32: Spu] = [:]
    private var listener: Listener?
    var control: ControlServer?

    init(lock: consuming DirectoryLock) { self.lock = lock }

    deinit {
        control?.close()
        listener?.close()
        loop?.stop()
        for spu in spus.values { spu.stop() }
    }

    /// Makes the servers of records, has them open what they hold, and lets clients in.
    mutating func open(
        _ options: ClusterOptions, _ security: ServerSecurity, _ controller: Controller
    ) throws(LocalClusterError) -> [Int32: Endpoint] {
        let loop = controller.loop
        let offsets = ConsumerOffsets()
        for index in 0..<Int32(options.spus) {
            let id = ClusterOptions.firstSpu + index
            spus[id] = try server { () throws(SpuError) in
                try Spu(
                    id: id, directory: options.directory, durability: options.durability, offsets: offsets,
                    say: options.say,
                    changed: { [weak controller] changes in
                        guard let controller else { return }
                        let keys = Array(changes.keys)
                        _ = loop.run { controller.partitionsChanged(keys, on: id) }
                    })
            }
        }
        try controller.open(spus)
        var endpoints: [Int32: Endpoint] = [:]
        for (id, spu) in spus.sorted(by: { $0.key < $1.key }) {
            let port = options.spuPort == 0 ? 0 : options.spuPort &+ UInt16(id - ClusterOptions.firstSpu) &* 10
            let bound = try listening(options, port) { () throws(SpuError) in
                try spu.start(
                    host: options.bind, port: port, security: security, frameDeadline: options.frameDeadline)
            }
            endpoints[id] = Endpoint(host: options.advertisedHost, port: bound)
        }
        try controller.online(endpoints, encryption: options.tls == .none ? .plaintext : .ssl)
        return endpoints
    }

    /// Lets administrators in; the port they find.
    mutating func listen(
        _ options: ClusterOptions, _ security: ServerSecurity, _ controller: Controller
    ) throws(LocalClusterError) -> UInt16 {
        do throws(SystemError) {
            let listener = try Listener(
                host: options.bind, port: options.controllerPort, on: controller.loop, security: security,
                frameDeadline: options.frameDeadline, lowWaterMark: Watcher.lowWaterMark,
                trouble: controller.peers.met
            ) { _ in ControllerService(controller: controller) }
            self.listener = listener
            return listener.port
        } catch {
            throw .listen(host: options.bind, port: options.controllerPort, error)
        }
    }

    /// Stops in order: first those who ask, then those who answer.
    consuming func stop(_ controller: Controller) {
        control?.close()
        listener?.close()
        loop?.stop()
        controller.readAllPositions()
        for spu in spus.values { spu.stop() }
        controller.saveAllPartitions()
    }

    private func server<T>(_ body: () throws(SpuError) -> T) throws(LocalClusterError) -> T {
        do throws(SpuError) { return try body() } catch { throw .spu(error) }
    }

    private func listening<T>(
        _ options: ClusterOptions, _ port: UInt16, _ body: () throws(SpuError) -> T
    ) throws(LocalClusterError) -> T {
        do throws(SpuError) {
            return try body()
        } catch {
            if case .system(let error) = error { throw .listen(host: options.bind, port: port, error) }
            throw .spu(error)
        }
    }
}
