import FluvioClient
import Glibc
import Synchronization
import ToolSupport
import Unix

/// Says how far `produce` is: when it is asked, and every so often if it was told to.
final class ProduceMeter: Sendable {
    private let opener: OutletOpener
    private let diagnostics: Diagnostics
    private let records = Atomic<Int>(0)
    private let bytes = Atomic<Int>(0)
    private let started = MonotonicTime.now
    private let ending: Attention?

    init(_ opener: OutletOpener, _ diagnostics: Diagnostics) {
        self.opener = opener
        self.diagnostics = diagnostics
        ending = try? Attention()
    }

    /// Takes the counts of the thread that reads.
    func count(_ counts: RecordFeed.Counts) {
        records.store(counts.read, ordering: .relaxed)
        bytes.store(counts.bytes, ordering: .relaxed)
    }

    /// Says it now.
    func report() {
        let counts = opener.counts
        let read = max(records.load(ordering: .relaxed), counts.appended)
        let milliseconds = max((MonotonicTime.now - started).wholeNanoseconds / 1_000_000, 1)
        let (rate, overflow) = counts.acknowledged.multipliedReportingOverflow(by: 1000)
        let speed = overflow ? 0 : rate / Int(milliseconds)
        diagnostics.error(
            "\(counted(read, "record")) read, \(counts.acknowledged) acknowledged, "
                + "\(counted(bytes.load(ordering: .relaxed), "byte")), \(speed)/s")
    }

    /// Says it every so often, until ``stop()``.
    func start(every interval: Duration?) {
        guard let interval, interval > .zero, let ending else { return }
        let milliseconds = CInt(clamping: max(1, interval.wholeNanoseconds / 1_000_000))
        guard
            let thread = try? Unix.startThread({ [self] in
                while (try? Unix.poll(ending.raw, CInt(POLLIN), timeoutMilliseconds: milliseconds)) == 0 { report() }
            })
        else { return }
        Unix.detach(thread)
    }

    func stop() { ending?.ring() }
}
