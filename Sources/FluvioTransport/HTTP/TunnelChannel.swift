import Glibc
import Synchronization

/// A channel by way of an HTTP proxy, which connects it with somebody else (HTTP: CONNECT).
final class TunnelChannel: ByteChannel {
    private struct State {
        var outgoing: [UInt8]
        var sent = 0
        var reader = HTTPHeadReader(.answer)
        var isDone = false
    }

    private let below: any ByteChannel
    private let proxy: HTTPProxy
    private let state: Mutex<State>

    var raw: CInt { below.raw }
    var buffersInput: Bool { below.buffersInput }

    /// - Parameters:
    ///   - below: is connected to the proxy.
    ///   - target: whom the proxy shall connect to.
    init(over below: any ByteChannel, to target: Endpoint, by proxy: HTTPProxy) {
        self.below = below
        self.proxy = proxy
        state = Mutex(State(outgoing: Array(proxy.request(for: target).utf8)))
    }

    func handshake() -> Progress {
        state.withLock { state in
            if state.isDone { return .done }
            while state.sent < state.outgoing.count {
                switch state.outgoing.write(from: state.sent, to: below) {
                case .moved(let count): state.sent += count
                case .blocked(let readiness): return .blocked(readiness)
                case .failed, .end: return failed(.brokenOff)
                }
            }
            while true {
                var bytes: [UInt8] = []
                switch below.read(atMost: HTTPHead.limit, into: &bytes) {
                case .blocked(let readiness): return .blocked(readiness)
                case .failed, .end: return failed(.brokenOff)
                case .moved: break
                }
                switch state.reader.take(bytes) {
                case .none: continue
                case .failure(let failure): return failed(failure)
                case .head(let head, let rest):
                    guard let status = head.status else { return failed(.notHTTP) }
                    guard 200..<300 ~= status.code else { return failed(.refused(status)) }
                    // Whoever is behind it waits for this side to speak first.
                    guard rest.isEmpty else { return failed(.surplus) }
                    state.isDone = true
                    return .done
                }
            }
        }
    }

    private func failed(_ failure: HTTPFailure) -> Progress {
        .failed(.proxy(ProxyFailure(proxy: proxy.endpoint.description, failure: failure)))
    }

    func lateness(_ waited: Duration) -> TransportError.Reason {
        .proxy(ProxyFailure(proxy: proxy.endpoint.description, failure: .silent(waited)))
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) -> Transfer { unsafe below.read(into: buffer) }

    func write(_ vectors: UnsafeMutableBufferPointer<iovec>, more: Bool) -> Transfer {
        unsafe below.write(vectors, more: more)
    }

    func write(file: CInt, offset: Int, count: Int) -> Transfer {
        below.write(file: file, offset: offset, count: count)
    }

    func finishWriting() -> Progress { below.finishWriting() }
    func acknowledge() { below.acknowledge() }
    func close(reset: Bool) { below.close(reset: reset) }
}
