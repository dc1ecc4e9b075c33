import Synchronization
import Unix

/// Makes a connection: finds the addresses of the host, tries them in turn, and ends with a connection or an error.
///
/// All but the search for addresses happens on the loop's thread.
final class ConnectAttempt: LoopMember {
    typealias Outcome = Result<ConnectionCore, TransportError>

    private struct State: ~Copyable {
        var token: LoopToken?
        /// Of the whole attempt.
        var timer: Timer?
        /// Of the address that is being tried.
        var addressTimer: Timer?
        var addresses: ArraySlice<SocketAddress> = []
        var socket: FileDescriptor?
        /// What became of the address that was tried last.
        var lastFailure: TransportError.Reason?
        /// In its handshake.
        var core: ConnectionCore?
        /// nil: it was told.
        var done: (@Sendable (Outcome) -> Void)?
        /// What was told.
        var outcome: Outcome?
    }

    private let peer: Endpoint
    /// Whom to connect to: the peer, or somebody on the way to it.
    private let hop: Endpoint
    private let loop: EventLoop
    private let security: Security
    private let limits: Link.Limits
    private let timeout: Duration
    private let deadline: MonotonicTime
    private let state = Mutex(State())

    init(
        to peer: Endpoint, on loop: EventLoop, security: Security, timeout: Duration, limits: Link.Limits
    ) {
        self.peer = peer
        hop = security.firstHop(to: peer)
        self.loop = loop
        self.security = security
        self.timeout = timeout
        self.limits = limits
        deadline = .now + timeout
    }

    /// Begins. `done` runs once, on any thread.
    /// - Parameter addresses: those of the host, where they are known.
    func start(addresses: [SocketAddress]? = nil, _ done: @escaping @Sendable (Outcome) -> Void) {
        state.withLock { $0.done = done }
        guard let token = loop.core.join(self) else { return finish(.closedLocally) }
        let timer = loop.schedule(after: timeout) { [self] in late() }
        state.withLock { state in
            state.token = token
            state.timer = timer
        }
        // An address in digits needs no search, and no thread.
        let hop = hop
        let known = addresses ?? (try? Resolver.addresses(of: hop.host, port: hop.port, numericOnly: true))
        if let known { return begin(with: known) }
        do throws(SystemError) {
            let thread = try Unix.startThread { [self] in
                do throws(Resolver.Failure) {
                    begin(with: try Resolver.addresses(of: hop.host, port: hop.port))
                } catch {
                    finish(.resolve(error.text))
                }
            }
            Unix.detach(thread)
        } catch {
            finish(.system(error))
        }
    }

    /// What was told; nil: nothing yet.
    var outcome: Outcome? { state.withLock { $0.outcome } }

    /// Ends the attempt. From any thread; harmless when it is over.
    func cancel() { finish(.cancelled) }

    private func begin(with addresses: [SocketAddress]) {
        let started = loop.run { [self] in
            state.withLock { $0.addresses = addresses[...] }
            tryNext()
        }
        if !started { finish(.closedLocally) }
    }

    private func tryNext() {
        closeSocket()
        let (address, left, failure) = state.withLock { state -> (SocketAddress?, Int, TransportError.Reason?) in
            guard state.done != nil else { return (nil, 0, nil) }
            return (state.addresses.popFirst(), state.addresses.count, state.lastFailure)
        }
        guard let address else { return finish(failure ?? .closedLocally) }
        do throws(SystemError) {
            let socket = try Sockets.open(address.family)
            let raw = socket.raw
            Sockets.tune(raw)
            var kept: FileDescriptor? = consume socket
            state.withLock { $0.socket = kept.take() }
            if try Sockets.connect(raw, to: address) { return settle(raw) }
            // What is left of the time is shared out: one address that never answers must not cost the others theirs.
            let share = (deadline - .now) / (left + 1)
            let timer = left == 0 ? nil : loop.schedule(after: share) { [self] in failed(.deadline(timeout)) }
            try state.withLock { state throws(SystemError) in
                state.addressTimer = timer
                if let token = state.token { try loop.core.watch(raw, token, .write) }
            }
        } catch {
            failed(.connect(error))
        }
    }

    private func late() {
        let core = state.withLock { $0.core }
        finish(core?.lateness(timeout) ?? .deadline(timeout))
    }

    private func failed(_ reason: TransportError.Reason) {
        state.withLock { $0.lastFailure = reason }
        tryNext()
    }

    func ready(_ readiness: Readiness) {
        if let raw = state.withLock({ $0.socket?.raw }) { settle(raw) }
    }

    private func settle(_ raw: CInt) {
        if let error = Sockets.connectError(raw) { failed(.connect(error)) } else { connected() }
    }

    private func connected() {
        guard let socket = takeSocket() else { return }
        let channel = security.clientChannel(over: socket, host: peer.host)
        let link = Link(channel, on: loop, limits: limits)
        let core = ConnectionCore(peer: security.name(of: peer), link: link) { [weak self] reason in
            self?.finish(reason)
        }
        state.withLock { $0.core = core }
        core.start()
    }

    /// The socket, which nobody watches any more.
    private func takeSocket() -> FileDescriptor? {
        let timer = state.withLock { $0.addressTimer.take() }
        if let timer { loop.cancel(timer) }
        return state.withLock { state in
            if let raw = state.socket?.raw { loop.core.unwatch(raw) }
            return state.socket.take()
        }
    }

    private func closeSocket() {
        let socket = takeSocket()
        _ = consume socket
    }

    func loopStopped() { finish(.closedLocally) }

    /// Tells what became of the attempt, if nobody has; nil: it has succeeded.
    private func finish(_ reason: TransportError.Reason?) {
        let (done, core, token, timer) = state.withLock { state in
            (state.done.take(), state.core.take(), state.token.take(), state.timer.take())
        }
        if let timer { loop.cancel(timer) }
        if let done {
            let outcome: Outcome =
                if let core, reason == nil {
                    .success(core)
                } else {
                    .failure(TransportError(reason ?? .closedLocally, peer: security.name(of: peer)))
                }
            state.withLock { $0.outcome = outcome }
            if case .failure = outcome { core?.close() }
            done(outcome)
        } else {
            // The connection stands at last, and its owner has been told that it does not.
            core?.close()
        }
        guard let token else { return }
        // The socket is the loop's: closed elsewhere, its number could be another's when the loop looks at it.
        let later = loop.run { [self] in
            closeSocket()
            loop.core.leave(token)
        }
        // The loop has stopped: nobody looks any more.
        if !later { closeSocket() }
    }
}
