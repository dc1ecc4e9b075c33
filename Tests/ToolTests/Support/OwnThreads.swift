import Foundation
import Synchronization
import Testing

/// Runs the tests of a suite on a few threads of their own, where they may wait for processes. On the threads that all
/// tasks share, of which there are as many as cores, they would keep the tests of others waiting past their deadlines.
///
/// The time limit of a test counts its wait for a thread, so it is that of all of them together. What hangs is found
/// before, by the patience of ``ChildProcess``.
struct OwnThreads: SuiteTrait, TestTrait, TestScoping {
    var isRecursive: Bool { true }

    @concurrent func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @concurrent @Sendable () async throws -> Void
    ) async throws {
        try await withTaskExecutorPreference(BlockingExecutor.shared) { try await function() }
    }
}

extension Trait where Self == OwnThreads {
    /// See ``OwnThreads``.
    static var onOwnThreads: Self { Self() }
}

/// Three threads: while one test waits for a program, others have something to do.
private final class BlockingExecutor: TaskExecutor {
    static let shared = BlockingExecutor(threads: 3)

    private let jobs = Mutex<[UnownedJob]>([])
    private let available = DispatchSemaphore(value: 0)

    private init(threads: Int) {
        for _ in 0..<threads {
            Thread.detachNewThread { [self] in
                while true {
                    available.wait()
                    let job = jobs.withLock { $0.removeFirst() }
                    unsafe job.runSynchronously(on: asUnownedTaskExecutor())
                }
            }
        }
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        jobs.withLock { $0.append(job) }
        available.signal()
    }
}
