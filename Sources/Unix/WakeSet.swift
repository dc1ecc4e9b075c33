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
        for descriptor in descriptors { try Self.add(descriptor, to: raw) }
        if let output {
            // Errors are told without being asked for. Regular files refuse with EPERM.
            var event = unsafe epoll_event()
            _ = unsafe epoll_ctl(raw, EPOLL_CTL_ADD, output, &event)
        }
        self.epoll = epoll
    }

    /// Watches one more, which must stay open until it is left out by ``remove(_:)``.
    package func add(_ descriptor: CInt) throws(SystemError) { try Self.add(descriptor, to: epoll.raw) }

    /// Counts an output once nobody can read what is written there any more; false: it has no reader that could go.
    package func add(output: CInt) -> Bool {
        // Errors are told without being asked for. Regular files refuse with EPERM.
        var event = unsafe epoll_event()
        return unsafe epoll_ctl(epoll.raw, EPOLL_CTL_ADD, output, &event) == 0
    }

    /// Watches it no more; it may be one that is not watched.
    package func remove(_ descriptor: CInt) {
        var event = unsafe epoll_event()
        _ = unsafe epoll_ctl(epoll.raw, EPOLL_CTL_DEL, descriptor, &event)
    }

    private static func add(_ descriptor: CInt, to epoll: CInt) throws(SystemError) {
        var event = unsafe epoll_event()
        unsafe event.events = EPOLLIN.rawValue
        _ = try Unix.check("epoll_ctl") { unsafe epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event) }
    }

    /// For poll(2).
    package var descriptor: CInt { epoll.raw }
}

extension Unix {
    /// An eventfd(2) that does not block: readable from a write until the next read.
    package static func eventDescriptor() throws(SystemError) -> FileDescriptor {
        FileDescriptor(owning: try check("eventfd") { eventfd(0, CInt(EFD_CLOEXEC) | CInt(EFD_NONBLOCK)) })
    }

    /// Makes an eventfd(2) readable.
    package static func ring(_ descriptor: CInt) { _ = eventfd_write(descriptor, 1) }

    /// Makes an eventfd(2) unreadable.
    package static func quiet(_ descriptor: CInt) {
        var value: eventfd_t = 0
        _ = unsafe eventfd_read(descriptor, &value)
    }
}
