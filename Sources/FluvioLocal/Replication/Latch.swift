import CLinux
import Glibc
import Synchronization
import Unix

/// Threads wait here until somebody opens it, for good.
final class Latch: Sendable {
    private let event: FileDescriptor
    private let count = Atomic(0)

    init() throws(SystemError) { event = try Unix.eventDescriptor() }

    /// How many threads have come to wait.
    var arrived: Int { count.load(ordering: .acquiring) }

    /// Blocks the thread until ``open()``.
    func wait() {
        count.add(1, ordering: .acquiringAndReleasing)
        // Nothing else can happen to this descriptor.
        _ = try? Unix.poll(event.raw, CInt(POLLIN), timeoutMilliseconds: -1)
    }

    /// Lets everybody go on, those who come later too.
    func open() { _ = eventfd_write(event.raw, 1) }
}
