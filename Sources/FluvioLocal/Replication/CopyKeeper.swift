import FluvioProtocol
import FluvioTransport
import Synchronization
import Unix

/// The copies that a server has of what others lead. Their thread begins with the first of them: a server that is alone
/// has none.
final class CopyKeeper: Sendable {
    private struct State {
        var followers: [ReplicaKey: Follower] = [:]
        var loop: EventLoop?
    }

    private let server: Int32
    private let leader: @Sendable (Int32, ReplicaKey) -> Partition?
    private let say: @Sendable (String) -> Void
    private let state = Mutex(State())

    /// See ``Follower``.
    init(
        server: Int32, leader: @escaping @Sendable (Int32, ReplicaKey) -> Partition?,
        say: @escaping @Sendable (String) -> Void
    ) {
        self.server = server
        self.leader = leader
        self.say = say
    }

    /// Keeps a partition in step with its leader as long as another server leads it.
    func keep(_ partition: Partition) throws(SystemError) {
        guard partition.configuration.replicas.count > 1 else { return }
        let follower = try state.withLock { state throws(SystemError) in
            if let known = state.followers[partition.key] { return known }
            let loop = if let known = state.loop { known } else { try EventLoop(name: "spu-\(server)-copy") }
            state.loop = loop
            let follower = Follower(partition, on: server, loop: loop, leader: leader, say: say)
            state.followers[partition.key] = follower
            return follower
        }
        follower.poke()
    }

    /// The partition is deleted.
    func drop(_ key: ReplicaKey) { state.withLock { $0.followers.removeValue(forKey: key) }?.stop() }

    /// All look for their leaders again.
    func poke() {
        for follower in state.withLock({ Array($0.followers.values) }) { follower.poke() }
    }

    /// Runs a job on the thread. False: there is none.
    func run(_ job: @escaping @Sendable () -> Void) -> Bool {
        state.withLock { $0.loop }?.run(job) ?? false
    }

    /// Ends the thread.
    func stop() {
        let (loop, followers) = state.withLock { state in
            defer { state = State() }
            return (state.loop, Array(state.followers.values))
        }
        loop?.stop()
        for follower in followers { follower.stop() }
    }
}
