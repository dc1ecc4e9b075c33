import CLinux
import Glibc

/// Several descriptors as one: readable while any of them is. For code that can be woken by one descriptor.
package struct WakeSet: ~Copyable, Sendable {
    private let epoll: FileDescriptor

    /// Watches the descriptors, which must stay open.
    ///
    /// - Parameter output: counts once nobody can read what is written there any more. What is no pipe or socket is
    ///   left out: it has no reader that could go.
    package init(_ descriptors: [CInt], output: CInt? = nil) throws(SystemError) {
        let epoll = FileDescriptor(owning: try Unix.check("epoll_create1") { epoll_create1(CInt(EPOLL_CLOEXEC)) })
        let raw = epoll.raw
        for descriptor in descriptors {
            var event = unsafe epoll_event()
            unsafe event.events = EPOLLIN.rawValue
            _ = try Unix.check("epoll_ctl") { unsafe epoll_ctl(raw, EPOLL_CTL_ADD, descriptor, &event) }
        }
        if let output {
            // Errors are told without being asked for. Regular files refuse with EPERM.
            var event = unsafe epoll_event()
            _ = unsafe epoll_ctl(raw, EPOLL_CTL_ADD, output, &event)
        }
        self.epoll = epoll
    }

    /// For poll(2).
    package var descriptor: CInt { epoll.raw }
}

extension Unix {
    /// An eventfd(2) that does not block: readable from a write until the next read.
    package static func eventDescriptor() throws(SystemError) -> FileDescriptor {
        FileDescriptor(owning: try check("eventfd") { eventfd(0, CInt(EFD_CLOEXEC) | CInt(EFD_NONBLOCK)) })
    }
}
