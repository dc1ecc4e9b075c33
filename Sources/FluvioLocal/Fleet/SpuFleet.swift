import FluvioProtocol
import FluvioTransport
import Synchronization
import Unix

/// The servers of records of this process: those that run, and the places of those that do not.
///
/// It knows nothing of the controller. Whoever stops or starts a server tells the controller.
final class SpuFleet: Sendable {
    private struct Berth {
        let port: PortReservation
        var spu: Spu?
        var condition = SpuCondition.stopped
        /// Counts what has happened to it.
        var changes = 0
    }

    private struct State {
        var berths: [Int32: Berth] = [:]
    }

    private let options: ClusterOptions
    private let security: ServerSecurity
    private let offsets = ConsumerOffsets()
    private let changed: @Sendable (Int32, [ReplicaKey]) -> Void
    private let state = Mutex(State())

    /// - Parameter changed: takes the partitions of a server whose positions have changed. Called from any thread.
    init(
        _ options: ClusterOptions, _ security: ServerSecurity,
        changed: @escaping @Sendable (Int32, [ReplicaKey]) -> Void
    ) {
        self.options = options
        self.security = security
        self.changed = changed
    }

    deinit { stopAll() }

    /// The ids of all servers, whether they run or not.
    var ids: [Int32] { state.withLock { $0.berths.keys.sorted() } }

    /// A server that others can talk to.
    func reachable(_ id: Int32) -> Spu? {
        state.withLock { state in
            guard let berth = state.berths[id], berth.condition == .running else { return nil }
            return berth.spu
        }
    }

    /// All servers that others can talk to.
    var allReachable: [Int32: Spu] {
        state.withLock { $0.berths.compactMapValues { $0.condition == .running ? $0.spu : nil } }
    }

    /// How a server is; nil: there is no such server.
    func condition(of id: Int32) -> SpuCondition? { state.withLock { $0.berths[id]?.condition } }

    /// How often something has happened to a server.
    func changes(of id: Int32) -> Int { state.withLock { $0.berths[id]?.changes ?? 0 } }

    /// Where clients find a server.
    func endpoint(of id: Int32) -> Endpoint? {
        let port = state.withLock { $0.berths[id]?.port.port }
        return port.map { Endpoint(host: options.advertisedHost, port: $0) }
    }

    /// What listens on a port; nil: it is the port of none of these servers.
    func find(port: UInt16) -> WebSocketPost.Found? {
        let berth = state.withLock { $0.berths.values.first { $0.port.port == port } }
        guard let berth else { return nil }
        return berth.spu?.entrance.map { .listener($0) } ?? .away
    }

    /// Makes room for a server; its port is taken.
    func add(_ id: Int32) throws(LocalClusterError) {
        let port = options.spuPort == 0 ? 0 : options.spuPort &+ UInt16(id - ClusterOptions.firstSpu) &* 10
        do throws(SystemError) {
            let berth = Berth(port: try PortReservation(host: options.bind, port: port))
            state.withLock { $0.berths[id] = berth }
        } catch {
            throw .listen(host: options.bind, port: port, error)
        }
    }

    /// Makes a server, which can be told what to hold; clients come in with ``open(_:)``. Nothing happens if it runs.
    func make(_ id: Int32) throws(LocalClusterError) {
        guard condition(of: id) == .stopped else { return }
        let spu = try server { () throws(SpuError) in
            try Spu(
                id: id, directory: options.directory, durability: options.durability, offsets: offsets,
                say: options.say, faults: options.faults,
                leader: { [weak self] id, key in self?.reachable(id)?.partition(key) },
                changed: { [changed] changes in changed(id, Array(changes.keys)) })
        }
        set(id, .running, spu)
    }

    /// Lets clients in to a server that was made.
    func open(_ id: Int32) throws(LocalClusterError) {
        guard
            let (spu, port) = state.withLock({ state in
                state.berths[id].flatMap { berth in berth.spu.map { ($0, berth.port.port) } }
            })
        else { return }
        do throws(SpuError) {
            _ = try spu.start(host: options.bind, port: port, security: security, frameDeadline: options.frameDeadline)
        } catch {
            if case .system(let error) = error { throw .listen(host: options.bind, port: port, error) }
            throw .spu(error)
        }
        peersChanged()
    }

    /// Ends a server in order.
    func stop(_ id: Int32) { take(id)?.stop() }

    /// Ends a server as if its process had been killed.
    func kill(_ id: Int32) { take(id)?.kill() }

    /// Has a server do nothing any more. False: it does not run.
    func freeze(_ id: Int32) throws(LocalClusterError) -> Bool {
        guard let spu = reachable(id) else { return false }
        set(id, .frozen, spu)
        try server { () throws(SpuError) in try spu.freeze() }
        return true
    }

    /// Lets a frozen server go on. False: it is not frozen.
    func thaw(_ id: Int32) -> Bool {
        guard condition(of: id) == .frozen, let spu = state.withLock({ $0.berths[id]?.spu }) else { return false }
        set(id, .running, spu)
        spu.thaw()
        peersChanged()
        return true
    }

    /// Ends all servers in order.
    func stopAll() {
        for id in ids { stop(id) }
    }

    private func take(_ id: Int32) -> Spu? {
        let spu = state.withLock { $0.berths[id]?.spu.take() }
        set(id, .stopped, nil)
        return spu
    }

    private func set(_ id: Int32, _ condition: SpuCondition, _ spu: Spu?) {
        state.withLock { state in
            state.berths[id]?.spu = spu
            state.berths[id]?.condition = condition
            state.berths[id]?.changes += 1
        }
    }

    /// All servers look for those that they follow.
    private func peersChanged() {
        for spu in allReachable.values { spu.peersChanged() }
    }

    private func server<T>(_ body: () throws(SpuError) -> T) throws(LocalClusterError) -> T {
        do throws(SpuError) { return try body() } catch { throw .spu(error) }
    }
}
