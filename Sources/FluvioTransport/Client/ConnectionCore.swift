import FluvioProtocol
import Synchronization
import Unix

/// What a ``Connection`` is made of. The loop holds on to this while the socket is open, so that a connection that
/// its owners let go of can end.
final class ConnectionCore: LinkOwner {
    typealias Reply = Connection.Reply
    typealias Reason = TransportError.Reason

    private struct State {
        var machine = ConnectionState<Reply>()
        var alarm: Timer?
        /// Told of the end, or of their own deadline.
        var drains: [Int: Drain] = [:]
        var lastDrain = 0
    }

    private struct Drain {
        let done: @Sendable (DrainEnd) -> Void
        let timer: Timer
    }

    let peer: String
    let loop: EventLoop
    private let link: Link
    private let state = Mutex(State())
    private let opened: Mutex<(@Sendable (Reason?) -> Void)?>

    /// - Parameter opened: called once, on the loop's thread: nil when requests are taken, else why never.
    init(peer: String, link: Link, opened: @escaping @Sendable (Reason?) -> Void) {
        self.peer = peer
        self.link = link
        loop = link.loop
        self.opened = Mutex(opened)
    }

    /// Begins with the handshake. On the loop's thread.
    func start() { link.start(for: self) }

    var isOpen: Bool { state.withLock { $0.machine.isOpen } }
    var closeError: TransportError? { state.withLock { $0.machine.endReason }.map { error($0) } }
    var waiting: Int { state.withLock { $0.machine.waiting } }
    func nextID() -> Int32 { state.withLock { $0.machine.nextID() } }

    /// What it means that this took longer than it may.
    func lateness(_ waited: Duration) -> Reason { link.channel.lateness(waited) }

    func error(_ reason: Reason) -> TransportError { TransportError(reason, peer: peer) }

    // MARK: Requests

    /// Sends a request in one or two pieces.
    func request(
        _ piece: OutputQueue.Piece, _ next: OutputQueue.Piece? = nil, id: Int32, timeout: Duration,
        reply: @escaping Reply
    ) {
        perform(event(.request(id, reply, timeout: timeout, now: .now)), sending: id, piece, next)
    }

    func subscribe(_ piece: OutputQueue.Piece, _ next: OutputQueue.Piece? = nil, id: Int32, deliver: @escaping Reply) {
        perform(event(.subscribe(id, deliver)), sending: id, piece, next)
    }

    private func perform(
        _ action: ConnectionState<Reply>.Action, sending id: Int32, _ piece: OutputQueue.Piece,
        _ next: OutputQueue.Piece?
    ) {
        guard case .transmit = action else { return perform(action) }
        if !link.send(piece, next) { perform(event(.unsent(id))) }
    }

    func unsubscribe(_ id: Int32) {
        let action = event(.unsubscribe(id))
        // A stream is not told of an end that its owner asked for.
        _ = consume action
    }

    /// The waiter of a request is told at once, on the calling thread.
    func cancel(_ id: Int32) {
        if case .release(let reply) = event(.cancel(id)) {
            reply(.failure(error(.cancelled)))
        }
    }

    func close() { perform(event(.close)) }

    private func perform(_ action: ConnectionState<Reply>.Action) {
        switch action {
        case .refuse(let reply, let reason):
            let error = error(reason)
            onLoop { reply(.failure(error)) }
        case .end(let reason):
            link.deafen()
            loop.run { self.link.end(reason) }
        case .finishWriting:
            link.finishWriting()
        case .nothing, .transmit, .deliver, .release, .expire, .fail:
            break
        }
    }

    /// On the loop's thread; when it has stopped, here: whoever waits must be told.
    func onLoop(_ job: @escaping @Sendable () -> Void) {
        if !loop.run(job) { job() }
    }

    // MARK: Deadlines

    /// The alarm is set under the lock, or a later one could replace an earlier.
    private func event(_ event: ConnectionState<Reply>.Event) -> ConnectionState<Reply>.Action {
        state.withLock { state in
            let action = state.machine.event(event)
            switch action {
            case .transmit(let alarm?), .expire(_, let alarm?):
                if let before = state.alarm { loop.cancel(before) }
                state.alarm = loop.schedule(at: alarm) { [weak self] in self?.ring() }
            default: break
            }
            return action
        }
    }

    private func ring() {
        guard case .expire(let expired, _) = event(.alarm(.now)) else { return }
        for request in expired { request.waiter(.failure(error(.deadline(request.timeout)))) }
    }

    // MARK: Draining

    func drain(timeout: Duration, done: @escaping @Sendable (DrainEnd) -> Void) {
        let (action, ended) = state.withLock { state -> (ConnectionState<Reply>.Action, DrainEnd?) in
            if state.machine.hasEnded, let reason = state.machine.endReason { return (.nothing, DrainEnd(reason)) }
            state.lastDrain += 1
            let id = state.lastDrain
            let timer = loop.schedule(after: timeout) { [weak self] in self?.drainIsLate(id) }
            state.drains[id] = Drain(done: done, timer: timer)
            return (state.machine.event(.drain), nil)
        }
        if let ended { return done(ended) }
        perform(action)
    }

    private func drainIsLate(_ id: Int) {
        guard let drain = state.withLock({ $0.drains.removeValue(forKey: id) }) else { return }
        close()
        drain.done(.deadline)
    }

    // MARK: What the link tells

    func linkOpened() { opened.withLock { $0.take() }?(nil) }

    func linkReceived(_ frame: consuming IncomingFrame) {
        let id = frame.correlationID
        switch event(.frame(id)) {
        case .deliver(let reply): reply(.success(frame))
        case let action: perform(action)
        }
    }

    func linkFinished() { link.end(.closed) }

    func linkWritable() {}

    func linkEnded(_ reason: Reason?) {
        opened.withLock { $0.take() }?(reason ?? .closedLocally)
        let (action, alarm, drains) = state.withLock { state in
            (
                state.machine.event(.ended(reason ?? .closedLocally)), state.alarm.take(),
                exchange(&state.drains, with: [:])
            )
        }
        if let alarm { loop.cancel(alarm) }
        guard case .fail(let waiters, let reason) = action else { return }
        let error = error(reason)
        for reply in waiters { reply(.failure(error)) }
        for drain in drains.values {
            loop.cancel(drain.timer)
            drain.done(DrainEnd(reason))
        }
    }
}

extension DrainEnd {
    /// What the end of a connection means for what was sent on it.
    init(_ reason: TransportError.Reason) {
        self = reason == .closed ? .endOfFile : .reset
    }
}
