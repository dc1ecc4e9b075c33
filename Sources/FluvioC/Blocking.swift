import Dispatch
import FluvioClient
import Synchronization

/// Runs asynchronous work for a thread that waits for it.
func blocking<Value: Sendable>(
    _ work: @escaping @Sendable () async throws(FluvioError) -> Value
) throws(FluvioError) -> Value {
    let answer = Answer<Value>()
    Task.detached {
        do throws(FluvioError) {
            answer.settle(.success(try await work()))
        } catch {
            answer.settle(.failure(error))
        }
    }
    return try answer.wait().get()
}

private final class Answer<Value: Sendable>: Sendable {
    private let value = Mutex<Result<Value, FluvioError>?>(nil)
    private let ready = DispatchSemaphore(value: 0)

    func settle(_ result: Result<Value, FluvioError>) {
        value.withLock { $0 = result }
        ready.signal()
    }

    func wait() -> Result<Value, FluvioError> {
        ready.wait()
        return value.withLock { $0 } ?? .failure(FluvioError(.cancelled, "cancelled"))
    }
}
