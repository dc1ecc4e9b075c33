import Synchronization

/// A result that comes once, for one task that waits for it. It may come before the task waits.
final class Once<Value: Sendable>: Sendable {
    private enum State {
        case empty
        case waiting(CheckedContinuation<Result<Value, FluvioError>, Never>)
        case settled(Result<Value, FluvioError>)
    }

    private let state = Mutex(State.empty)

    /// Gives the result. Only the first counts.
    func settle(_ result: Result<Value, FluvioError>) {
        let task: CheckedContinuation<Result<Value, FluvioError>, Never>? = state.withLock { state in
            switch state {
            case .settled: return nil
            case .empty:
                state = .settled(result)
                return nil
            case .waiting(let task):
                state = .settled(result)
                return task
            }
        }
        // Outside the lock: the task may run at once and come back here.
        task?.resume(returning: result)
    }

    /// Waits for the result, or for the task to be cancelled.
    func value() async throws(FluvioError) -> Value {
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { task in
                let settled: Result<Value, FluvioError>? = state.withLock { state in
                    if case .settled(let result) = state { return result }
                    state = .waiting(task)
                    return nil
                }
                if let settled { task.resume(returning: settled) }
            }
        } onCancel: {
            settle(.failure(.cancelled))
        }
        return try result.get()
    }
}

extension FluvioError {
    static var cancelled: FluvioError { FluvioError(.cancelled, "the task was cancelled") }
}
