import Glibc
import Synchronization
import ToolSupport
import Unix

/// SIGHUP, which asks to look at the files anew, as logrotate(8) does.
final class Hangup: Sendable {
    private let came = Atomic<Bool>(false)
    private let event: FileDescriptor

    /// From here on SIGHUP is no reason to stop.
    init(_ signals: Signals) throws {
        event = try Unix.eventDescriptor()
        signals.onHangup { [weak self] in self?.ring() }
    }

    private func ring() {
        came.store(true, ordering: .releasing)
        Unix.ring(event.raw)
    }

    /// Readable when it has come: for poll(2).
    var descriptor: CInt { event.raw }

    /// Whether it has come since the last call.
    func take() -> Bool {
        guard came.exchange(false, ordering: .acquiring) else { return false }
        Unix.quiet(event.raw)
        return true
    }
}
