import Glibc
import Synchronization
import Unix

/// Makes a WebSocket of an accepted connection, and gives it away. The loop holds on to this meanwhile.
final class UpgradeAttempt: LoopMember {
    private struct State {
        var token: LoopToken?
        var timer: Timer?
        var watched: Readiness?
        /// It was turned away, and has still to read why: closed at once, the system might take that from it.
        var isLingering = false
        var isOver = false
    }

    private let channel: WebSocketChannel
    private let peer: String
    private let loop: EventLoop
    private let deadline: Duration
    private let trouble: @Sendable (ListenerTrouble) -> Void
    private let opened: @Sendable () -> Void
    private let state = Mutex(State())

    /// For the answer to somebody who was turned away.
    private static let linger: Duration = .seconds(2)

    init(
        _ channel: WebSocketChannel, from peer: String, on loop: EventLoop, deadline: Duration,
        trouble: @escaping @Sendable (ListenerTrouble) -> Void, opened: @escaping @Sendable () -> Void
    ) {
        self.channel = channel
        self.peer = peer
        self.loop = loop
        self.deadline = deadline
        self.trouble = trouble
        self.opened = opened
    }

    /// On the loop's thread.
    func start() {
        guard let token = loop.core.join(self) else { return channel.close(reset: true) }
        let timer = loop.schedule(after: deadline) { [weak self] in self?.late() }
        state.withLock { state in
            state.token = token
            state.timer = timer
        }
        step()
    }

    func ready(_ readiness: Readiness) {
        if state.withLock({ $0.isLingering }) { drop() } else { step() }
    }

    func loopStopped() { finish(reset: true) }

    private func step() {
        switch channel.handshake() {
        case .done:
            leave()
            opened()
        case .blocked(let readiness): watch(readiness)
        case .failed(let reason):
            trouble(.refused(TransportError(reason, peer: peer)))
            turnAway()
        }
    }

    private func watch(_ readiness: Readiness) {
        let isWatched = state.withLock { state in
            guard let token = state.token else { return true }
            guard state.watched != readiness else { return true }
            do throws(SystemError) {
                if state.watched == nil {
                    try loop.core.watch(channel.raw, token, readiness)
                } else {
                    try loop.core.rewatch(channel.raw, token, readiness)
                }
                state.watched = readiness
                return true
            } catch {
                return false
            }
        }
        if !isWatched { finish(reset: true) }
    }

    private func late() {
        if state.withLock({ !$0.isLingering && !$0.isOver }) {
            trouble(.refused(TransportError(channel.lateness(deadline), peer: peer)))
        }
        finish(reset: false)
    }

    private func turnAway() {
        shutdown(channel.raw, CInt(SHUT_WR))
        let timer = loop.schedule(after: Self.linger) { [weak self] in self?.late() }
        let before = state.withLock { state in
            state.isLingering = true
            return exchange(&state.timer, with: timer)
        }
        if let before { loop.cancel(before) }
        watch(.read)
        drop()
    }

    /// Reads what still comes, up to the end.
    private func drop() {
        let isOver = loop.core.scratch.withLock { scratch in
            unsafe scratch.withUnsafeMutableBytes { buffer in
                for _ in 0..<16 {
                    let count = unsafe recv(channel.raw, buffer.baseAddress, buffer.count, 0)
                    if count <= 0 { return count == 0 || errno != EAGAIN }
                }
                return false
            }
        }
        if isOver { finish(reset: false) }
    }

    /// The loop looks at the socket no more.
    private func leave() {
        let (token, timer, wasWatched) = state.withLock { state in
            state.isOver = true
            return (state.token.take(), state.timer.take(), state.watched != nil)
        }
        if let timer { loop.cancel(timer) }
        if wasWatched { loop.core.unwatch(channel.raw) }
        if let token { loop.core.leave(token) }
    }

    private func finish(reset: Bool) {
        guard state.withLock({ !$0.isOver }) else { return }
        leave()
        channel.close(reset: reset)
    }
}
