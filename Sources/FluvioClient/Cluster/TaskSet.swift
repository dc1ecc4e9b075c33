import Synchronization

/// Tasks that belong to an object, so that its end ends them.
final class TaskSet: Sendable {
    private struct State {
        var next = 0
        var tasks: [Int: Task<Void, Never>] = [:]
        var isClosed = false
    }

    private let state = Mutex(State())

    /// Runs `body` as a task; not at all after ``cancelAll()``.
    func start(_ body: @escaping @Sendable () async -> Void) {
        state.withLock { state in
            guard !state.isClosed else { return }
            let id = state.next
            state.next += 1
            // The task cannot end before it is in the list: its end takes this lock.
            state.tasks[id] = Task { [self] in
                await body()
                self.state.withLock { _ = $0.tasks.removeValue(forKey: id) }
            }
        }
    }

    /// How many there are.
    var count: Int { state.withLock { $0.tasks.count } }

    /// Cancels all of them, and those to come.
    func cancelAll() {
        let tasks = state.withLock { state in
            state.isClosed = true
            return Array(state.tasks.values)
        }
        for task in tasks { task.cancel() }
    }
}
