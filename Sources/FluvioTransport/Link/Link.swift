import FluvioProtocol
import Synchronization
import Unix

/// Whom a ``Link`` belongs to. All calls come from the loop's thread, outside any lock.
protocol LinkOwner: AnyObject, Sendable {
    /// The handshake is done.
    func linkOpened()
    /// A whole frame.
    func linkReceived(_ frame: consuming IncomingFrame)
    /// The peer sends no more; its last frame was whole.
    func linkFinished()
    /// The queue was at or above the low-water mark, and is below it again.
    func linkWritable()
    /// The socket is closed. Called once, last. nil: this side ended it in order.
    func linkEnded(_ reason: TransportError.Reason?)
}

/// A connected socket on a loop: frames in, pieces out. Both sides of a connection are built on it.
///
/// Writing happens on any thread, under the lock of `state`. Reading, and closing, happen on the loop's thread alone,
/// so that the descriptor of a read cannot be closed, and given to somebody else, meanwhile.
final class Link: LoopMember {
    /// What a link expects of its peer.
    struct Limits: Sendable {
        /// Shortest frame taken, in bytes, its length prefix not counted.
        var minimumFrame: Int
        /// Longest.
        var maximumFrame: Int
        /// For the rest of a frame once its first byte has come.
        var frameDeadline: Duration?
        /// See ``LinkOwner/linkWritable()``, in bytes.
        var lowWaterMark = 1 << 20
        /// For the handshake.
        var handshakeDeadline: Duration = .seconds(10)
    }

    /// How much is read or written, in bytes, before others of the loop have their turn.
    static let turn = 8 << 20

    let loop: EventLoop
    let channel: any ByteChannel
    let limits: Limits
    let owner = Mutex<(any LinkOwner)?>(nil)
    let input: Mutex<FrameReader>
    let frameClock = Mutex(FrameClock())
    let state = Mutex(LinkState())
    /// Bits of ``Gate``: what every read asks, and any thread may set. Without the lock: an answer may be here while
    /// the thread that sent the request is still inside its write, and holds the lock.
    let gate = Atomic<UInt8>(Gate.handshaking)

    /// Reasons not to read or not to deliver.
    enum Gate {
        /// Nothing is delivered for now.
        static let paused: UInt8 = 1
        /// Nothing is delivered any more.
        static let deaf: UInt8 = 2
        /// There is nothing to read any more.
        static let ended: UInt8 = 4
        /// There are no frames yet.
        static let handshaking: UInt8 = 8
    }

    /// Takes a connected socket; nothing happens before ``start(for:)``.
    init(_ channel: any ByteChannel, on loop: EventLoop, limits: Limits) {
        self.channel = channel
        self.loop = loop
        self.limits = limits
        input = Mutex(FrameReader(minimum: limits.minimumFrame, maximum: limits.maximumFrame))
    }

    // MARK: Start and end

    /// Begins with the handshake. On the loop's thread.
    func start(for owner: any LinkOwner) {
        self.owner.withLock { $0 = owner }
        guard let token = loop.core.join(self) else { return end(.closedLocally) }
        state.withLock { $0.token = token }
        shakeHands()
    }

    private func shakeHands() {
        switch channel.handshake() {
        case .done:
            guard open() else { return }
            owner.withLock { $0 }?.linkOpened()
            flush()
            if channel.buffersInput { pump() }
        case .blocked(let readiness):
            let failure = state.withLock { state -> TransportError.Reason? in
                if state.timer == nil {
                    let deadline = limits.handshakeDeadline
                    state.timer = loop.schedule(after: deadline) { [weak self] in self?.end(.deadline(deadline)) }
                }
                state.handshakeWants = readiness
                return watch(&state)
            }
            if let failure { end(failure) }
        case .failed(let reason):
            end(reason)
        }
    }

    private func open() -> Bool {
        let failure = state.withLock { state in
            if let timer = state.timer.take() { loop.cancel(timer) }
            state.phase = .open
            gate.bitwiseAnd(~Gate.handshaking, ordering: .relaxed)
            return watch(&state)
        }
        if let failure { end(failure) }
        return failure == nil
    }

    /// Closes the socket and tells the owner. On the loop's thread; after the first time nothing happens.
    func end(_ reason: TransportError.Reason?, reset: Bool = false) {
        gate.bitwiseOr(Gate.deaf | Gate.ended, ordering: .relaxed)
        let (isFirst, isLingering) = state.withLock { state in
            guard state.phase != .closed else { return (false, false) }
            state.phase = .closed
            state.output.removeAll()
            if let timer = state.timer.take() { loop.cancel(timer) }
            if let token = state.token.take() {
                loop.core.unwatch(channel.raw)
                loop.core.leave(token)
            }
            channel.close(reset: reset)
            return (true, state.isLingering)
        }
        guard isFirst else { return }
        if let timer = frameClock.withLock({ $0.timer.take() }) { loop.cancel(timer) }
        // A side that has closed does not care how the other takes it.
        owner.withLock { $0.take() }?.linkEnded(isLingering ? nil : reason)
    }

    func loopStopped() { end(.closedLocally) }

    // MARK: What the loop tells

    func ready(_ readiness: Readiness) {
        if readiness == .read, gateBits == 0, !channel.buffersInput { return pump() }
        let (phase, hasOutput, wants) = state.withLock { ($0.phase, $0.hasOutput, $0.wants(gate: gateBits)) }
        switch phase {
        case .closed: return
        case .handshaking: return shakeHands()
        case .open: break
        }
        let broken = readiness.contains(.hangUp)
        if hasOutput, broken || !readiness.isDisjoint(with: wants.write) { flush() }
        if !wants.read.isEmpty {
            if broken || !readiness.isDisjoint(with: wants.read) { pump() }
        } else if broken {
            lookAtBreak()
        }
    }

    /// Nobody reads, so nothing else would notice, and the loop would tell of it again and again.
    private func lookAtBreak() {
        let reason = state.withLock { state -> TransportError.Reason? in
            guard state.phase == .open else { return nil }
            return Sockets.pendingError(channel.raw, call: "poll").map { TransportError.Reason($0) } ?? .closed
        }
        if let reason { end(reason) }
    }

    var gateBits: UInt8 { gate.load(ordering: .relaxed) }

    /// Tells the loop what this link waits for now. A failure ends the link.
    func watch(_ state: inout LinkState) -> TransportError.Reason? {
        guard let token = state.token else { return nil }
        let wants = state.wants(gate: gateBits).all
        guard wants != state.watched else { return nil }
        do throws(SystemError) {
            if state.watched == nil {
                try loop.core.watch(channel.raw, token, wants)
            } else {
                try loop.core.rewatch(channel.raw, token, wants)
            }
            state.watched = wants
            return nil
        } catch {
            return .system(error)
        }
    }
}
