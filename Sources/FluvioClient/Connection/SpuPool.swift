import FluvioProtocol
import FluvioTransport
import Synchronization

/// The connections to SPUs. Each SPU has one for requests and streams, made when it is first needed and replaced when
/// it is broken or the SPU has moved; a producer takes one of its own, which it may drain.
final class SpuPool: Sendable {
    private enum Slot {
        /// Somebody makes it; these wait for it. Nil: the one who made it was cancelled, make it yourself.
        case connecting([Once<ServerLink?>])
        case open(ServerLink)
    }

    private enum Claim {
        case take(ServerLink)
        case wait(Once<ServerLink?>)
        case make
    }

    private struct State {
        var slots: [Int32: Slot] = [:]
        /// Connections that were given away; those that nobody holds are gone.
        var dedicated: [WeakConnection] = []
        var isClosed = false
    }

    private struct WeakConnection {
        weak var connection: Connection?
    }

    private let state = Mutex(State())
    private let profile: ClusterProfile
    private let security: ClusterSecurity
    private let settings: ClientSettings
    private let store: TopologyStore
    private let loop: EventLoop

    init(
        profile: ClusterProfile, security: ClusterSecurity, settings: ClientSettings, store: TopologyStore,
        loop: EventLoop
    ) {
        self.profile = profile
        self.security = security
        self.settings = settings
        self.store = store
        self.loop = loop
    }

    /// The connection to an SPU for requests and streams.
    func shared(_ id: Int32) async throws(FluvioError) -> ServerLink {
        while true {
            let endpoint = try await address(of: id)
            switch claim(id, at: endpoint) {
            case .take(let connection): return connection
            case .wait(let once):
                if let connection = try await once.value() { return connection }
            case .make: return try await make(id, at: endpoint)
            }
        }
    }

    /// A new connection to an SPU, for the caller alone.
    func dedicated(_ id: Int32) async throws(FluvioError) -> ServerLink {
        let connection = try await connect(id, at: try await address(of: id))
        let isClosed = state.withLock { state in
            state.dedicated.removeAll { $0.connection == nil }
            if !state.isClosed { state.dedicated.append(WeakConnection(connection: connection.connection)) }
            return state.isClosed
        }
        guard isClosed else { return connection }
        connection.connection.close()
        throw .clientClosed
    }

    /// Closes all connections, also those given away, and makes no more.
    func close() {
        let (slots, dedicated) = state.withLock { state in
            state.isClosed = true
            defer {
                state.slots = [:]
                state.dedicated = []
            }
            return (Array(state.slots.values), state.dedicated)
        }
        for slot in slots {
            switch slot {
            case .open(let connection): connection.connection.close()
            case .connecting(let waiting): for once in waiting { once.settle(.failure(.clientClosed)) }
            }
        }
        for entry in dedicated { entry.connection?.close() }
    }

    // MARK: - Making connections

    private func address(of id: Int32) async throws(FluvioError) -> Endpoint {
        let local = profile.usesLocalSPUAddress
        return try await store.value(
            within: settings.requestTimeout,
            orElse: { _ in FluvioError(.unreachable, "the SC does not say where SPU \(id) is") },
            { topology throws(FluvioError) in try topology.address(ofSpu: id, local: local) })
    }

    private func claim(_ id: Int32, at endpoint: Endpoint) -> Claim {
        state.withLock { state in
            switch state.slots[id] {
            case .open(let connection)? where connection.connection.isOpen && connection.connection.peer == endpoint:
                return .take(connection)
            case .connecting(let waiting)?:
                let once = Once<ServerLink?>()
                state.slots[id] = .connecting(waiting + [once])
                return .wait(once)
            case .open?, nil:
                // One that is merely at an old address lives on for those who use it.
                state.slots[id] = .connecting([])
                return .make
            }
        }
    }

    private func make(_ id: Int32, at endpoint: Endpoint) async throws(FluvioError) -> ServerLink {
        let result: Result<ServerLink, FluvioError>
        do throws(FluvioError) {
            result = .success(try await connect(id, at: endpoint))
        } catch {
            result = .failure(error)
        }
        let (waiting, isClosed) = state.withLock { state in
            var waiting: [Once<ServerLink?>] = []
            if case .connecting(let tasks)? = state.slots[id] { waiting = tasks }
            state.slots[id] = nil
            if !state.isClosed, case .success(let connection) = result { state.slots[id] = .open(connection) }
            return (waiting, state.isClosed)
        }
        if isClosed {
            if case .success(let connection) = result { connection.connection.close() }
            throw .clientClosed
        }
        for once in waiting {
            // The cancellation of the one who made it is no failure of those who waited.
            if case .failure(let error) = result, error.code == .cancelled {
                once.settle(.success(nil))
            } else {
                once.settle(result.map { $0 })
            }
        }
        return try result.get()
    }

    private func connect(_ id: Int32, at endpoint: Endpoint) async throws(FluvioError) -> ServerLink {
        // It was known when its address was asked for, but may have gone since.
        guard let name = store.current.spus[id]?.name else {
            throw FluvioError(.unreachable, "SPU \(id) is not in the cluster any more")
        }
        return try await ServerLink.connect(
            to: endpoint, on: loop, security: security.spu(name, at: endpoint), clientID: settings.clientID,
            timeout: settings.connectTimeout)
    }
}
