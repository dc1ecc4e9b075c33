import CLinux
import Glibc

/// A descriptor that others ring when there is news.
package final class Attention: Sendable {
    private let descriptor: FileDescriptor

    package init() throws(SystemError) { descriptor = try Unix.eventDescriptor() }

    /// Readable when it was rung since ``hear()``.
    package var raw: CInt { descriptor.raw }

    package func ring() { _ = eventfd_write(descriptor.raw, 1) }

    package func hear() {
        var count: eventfd_t = 0
        _ = unsafe eventfd_read(descriptor.raw, &count)
    }
}
