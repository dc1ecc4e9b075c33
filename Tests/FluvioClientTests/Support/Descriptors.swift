import Foundation

/// What a process holds; to be looked at in a process of its own, where no other test opens anything.
enum Holdings {
    /// Descriptors, without those that the runtime opens for its own sleeps when it likes.
    static func descriptors() -> Int {
        let files = FileManager.default
        let numbers = (try? files.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []
        return numbers.count { number in
            let target = try? files.destinationOfSymbolicLink(atPath: "/proc/self/fd/\(number)")
            return target?.contains("timerfd") != true
        }
    }

    /// Bytes of memory that are in use.
    static func memory() -> Int {
        let pages = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8))?.split(separator: " ")
        return (pages.flatMap { Int($0[1]) } ?? 0) * 4096
    }

    /// Whether a condition comes to hold within a minute.
    static func waits(for condition: () -> Bool) async -> Bool {
        let deadline = ContinuousClock.now + .seconds(60)
        while !condition() {
            guard ContinuousClock.now < deadline else { return false }
            try? await Task.sleep(for: .milliseconds(5))
        }
        return true
    }
}
