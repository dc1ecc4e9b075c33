package import Unix

/// One thread that waits for sockets and deadlines and runs what they call for.
///
/// A loop that nobody holds on to ends by itself; its connections hold on to it.
package final class EventLoop: Sendable {
    let core: LoopCore

    /// Starts the thread. `name` is what debuggers call it; Linux keeps 15 bytes.
    package init(name: String) throws(SystemError) { core = try LoopCore(name: name) }

    deinit { core.end() }

    /// Runs `job` on the loop's thread, after what the thread is at. False: the loop has stopped, nothing will run.
    @discardableResult
    package func run(_ job: @escaping @Sendable () -> Void) -> Bool { core.run(job) }

    /// Runs `job` on the loop's thread in `delay` or a little later. After ``stop()`` nothing will run.
    package func schedule(after delay: Duration, _ job: @escaping @Sendable () -> Void) -> Timer {
        Timer(id: core.schedule(at: .now + delay, job))
    }

    /// Runs `job` on the loop's thread at `moment` or a little later.
    func schedule(at moment: MonotonicTime, _ job: @escaping @Sendable () -> Void) -> Timer {
        Timer(id: core.schedule(at: moment, job))
    }

    /// Forgets a scheduled job, and releases what it holds. Harmless when it has run.
    package func cancel(_ timer: Timer) { core.cancel(timer.id) }

    /// Whether the caller runs on the loop's thread.
    package var isCurrent: Bool { core.isCurrent }

    /// Closes every connection of the loop, tells their owners so, ends the thread and releases all descriptors.
    /// What was given to ``run(_:)`` before still runs.
    ///
    /// Returns when that is done; on the loop's own thread at once, and then it is done after the job that is running.
    /// Call it outside any lock that replies and handlers take.
    package func stop() { core.stop() }

    /// The same without waiting: the thread ends after the job that it is at, and looks at no socket any more.
    package func end() { core.end() }
}

/// Names a job scheduled on an ``EventLoop``.
package struct Timer: Hashable, Sendable {
    let id: UInt64
}
