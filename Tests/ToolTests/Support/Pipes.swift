import CLinux
import Glibc

/// A look at pipes between a test and a program.
enum Pipes {
    /// Returns when the reader of the pipe has taken all that was written.
    static func waitUntilEmpty(_ descriptor: CInt) throws {
        try Wait.until("the pipe is read") {
            var count: CInt = 0
            return unsafe ioctl(descriptor, UInt(FIONREAD), &count) == 0 && count == 0
        }
    }
}

/// Waits for what cannot say that it has come.
enum Wait {
    struct TimedOut: Error, CustomStringConvertible {
        let description: String
    }

    /// Looks again and again, for three minutes at most: what waits for a server that was lost pauses up to 30 s, and machines are slow.
    static func until(_ what: String, _ condition: () throws -> Bool) throws {
        let deadline = ContinuousClock.now + .seconds(180)
        while try !condition() {
            guard ContinuousClock.now < deadline else { throw TimedOut(description: "not in time: \(what)") }
            usleep(5_000)
        }
    }
}
