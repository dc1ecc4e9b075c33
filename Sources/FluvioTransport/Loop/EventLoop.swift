package import Unix

/// One thread that waits for sockets and deadlines and runs what they call for.
package final class EventLoop: Sendable {
    package init(name: String) throws(SystemError) {}

    /// Runs `job` on the loop's thread, after what the thread is at. False: the loop has stopped, nothing will run.
    @discardableResult
    package func run(_ job: @escaping @Sendable () -> Void) -> Bool { false }

    /// Runs `job` on the loop's thread in `delay` or a little later.
    package func schedule(after delay: Duration, _ job: @escaping @Sendable () -> Void) -> Timer { Timer(id: 0) }

    /// Forgets a scheduled job, and releases what it holds. Harmless when it has run.
    package func cancel(_ timer: Timer) {}

    /// Whether the caller runs on the loop's thread.
    package var isCurrent: Bool { false }

    /// Closes every connection of the loop, tells their owners so, ends the thread and releases all descriptors.
    package func stop() {}
}

/// Names a job scheduled on an ``EventLoop``.
package struct Timer: Hashable, Sendable {
    let id: UInt64
}
