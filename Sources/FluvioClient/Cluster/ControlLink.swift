import FluvioProtocol
import FluvioTransport
import Synchronization

/// The connection to the SC for the life of a client: made again when it breaks, with new watches.
final class ControlLink: Sendable {
    private enum State {
        /// In use.
        case open(ServerLink)
        /// Being made again; why the last attempt failed, and who waits.
        case lost(FluvioError, waiting: [Once<ServerLink>])
        /// For good.
        case closed
    }

    let profile: ClusterProfile
    private let security: Security
    let settings: ClientSettings
    let store: TopologyStore
    let loop: EventLoop
    private let onEvent: (@Sendable (ClientEvent) -> Void)?
    private let state: Mutex<State>

    init(
        profile: ClusterProfile, security: Security, settings: ClientSettings, store: TopologyStore, loop: EventLoop,
        onEvent: (@Sendable (ClientEvent) -> Void)?
    ) {
        self.onEvent = onEvent
        self.profile = profile
        self.security = security
        self.settings = settings
        self.store = store
        self.loop = loop
        state = Mutex(.lost(FluvioError(.unreachable, "not connected to \(profile.server) yet"), waiting: []))
    }

    /// Makes the first connection.
    /// - Returns: what ``keep(_:)`` watches over.
    func open() async throws(FluvioError) -> Once<FluvioError> {
        let (connection, ended) = try await establish()
        set(connection)
        return ended
    }

    /// Watches over the connection and makes it again whenever it breaks, until the task is cancelled.
    func keep(_ first: Once<FluvioError>) async {
        var ended = first
        var backoff = Backoff()
        var random = SystemRandomNumberGenerator()
        while true {
            let start = ContinuousClock.now
            guard let reason = try? await ended.value(), fail(reason) else { return }
            onEvent?(.lost(reason))
            // A server that takes connections and drops them at once is not tried without pause.
            if start.duration(to: .now) > backoff.maximum { backoff.reset() }
            while true {
                guard (try? await Task.sleep(for: backoff.next(using: &random))) != nil else { return }
                do throws(FluvioError) {
                    let connection: ServerLink
                    (connection, ended) = try await establish()
                    guard set(connection) else { return }
                    break
                } catch {
                    guard fail(error) else { return }
                }
            }
            onEvent?(.recovered(server: profile.server.description))
        }
    }

    /// The connection, waiting for a new one if it is lost.
    ///
    /// - Throws: ``FluvioError/Code/unreachable`` after `limit`; ``FluvioError/Code/closed``.
    func connection(within limit: Duration) async throws(FluvioError) -> ServerLink {
        let once = Once<ServerLink>()
        state.withLock { state in
            switch state {
            // Not `isOpen`: a connection that has just broken fails the call, which tells how.
            case .open(let connection): once.settle(.success(connection))
            case .lost(let reason, let waiting): state = .lost(reason, waiting: waiting + [once])
            case .closed: once.settle(.failure(.clientClosed))
            }
        }
        let timer = loop.schedule(after: limit) { [self] in
            let reason: FluvioError? = state.withLock { state in
                if case .lost(let reason, _) = state { reason } else { nil }
            }
            // However the connection was lost: what was asked now was not even sent.
            let message = reason?.message ?? "no connection to \(profile.server)"
            let place = FluvioError.Place(server: profile.server.description)
            once.settle(.failure(FluvioError(.unreachable, message, at: place, underlying: reason?.underlying)))
        }
        defer {
            loop.cancel(timer)
            // Who asks again and again while the SC is away must not pile up.
            state.withLock { state in
                if case .lost(let reason, let waiting) = state {
                    state = .lost(reason, waiting: waiting.filter { $0 !== once })
                }
            }
        }
        return try await once.value()
    }

    /// Asks the SC.
    ///
    /// - Parameters:
    ///   - timeout: for all of it, the wait for a lost connection included.
    ///   - isRepeatable: asks again if the connection breaks before the answer comes. Only for requests that change
    ///     nothing.
    func call<R: WireRequest>(
        _ request: R, timeout: Duration, isRepeatable: Bool
    ) async throws(FluvioError) -> R.Response {
        let deadline = ContinuousClock.now + timeout
        while true {
            let connection = try await connection(within: max(deadline - .now, .zero))
            do throws(FluvioError) {
                return try await connection.call(request, timeout: max(deadline - .now, .milliseconds(1)))
            } catch {
                guard error.code == .connectionLost || error.code == .closed else { throw error }
                let lost = FluvioError(.connectionLost, error.message, at: error.place, underlying: error.underlying)
                // `keep` hears of it, too, but perhaps later than this loop comes round.
                guard fail(lost, of: connection) else { throw .clientClosed }
                guard isRepeatable, ContinuousClock.now < deadline else { throw lost }
            }
        }
    }

    /// Ends everything. ``keep(_:)`` is ended by cancelling its task.
    func close() {
        let (connection, waiting): (ServerLink?, [Once<ServerLink>]) = state.withLock { state in
            defer { state = .closed }
            switch state {
            case .open(let connection): return (connection, [])
            case .lost(_, let waiting): return (nil, waiting)
            case .closed: return (nil, [])
            }
        }
        connection?.connection.close()
        for once in waiting { once.settle(.failure(.clientClosed)) }
    }

    // MARK: - Making a connection

    /// A new connection with its three watches, and what tells when one of them ends.
    private func establish() async throws(FluvioError) -> (ServerLink, Once<FluvioError>) {
        let connection = try await ServerLink.connect(
            to: profile.endpoint, on: loop, security: security, clientID: settings.clientID,
            timeout: settings.connectTimeout)
        let platform = connection.versions.platformVersion
        guard PlatformVersion(platform)?.isSupported == true else {
            throw FluvioError(
                .incompatible,
                "\(profile.server) runs Fluvio \(platform.isEmpty ? "of an unknown version" : platform); "
                    + "\(PlatformVersion.minimum) or newer is needed",
                at: .init(server: connection.server))
        }
        let ended = Once<FluvioError>()
        // The order of the official client.
        try watch(WatchRequest<SpuSpec>(), on: connection, until: ended) { $0.apply($1) }
        try watch(WatchRequest<PartitionSpec>(), on: connection, until: ended) { $0.apply($1) }
        try watch(WatchRequest<TopicSpec>(), on: connection, until: ended) { $0.apply($1) }
        return (connection, ended)
    }

    private func watch<Spec: WatchableSpec>(
        _ request: WatchRequest<Spec>, on connection: ServerLink, until ended: Once<FluvioError>,
        _ apply: @escaping @Sendable (TopologyStore, MetadataUpdate<Spec>) -> Void
    ) throws(FluvioError) {
        try connection.subscribe(request) { [store, weak connection = connection.connection] update in
            switch update {
            case .success(let update): apply(store, update)
            case .failure(let error):
                // The first error says why: that of the others is that they were closed.
                ended.settle(.success(error))
                // Half of the news is none: with one watch the others go, too.
                connection?.close()
            }
        }
    }

    // MARK: - State

    /// False: the client is closed, and with it the connection.
    @discardableResult
    private func set(_ connection: ServerLink) -> Bool {
        let waiting: [Once<ServerLink>]? = state.withLock { state in
            switch state {
            case .closed: return nil
            case .open:
                state = .open(connection)
                return []
            case .lost(_, let waiting):
                state = .open(connection)
                return waiting
            }
        }
        guard let waiting else {
            connection.connection.close()
            return false
        }
        for once in waiting { once.settle(.success(connection)) }
        return true
    }

    /// The connection is lost, or the attempt to make a new one has failed. False: the client is closed.
    /// - Parameter connection: says so of this one alone, which may have been replaced meanwhile.
    private func fail(_ reason: FluvioError, of connection: ServerLink? = nil) -> Bool {
        state.withLock { state in
            switch state {
            case .closed: return false
            case .open(let current):
                if connection == nil || connection?.connection === current.connection {
                    state = .lost(reason, waiting: [])
                }
            case .lost(_, let waiting): state = .lost(reason, waiting: waiting)
            }
            return true
        }
    }
}

extension FluvioError {
    static var clientClosed: FluvioError { FluvioError(.closed, "the client is closed") }
}
