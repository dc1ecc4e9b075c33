import FluvioClient
import Glibc
import ToolSupport
import Unix

/// What is waited for, and what is not.
extension DatabaseSession {
    /// Waits, or gives up: afterwards the same is tried again.
    mutating func recover(from error: DatabaseError) throws {
        let kind = error.state.kind(hasCopyLine: error.copyLine != nil)
        if error.isConnectionLost || kind == .outage {
            connection = nil
        } else {
            // A connection that cannot even do that is none.
            do { try rollback() } catch { connection = nil }
        }
        let reason: RetryPause.Reason
        switch error.isConnectionLost ? .outage : kind {
        case .outage: reason = .outage
        case .transient: reason = .transient
        case .resources: reason = .resources
        case .data: throw ToolError("\(error)")
        case .configuration: throw ToolError(Advice.text(for: error, settings.id), .usage)
        case .fatal: throw ToolError("\(error)")
        }
        if outage == nil { tell(true) }
        let start = outage ?? .now
        outage = start
        if case .duration(let limit) = settings.limit, MonotonicTime.now - start >= limit {
            // Of what was begun nothing is half done, but perhaps not all is done.
            throw ToolError("\(error)", lanes.isEmpty ? .unreachable : .incomplete)
        }
        let delay = pause.next(reason, using: &random)
        if pause.isFirst { settings.diagnostics.note("\(error); trying again") }
        try sleep(delay)
    }

    /// Waits so long, or until a signal comes.
    func sleep(_ duration: Duration) throws {
        let events = try Unix.poll(
            settings.signals.wakeDescriptor, CInt(POLLIN),
            timeoutMilliseconds: CInt(clamping: duration.wholeNanoseconds / 1_000_000))
        if events != 0, let signal = settings.signals.received { throw Stopped(signal: signal) }
    }
}

/// A signal came while the database was waited for.
struct Stopped: Error {
    let signal: CInt
}
