import Synchronization

/// Which faults happen now. A cluster that has none of these has no faults.
package final class FaultBoard: Sendable {
    private struct State {
        /// How often each still happens.
        var left: [Fault: Int] = [:]
        /// How often each has happened.
        var happened: [Fault: Int] = [:]
        var changed: (@Sendable () -> Void)?
    }

    private let state = Mutex(State())

    /// Nothing goes wrong yet.
    package init() {}

    /// From now on it happens, so many times.
    package func begin(_ fault: Fault, times: Int = .max) { set(fault, times) }

    /// It happens no more.
    package func end(_ fault: Fault) { set(fault, nil) }

    private func set(_ fault: Fault, _ times: Int?) {
        let changed = state.withLock { state in
            state.left[fault] = times
            return state.changed
        }
        changed?()
    }

    /// Runs `body` whenever a fault begins or ends. One cluster can ask for that.
    func onChange(_ body: @escaping @Sendable () -> Void) { state.withLock { $0.changed = body } }

    /// How often it has happened.
    package func count(of fault: Fault) -> Int { state.withLock { $0.happened[fault] ?? 0 } }

    /// Whether it would happen now.
    func isOn(_ fault: Fault) -> Bool { state.withLock { $0.left[fault] ?? 0 > 0 } }

    /// Whether it happens now, and if so, counts it.
    func happens(_ fault: Fault) -> Bool {
        state.withLock { state in
            guard let left = state.left[fault], left > 0 else { return false }
            if left != .max { state.left[fault] = left - 1 }
            state.happened[fault, default: 0] += 1
            return true
        }
    }

    /// How long a server takes over a request; nil: no longer than it needs.
    func delay(of spu: Int32) -> Duration? {
        let delay = state.withLock { state in
            state.left.keys.lazy.compactMap { if case .slow(spu, let delay) = $0 { delay } else { nil } }.first
        }
        return delay.flatMap { happens(.slow(spu: spu, $0)) ? $0 : nil }
    }

    /// The port that is named in place of the right one.
    func port(of spu: Int32) -> UInt16? {
        let port = state.withLock { state in
            state.left.keys.lazy.compactMap { if case .wrongPort(spu, let port) = $0 { port } else { nil } }.first
        }
        return port.flatMap { happens(.wrongPort(spu: spu, $0)) ? $0 : nil }
    }
}
