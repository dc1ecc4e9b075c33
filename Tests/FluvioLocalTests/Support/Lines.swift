import Synchronization

/// Collects the lines that a server says.
final class Lines: Sendable {
    private let lines = Mutex<[String]>([])

    var all: [String] { lines.withLock { $0 } }

    var say: @Sendable (String) -> Void { { [self] line in lines.withLock { $0.append(line) } } }
}
