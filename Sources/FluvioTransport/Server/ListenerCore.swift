import Glibc
import Synchronization
import Unix

/// The socket of a ``Listener`` or a ``WebSocketGateway``. The loop holds on to this while the socket is open.
final class ListenerCore: LoopMember {
    private struct State: ~Copyable {
        var socket: FileDescriptor?
        var token: LoopToken?
        var timer: Timer?
    }

    /// For how long nothing is accepted when the process is out of descriptors or memory. Who wants to connect
    /// waits in the backlog meanwhile; the socket stays ready, so going on would only burn time.
    private static let pause: Duration = .milliseconds(100)
    /// How many connections are accepted before others of the loop have their turn.
    private static let turn = 64

    private let loop: EventLoop
    private let trouble: @Sendable (ListenerTrouble) -> Void
    private let serve: @Sendable (consuming FileDescriptor, String) -> Void
    private let state = Mutex(State())

    /// - Parameter serve: takes the non-blocking socket of a new connection, and the address that it comes from.
    init(
        on loop: EventLoop, trouble: @escaping @Sendable (ListenerTrouble) -> Void,
        serve: @escaping @Sendable (consuming FileDescriptor, String) -> Void
    ) {
        self.loop = loop
        self.trouble = trouble
        self.serve = serve
    }

    /// Opens the socket; the port that it has.
    func listen(host: String, port: UInt16) throws(SystemError) -> UInt16 {
        let name = Endpoint(host: host, port: port).description
        let socket = try Sockets.listen(on: try Resolver.address(toListenOn: host, port))
        let bound = try Sockets.localAddress(socket.raw).port
        guard let token = loop.core.join(self) else {
            throw SystemError(code: ECANCELED, call: "listen", subject: name)
        }
        var kept: FileDescriptor? = consume socket
        do throws(SystemError) {
            try state.withLock { state throws(SystemError) in
                state.token = token
                state.socket = kept.take()
                if let raw = state.socket?.raw { try loop.core.watch(raw, token, .read) }
            }
        } catch {
            close()
            throw error
        }
        return bound
    }

    /// Closes the socket. From any thread: accept(2) runs under the lock.
    func close() {
        let (token, timer) = state.withLock { state in
            if let raw = state.socket?.raw { loop.core.unwatch(raw) }
            state.socket = nil
            return (state.token.take(), state.timer.take())
        }
        if let timer { loop.cancel(timer) }
        if let token { loop.core.leave(token) }
    }

    func loopStopped() { close() }

    func ready(_ readiness: Readiness) {
        for _ in 0..<Self.turn {
            do throws(SystemError) {
                guard let accepted = try acceptOne() else { return }
                take(accepted)
            } catch {
                switch error.code {
                case EAGAIN: return
                // What became of one connection before it was accepted: accept(2) tells of it here.
                case ECONNABORTED, EPROTO, ENETDOWN, ENETUNREACH, EHOSTUNREACH, EPERM: continue
                // EMFILE, ENFILE, ENOBUFS, ENOMEM, or what nobody has thought of.
                default:
                    trouble(.exhausted(error))
                    return rest()
                }
            }
        }
    }

    private func acceptOne() throws(SystemError) -> Sockets.Accepted? {
        try state.withLock { state throws(SystemError) in
            guard let raw = state.socket?.raw else { return nil }
            return try Sockets.accept(raw)
        }
    }

    private func take(_ accepted: consuming Sockets.Accepted) {
        let peer = accepted.address.description
        let socket = accepted.takeDescriptor()
        Sockets.tune(socket.raw)
        serve(socket, peer)
    }

    private func rest() {
        setWatched([])
        let timer = loop.schedule(after: Self.pause) { [weak self] in self?.setWatched(.read) }
        state.withLock { $0.timer = timer }
    }

    private func setWatched(_ readiness: Readiness) {
        state.withLock { state in
            guard let raw = state.socket?.raw, let token = state.token else { return }
            // It fails only for a socket that is not watched, which this one is.
            try? loop.core.rewatch(raw, token, readiness)
        }
    }
}
