import Synchronization
import Unix

/// Runs `body` on a thread of its own, where it may block in read(2), write(2) and poll(2): a task that blocked would
/// take away one of the few threads that all tasks share, on a machine with one core the only one.
package func onOwnThread<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
        do throws(SystemError) {
            let thread = try Unix.startThread { continuation.resume(with: Result(catching: body)) }
            Unix.detach(thread)
        } catch {
            continuation.resume(throwing: error)
        }
    }
}
