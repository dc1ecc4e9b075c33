import Foundation
import Glibc
import Testing
import Unix

@testable import ToolSupport

@Suite("Service manager", .timeLimit(.minutes(10)))
struct ServiceManagerTests {
    /// A socket that takes datagrams, as a service manager has one.
    private func receiver(_ path: String) throws -> FileDescriptor {
        let descriptor = FileDescriptor(owning: socket(AF_UNIX, CInt(SOCK_DGRAM.rawValue), 0))
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        var name = Array(path.utf8)
        let isAbstract = name[0] == UInt8(ascii: "@")
        if isAbstract { name[0] = 0 }
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: name) }
        let size = socklen_t(isAbstract ? 2 + name.count : MemoryLayout<sockaddr_un>.size)
        let raw = descriptor.raw
        let bound = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe bind(raw, $0, size) }
        }
        try #require(bound == 0)
        return descriptor
    }

    private func next(_ receiver: borrowing FileDescriptor) throws -> String {
        let raw = receiver.raw
        guard try Unix.poll(raw, CInt(POLLIN), timeoutMilliseconds: 0) != 0 else { return "nothing" }
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = try unsafe buffer.withUnsafeMutableBytes { try unsafe Unix.read(raw, into: $0) }
        return String(decoding: buffer[..<count], as: UTF8.self)
    }

    @Test(arguments: ["@", "/tmp/"])
    func `it is told what the tool does`(prefix: String) throws {
        let path = "\(prefix)notify-\(UUID().uuidString)"
        let receiver = try receiver(path)
        defer { _ = unsafe unlink(path) }
        let manager = ServiceManager { ["NOTIFY_SOCKET": path, "WATCHDOG_USEC": "3000000"][$0] }
        #expect(manager.watchdogInterval == .milliseconds(1500))
        manager.ready(status: "reads\n2 files")
        manager.alive()
        manager.status("still")
        manager.stopping()
        #expect(try next(receiver) == "READY=1\nSTATUS=reads\\n2 files")
        #expect(try next(receiver) == "WATCHDOG=1")
        #expect(try next(receiver) == "STATUS=still")
        #expect(try next(receiver) == "STOPPING=1")
        #expect(try next(receiver) == "nothing")
    }

    @Test func `without one nothing is said, and a watchdog of another process is not ours`() throws {
        let none = ServiceManager { ["WATCHDOG_USEC": "3000000"][$0] }
        none.ready()
        #expect(none.watchdogInterval == nil)
        let path = "@other-\(UUID().uuidString)"
        let receiver = try receiver(path)
        let other = ServiceManager { ["NOTIFY_SOCKET": path, "WATCHDOG_USEC": "1", "WATCHDOG_PID": "1"][$0] }
        #expect(other.watchdogInterval == nil)
        #expect(try next(receiver) == "nothing")
    }
}
