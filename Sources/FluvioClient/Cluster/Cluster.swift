import FluvioProtocol
import FluvioTransport
import Unix

/// What all parts of a client share: the event loop, the SC, the topology and the SPUs. It ends when the client and
/// everything it made are gone, or with ``close()``.
final class Cluster: Sendable {
    /// Where the cluster is.
    let profile: ClusterProfile
    /// How the client behaves.
    let settings: ClientSettings
    /// Told of the way.
    let onEvent: (@Sendable (ClientEvent) -> Void)?
    /// The thread that connections and timers run on.
    let loop: EventLoop
    /// What the cluster consists of.
    let topology: TopologyStore

    let control: ControlLink
    private let pool: SpuPool
    private let keeper: Task<Void, Never>

    private init(
        profile: ClusterProfile, settings: ClientSettings, loop: EventLoop, topology: TopologyStore,
        security: ClusterSecurity, control: ControlLink, keeper: Task<Void, Never>,
        onEvent: (@Sendable (ClientEvent) -> Void)?
    ) {
        self.profile = profile
        self.settings = settings
        self.onEvent = onEvent
        self.loop = loop
        self.topology = topology
        self.control = control
        self.keeper = keeper
        pool = SpuPool(profile: profile, security: security, settings: settings, store: topology, loop: loop)
    }

    deinit { close() }

    /// Connects to the SC, once.
    static func open(
        _ profile: ClusterProfile, security: ClusterSecurity, settings: ClientSettings,
        onEvent: (@Sendable (ClientEvent) -> Void)?
    ) async throws(FluvioError) -> Cluster {
        let loop: EventLoop
        do throws(SystemError) {
            loop = try EventLoop(name: "fluvio")
        } catch {
            throw FluvioError(error, while: "cannot start the client")
        }
        let store = TopologyStore(loop: loop)
        let control = ControlLink(
            profile: profile, security: security.controller, settings: settings, store: store, loop: loop,
            onEvent: onEvent)
        let ended: Once<FluvioError>
        do throws(FluvioError) {
            ended = try await control.open()
        } catch {
            loop.stop()
            throw error
        }
        // The one task of a client. It holds on to the link and not to the cluster, whose end cancels it.
        let keeper = Task { await control.keep(ended) }
        return Cluster(
            profile: profile, settings: settings, loop: loop, topology: store, security: security,
            control: control, keeper: keeper, onEvent: onEvent)
    }

    /// Ends all connections. Everybody who waits is told ``FluvioError/Code/closed``.
    func close() {
        keeper.cancel()
        topology.end(.clientClosed)
        control.close()
        pool.close()
        loop.stop()
    }
}

// MARK: - The SC

extension Cluster {
    /// Asks the SC. See ``ServerLink/call(_:timeout:)`` for what it throws; also ``FluvioError/Code/unreachable`` while
    /// it is away.
    ///
    /// - Parameters:
    ///   - timeout: for all of it; nil: ``ClientSettings/requestTimeout``.
    ///   - isRepeatable: asks again if the connection breaks before the answer comes. Only for requests that change
    ///     nothing.
    func ask<R: WireRequest>(
        _ request: R, timeout: Duration? = nil, isRepeatable: Bool = false
    ) async throws(FluvioError) -> R.Response {
        try await control.call(request, timeout: timeout ?? settings.requestTimeout, isRepeatable: isRepeatable)
    }

    /// A topic, waiting for the SC's first news if need be. The SC's list has the last word on whether there is one: the
    /// news of what another client has just created may still be on its way.
    ///
    /// - Throws: ``FluvioError/Code/topicNotFound``; ``FluvioError/Code/deadlineExceeded``.
    func topic(named name: String, within limit: Duration? = nil) async throws(FluvioError) -> Metadata<TopicSpec> {
        let limit = limit ?? settings.requestTimeout
        let failure: @Sendable (Topology) -> FluvioError = { [profile] _ in
            FluvioError(.deadlineExceeded, "\(profile.server) has not told its topics", at: .init(topic: name))
        }
        do throws(FluvioError) {
            return try await topology.value(within: limit, orElse: failure) { topology throws(FluvioError) in
                try topology.topic(named: name)
            }
        } catch {
            guard error.code == .topicNotFound, try await isListed(name, within: limit) else { throw error }
            return try await topology.value(within: limit, orElse: failure) { $0.topics[name] }
        }
    }

    /// Whether the SC has a topic of exactly this name.
    private func isListed(_ name: String, within limit: Duration) async throws(FluvioError) -> Bool {
        for system in [false, true] {
            let request = ListRequest<TopicSpec>(nameFilters: [name], system: system)
            if try await ask(request, timeout: limit, isRepeatable: true).objects.contains(where: { $0.name == name }) {
                return true
            }
        }
        return false
    }

    /// The id of the SPU that leads a partition, waiting for one if need be.
    ///
    /// - Parameter previous: an SPU that does not lead it any more, by its own word: waits until another one does, or
    ///   until `limit` is over and the SC still names this one; then it is answered again.
    /// - Throws: ``FluvioError/Code/topicNotFound``, ``FluvioError/Code/partitionNotFound``,
    ///   ``FluvioError/Code/notProvisioned``.
    func leader(
        of key: ReplicaKey, not previous: Int32? = nil, within limit: Duration? = nil
    ) async throws(FluvioError) -> Int32 {
        do throws(FluvioError) {
            return try await topology.value(
                within: limit ?? settings.requestTimeout,
                orElse: { topology in
                    FluvioError(
                        .notProvisioned, "no SPU leads it: \(topology.reason(forWaitingOn: key.topic))",
                        at: .init(topic: key.topic, partition: Int(key.partition)))
                },
                { topology throws(FluvioError) in
                    let leader = try topology.leader(of: key)
                    return leader == previous ? nil : leader
                })
        } catch {
            if error.code == .notProvisioned, let previous, topology.current.partition(key)?.leader == previous {
                return previous
            }
            throw error
        }
    }
}

// MARK: - The SPUs

extension Cluster: LeaderDirectory {
    func leader(of replica: ReplicaKey) async throws(FluvioError) -> Int32 {
        try await leader(of: replica, not: nil)
    }

    /// A new connection to an SPU, for the caller alone: it may drain it, and it ends when the caller drops it.
    func connect(to spu: Int32) async throws(FluvioError) -> ServerLink { try await pool.dedicated(spu) }

    /// The connection to an SPU for requests and streams, shared by all.
    ///
    /// - Throws: ``FluvioError/Code/unreachable``, ``FluvioError/Code/incompatible``, ``FluvioError/Code/closed``,
    ///   ``FluvioError/Code/cancelled``.
    func sharedLink(to spu: Int32) async throws(FluvioError) -> ServerLink { try await pool.shared(spu) }

    func news(of replica: ReplicaKey, within limit: Duration) async {
        let before = topology.current.whereabouts(of: replica)
        _ = try? await topology.value(
            within: limit, orElse: { _ in FluvioError(.deadlineExceeded, "no news") },
            { topology in topology.whereabouts(of: replica) == before ? nil : true })
    }

    func observeLeaders(
        of topic: String, _ observer: @escaping @Sendable ([UInt32: Int32]) -> Bool
    ) -> TopologyStore.ObserverID {
        topology.observe { result in
            guard case .success(let topology) = result else { return true }
            return observer((topology.partitions[topic] ?? [:]).mapValues(\.leader))
        }
    }

    func forget(_ observer: TopologyStore.ObserverID) { topology.forget(observer) }
}
