import FluvioClient
import Synchronization
import ToolSupport
import Unix

/// Writes batches into the database on a thread of its own: while the server takes one in, the next is made. It keeps a
/// batch until it knows that it is committed, whatever happens to the connection meanwhile.
final class DatabaseWriter: Sendable {
    /// What is known of a partition when it is taken over.
    struct Opened: Sendable {
        var number: Int
        var next: Int64
        var lastTimestamp: Int64?
        var lastChecksum: UInt32?
        var seen: [(id: Int64, epoch: Int16, sequence: Int32)] = []
        /// Another process of the id has it, and nothing was taken over.
        var isElsewhere = false
    }

    /// A partition to be taken over.
    struct Request: Sendable {
        var topic: String
        var partition: UInt32
        /// Where it begins if the database does not know it.
        var start: Int64
        /// Names the mapping and the tables: the rows of another would be others.
        var mapping: String
    }

    /// What has been done so far.
    struct Totals: Sendable, Equatable {
        var records = 0
        var dead = 0
        var batches = 0
        var bytes = 0
        var reconnects = 0
        var commitNanoseconds: Int64 = 0
        /// Committed up to here, and the end of the log when that was read: by the numbers of the partitions.
        var positions: [Int: Position] = [:]
        /// The server is being waited for.
        var isWaiting = false
    }

    /// How far a partition is.
    struct Position: Sendable, Equatable {
        var topic: String
        var partition: UInt32
        var next: Int64
        var highWatermark: Int64
    }

    private enum Job: Sendable {
        case visit(@Sendable (borrowing Connection) throws -> Void, @Sendable (Result<Void, any Error>) -> Void)
        case open([Request], tables: [TablePlan], @Sendable (Result<[Opened], any Error>) -> Void)
        case write(Batch)
        case commit
        case release([Int])
        case end
    }

    private struct State {
        var jobs: [Job] = []
        /// Batches among the jobs.
        var waiting = 0
        /// A job is being done.
        var isBusy = false
        /// A transaction is open, and takes in what comes.
        var isOpen = false
        /// Batches that were written, for use again.
        var spares: [Batch] = []
        var failure: (any Error)?
        var totals = Totals()
    }

    private let state = Mutex(State())
    private let work: FileDescriptor
    private let done: FileDescriptor
    private let settings: WriterSettings

    init(_ settings: WriterSettings) throws {
        self.settings = settings
        work = try Unix.eventDescriptor()
        done = try Unix.eventDescriptor()
    }

    /// Readable when a batch is done, or nothing more will be.
    var descriptor: CInt { done.raw }

    /// Makes ``descriptor`` unreadable.
    func quiet() { Unix.quiet(done.raw) }

    /// What it is about.
    enum Stage: Equatable, Sendable {
        /// There is as much to do as should be.
        case full
        /// There is something to do, and more can be given.
        case busy
        /// It waits for more in an open transaction.
        case open
        /// All is committed.
        case idle
    }

    /// Batches that may wait while others are written.
    private static let depth = 2

    var stage: Stage {
        state.withLock { state in
            if state.waiting >= Self.depth { return .full }
            if state.isBusy || !state.jobs.isEmpty { return .busy }
            return state.isOpen ? .open : .idle
        }
    }

    var failure: (any Error)? { state.withLock { $0.failure } }

    var totals: Totals { state.withLock { $0.totals } }

    /// Starts the thread.
    func start() throws {
        Unix.detach(try Unix.startThread { [self] in run() })
    }

    /// Takes partitions over.
    ///
    /// - Parameter tables: all tables there are, these partitions' included.
    func open(_ requests: [Request], tables: [TablePlan]) async throws -> [Opened] {
        try await withCheckedThrowingContinuation { continuation in
            put(.open(requests, tables: tables) { continuation.resume(with: $0) })
        }
    }

    /// Runs `body` with its connection; a server that cannot be reached is waited for, and `body` is run again.
    func visit(_ body: @escaping @Sendable (borrowing Connection) throws -> Void) async throws {
        try await withCheckedThrowingContinuation { continuation in
            put(.visit(body) { continuation.resume(with: $0) })
        }
    }

    /// Gives a batch; the writer must not be full. An empty one may come back for the next.
    func write(_ batch: consuming Batch) -> Batch? {
        let spare = state.withLock { state in
            state.waiting += 1
            return state.spares.popLast()
        }
        put(.write(batch))
        return spare
    }

    /// Commits what is in an open transaction.
    func commit() { put(.commit) }

    /// Lets others of the id have partitions, after what was given.
    func release(_ numbers: [Int]) { put(.release(numbers)) }

    /// Ends the thread after what was given.
    func end() { put(.end) }

    private func put(_ job: Job) {
        state.withLock { $0.jobs.append(job) }
        Unix.ring(work.raw)
    }

    // MARK: - On its thread

    private func run() {
        var session = DatabaseSession(settings) { [self] isWaiting in
            state.withLock { $0.totals.isWaiting = isWaiting }
        }
        while true {
            let job: Job? = state.withLock { state in
                if state.jobs.isEmpty { return nil }
                state.isBusy = true
                let job = state.jobs.removeFirst()
                if case .write = job { state.waiting -= 1 }
                return job
            }
            guard let job else {
                _ = try? Unix.poll(work.raw, 1, timeoutMilliseconds: -1)
                Unix.quiet(work.raw)
                continue
            }
            switch consume job {
            case .end: return
            case .visit(let body, let answer):
                finish(&session)
                answer(Result { try session.visit(body) })
            case .open(let requests, let tables, let answer):
                finish(&session)
                answer(Result { try session.open(requests, tables: tables) })
            case .write(let batch):
                // There is room for the next one.
                Unix.ring(done.raw)
                write(batch, &session)
            case .commit: finish(&session)
            case .release(let numbers):
                finish(&session)
                try? session.release(numbers)
            }
            state.withLock { state in
                state.isBusy = false
                state.isOpen = !session.stream.batches.isEmpty
            }
            Unix.ring(done.raw)
        }
    }

    private func write(_ batch: consuming Batch, _ session: inout DatabaseSession) {
        // After a failure nothing is written any more: what comes later would leave a gap.
        if failure != nil { return }
        do {
            if session.canStream(batch) {
                if session.stream.isLong(settings) { try session.finishStream(before: batch) }
                try session.stream(batch)
                // Where more waits, the next transaction begins as this one ends.
                if session.stream.mustEnd || session.stream.isLong(settings) && !hasMore {
                    try session.finishStream()
                }
                collect(&session)
                return
            }
            try session.finishStream()
            collect(&session)
            var batch = batch
            let started = MonotonicTime.now
            try session.commit(&batch)
            tell(batch, started, session)
            batch.clear()
            state.withLock { $0.spares.append(batch) }
        } catch {
            fail(error)
        }
    }

    /// Ends the transaction that takes in batches as they come.
    private func finish(_ session: inout DatabaseSession) {
        if failure != nil { return }
        do { try session.finishStream() } catch { fail(error) }
        collect(&session)
    }

    /// Counts what has been committed.
    private func collect(_ session: inout DatabaseSession) {
        for done in session.done { tell(done.sums, done.begun, session, bytes: done.bytes) }
        state.withLock { state in
            for index in session.done.indices { state.spares += session.done[index].spares }
        }
        session.done = []
    }

    private var hasMore: Bool { state.withLock { $0.waiting > 0 } }

    /// Remembers what ended the work for good.
    private func fail(_ error: any Error) { state.withLock { $0.failure = $0.failure ?? error } }

    /// Counts what is committed.
    private func tell(
        _ batch: borrowing Batch, _ started: MonotonicTime, _ session: borrowing DatabaseSession, bytes: Int? = nil
    ) {
        let size = bytes ?? batch.tables.reduce(0) { $0 + $1.bytes.count }
        let (records, dead, reconnects) = (batch.records, batch.dead.count, session.reconnects)
        let positions = batch.advances.map { ($0.lane, session.position(of: $0)) }
        state.withLock { state in
            state.totals.records += records
            state.totals.dead += dead
            state.totals.batches += 1
            state.totals.bytes += size
            for (lane, position) in positions { state.totals.positions[lane] = position }
            state.totals.commitNanoseconds += (MonotonicTime.now - started).wholeNanoseconds
            state.totals.reconnects = reconnects
        }
    }
}
