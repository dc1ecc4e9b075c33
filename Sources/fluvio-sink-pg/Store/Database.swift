import FluvioClient
import Glibc
import ToolSupport
import Unix

/// A database to work with once: for what is done at the start, and by the other commands.
struct Database: Sendable {
    let target: String?
    /// For how long a server that cannot be reached is tried.
    let limit: RetryLimit
    let context: ToolContext
    let name: String

    /// Runs `body` on a thread of its own.
    func with<Value: Sendable>(
        _ body: @escaping @Sendable (borrowing Connection) throws -> Value
    ) async throws -> Value {
        try await onOwnThread {
            let started = MonotonicTime.now
            var pause = RetryPause()
            var random = SystemRandomNumberGenerator()
            while true {
                do {
                    let connection = try Connection(target, name: "fluvio-sink-pg \(name)")
                    return try body(connection)
                } catch let error as DatabaseError {
                    let kind = error.isConnectionLost ? SQLState.Kind.outage : error.state.kind()
                    guard kind == .outage || kind == .transient else {
                        throw ToolError(Advice.text(for: error, name), kind == .configuration ? .usage : .incomplete)
                    }
                    if case .duration(let limit) = limit, MonotonicTime.now - started >= limit {
                        throw ToolError("\(error)", .unreachable)
                    }
                    let delay = pause.next(.outage, using: &random)
                    if pause.isFirst { context.diagnostics.note("\(error); trying again") }
                    let events = try Unix.poll(
                        context.signals.wakeDescriptor, CInt(POLLIN),
                        timeoutMilliseconds: CInt(clamping: delay.wholeNanoseconds / 1_000_000))
                    if events != 0, let signal = context.signals.received { throw Stopped(signal: signal) }
                }
            }
        }
    }
}
