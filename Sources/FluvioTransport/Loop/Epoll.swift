import CLinux
import Glibc
import Unix

/// What is waited for on a descriptor.
struct Readiness: OptionSet, Sendable {
    let rawValue: UInt8

    static let read = Readiness(rawValue: 1)
    static let write = Readiness(rawValue: 2)
    /// An error or the end of both directions. It is always told, asked for or not.
    static let hangUp = Readiness(rawValue: 4)

    fileprivate var events: UInt32 {
        (contains(.read) ? EPOLLIN.rawValue : 0) | (contains(.write) ? EPOLLOUT.rawValue : 0)
    }

    fileprivate init(events: UInt32) {
        var value: Readiness = []
        if events & EPOLLIN.rawValue != 0 { value.insert(.read) }
        if events & EPOLLOUT.rawValue != 0 { value.insert(.write) }
        if events & (EPOLLERR.rawValue | EPOLLHUP.rawValue) != 0 { value.insert(.hangUp) }
        self = value
    }

    init(rawValue: UInt8) { self.rawValue = rawValue }
}

/// A level-triggered epoll(7) set, and an eventfd(2) that ends its wait.
struct Epoll: ~Copyable, Sendable {
    /// The token of the eventfd.
    static let wakeToken: UInt64 = 0

    private let set: FileDescriptor
    private let event: FileDescriptor

    init() throws(SystemError) {
        let set = FileDescriptor(owning: try Unix.check("epoll_create1") { epoll_create1(CInt(EPOLL_CLOEXEC)) })
        let event = try Unix.eventDescriptor()
        try Self.control(set.raw, EPOLL_CTL_ADD, event.raw, Self.wakeToken, .read)
        self.set = set
        self.event = event
    }

    /// The number, for ``EpollWait``.
    var raw: CInt { self.set.raw }
    /// The number of the eventfd, for ``EpollWait``.
    var wakeRaw: CInt { event.raw }

    func add(_ fd: CInt, _ token: UInt64, _ readiness: Readiness) throws(SystemError) {
        try Self.control(set.raw, EPOLL_CTL_ADD, fd, token, readiness)
    }

    func change(_ fd: CInt, _ token: UInt64, _ readiness: Readiness) throws(SystemError) {
        try Self.control(set.raw, EPOLL_CTL_MOD, fd, token, readiness)
    }

    func remove(_ fd: CInt) throws(SystemError) { try Self.control(set.raw, EPOLL_CTL_DEL, fd, 0, []) }

    private static func control(
        _ set: CInt, _ operation: CInt, _ fd: CInt, _ token: UInt64, _ readiness: Readiness
    ) throws(SystemError) {
        var event = unsafe epoll_event()
        unsafe event.events = readiness.events
        unsafe event.data.u64 = token
        _ = try Unix.check("epoll_ctl") { unsafe epoll_ctl(set, operation, fd, &event) }
    }

    /// Ends the wait that is under way, or the next.
    func wake() {
        var one: UInt64 = 1
        // It fails only with a counter that is full, and then the wait ends all the same.
        _ = unsafe write(event.raw, &one, MemoryLayout<UInt64>.size)
    }
}

/// The waiting end of an ``Epoll``, used by one thread while others change the set.
@safe struct EpollWait: ~Copyable {
    private let set: CInt
    private let event: CInt
    private var events = unsafe [epoll_event](repeating: epoll_event(), count: 128)
    private var ready = 0

    /// Waits on the set of that number, and reads the eventfd of that number when it is ready.
    init(set: CInt, event: CInt) {
        self.set = set
        self.event = event
    }

    /// Waits for at most `milliseconds` (-1: for ever).
    mutating func wait(milliseconds: CInt) throws(SystemError) {
        let set = set
        let room = unsafe CInt(events.count)
        let count = unsafe events.withUnsafeMutableBufferPointer { buffer in
            unsafe epoll_wait(set, buffer.baseAddress, room, milliseconds)
        }
        ready = max(0, Int(count))
        guard count >= 0 else {
            let code = errno
            if code == EINTR { return }
            throw SystemError(code: code, call: "epoll_wait")
        }
    }

    /// Tells `body` of each descriptor that was ready at the end of the wait.
    func forEach(_ body: (UInt64, Readiness) -> Void) {
        for index in 0..<ready {
            let token = unsafe events[index].data.u64
            if token == Epoll.wakeToken {
                var counter: UInt64 = 0
                _ = unsafe read(event, &counter, MemoryLayout<UInt64>.size)
            } else {
                body(token, Readiness(events: unsafe events[index].events))
            }
        }
    }
}
