import CLinux
import FluvioTransport
import Glibc
import Synchronization
import Unix

// What is known of the records so far, and waiting for more of it.
extension Producer {
    /// Why the first failed partition has failed; nil if none has.
    public var failure: FluvioError? { queues.lazy.compactMap(\.failure).first }

    /// What is known of the records so far.
    public var counts: ProducerCounts {
        var sum = ProducerCounts()
        for queue in queues {
            sum.add(queue.counts)
        }
        return sum
    }

    /// Readable when an answer or a failure has come since ``waitForProgress(or:)`` last returned: for poll(2).
    var progressDescriptor: CInt { progress.raw }

    /// Readable, for good, once a partition has failed: for poll(2).
    public var failureDescriptor: CInt { failed.raw }

    /// Tells everybody who waits that a partition has failed.
    func partitionFailed() {
        _ = eventfd_write(failed.raw, 1)
        progressed()
    }

    /// Blocks this thread until an answer or a failure has come; false if `wake` became readable first.
    /// A time that is over counts as progress.
    public func waitForProgress(or wake: CInt, timeoutMilliseconds: CInt = -1) -> Bool {
        let events = try? Unix.poll(
            progress.raw, CInt(POLLIN), wake, CInt(POLLIN), timeoutMilliseconds: timeoutMilliseconds)
        var value: eventfd_t = 0
        _ = unsafe eventfd_read(progress.raw, &value)
        return events?.second == 0
    }

    /// Waits until an answer or a failure has come, or a moment.
    public func waitForProgress() async { await waitForProgress(atMost: .milliseconds(100)) }

    func waitForProgress(atMost limit: Duration) async {
        let timer = cluster.loop.schedule(after: limit) { [weak self] in self?.progressed() }
        await withCheckedContinuation { continuation in
            waiters.withLock { $0.append(continuation) }
        }
        cluster.loop.cancel(timer)
    }

    func progressed() {
        _ = eventfd_write(progress.raw, 1)
        let waiting = waiters.withLock { waiters in
            defer { waiters = [] }
            return waiters
        }
        for waiter in waiting { waiter.resume() }
    }

    func report(_ acknowledgements: [Acknowledgement]) {
        if !acknowledgements.isEmpty { onAcknowledgement?(acknowledgements) }
    }

    func say(_ event: ProducerEvent) { onEvent?(event) }
}
