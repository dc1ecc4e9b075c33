import FluvioTransport
import Synchronization

/// One timer for all partitions: the first record after it has gone off starts it again.
final class LingerTimer: Sendable {
    private let duration: Duration
    private let loop: EventLoop
    private let isRunning = Atomic<Bool>(false)

    init(_ duration: Duration, on loop: EventLoop) {
        self.duration = duration
        self.loop = loop
    }

    /// Runs `body` when the time is over, unless that is going to happen already.
    @inline(__always)
    func start(_ body: @escaping @Sendable () -> Void) {
        if isRunning.load(ordering: .relaxed) { return }
        arm(body)
    }

    private func arm(_ body: @escaping @Sendable () -> Void) {
        guard !isRunning.exchange(true, ordering: .acquiringAndReleasing) else { return }
        _ = loop.schedule(after: duration) { [self] in
            // Before the flush: a record that comes in between starts the timer anew.
            isRunning.store(false, ordering: .releasing)
            body()
        }
    }
}
