import FluvioClient
import Synchronization
import ToolSupport
import Unix

/// Writes batches into the database, one at a time, on a thread of its own: while the server takes one in, the next is
/// made. It keeps a batch until it knows that it is committed, whatever happens to the connection meanwhile.
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
        case open([Request], tables: [TablePlan], @Sendable (Result<[Opened], any Error>) -> Void)
        case write(Batch)
        case release([Int])
        case end
    }

    private struct State {
        var jobs: [Job] = []
        var isBusy = false
        /// A batch that was written, for use again.
        var spare: Batch?
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

    /// Whether a batch can be given.
    var isIdle: Bool { state.withLock { !$0.isBusy } }

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

    /// Gives a batch; the writer must be idle. An empty one comes back for the next.
    func write(_ batch: consuming Batch) -> Batch? {
        let spare = state.withLock { state in
            state.isBusy = true
            let spare = state.spare
            state.spare = nil
            return spare
        }
        put(.write(batch))
        return spare
    }

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
            let jobs = state.withLock { state in
                defer { state.jobs = [] }
                return state.jobs
            }
            if jobs.isEmpty {
                _ = try? Unix.poll(work.raw, 1, timeoutMilliseconds: -1)
                Unix.quiet(work.raw)
                continue
            }
            for job in jobs {
                switch job {
                case .end: return
                case .open(let requests, let tables, let answer):
                    answer(Result { try session.open(requests, tables: tables) })
                case .write(let batch): write(batch, &session)
                case .release(let numbers): try? session.release(numbers)
                }
            }
        }
    }

    private func write(_ batch: consuming Batch, _ session: inout DatabaseSession) {
        var batch = batch
        var failure: (any Error)?
        let started = MonotonicTime.now
        do {
            try session.commit(&batch)
        } catch {
            failure = error
        }
        let size = batch.tables.reduce(0) { $0 + $1.bytes.count }
        let dead = batch.dead.count
        let records = batch.records
        let positions = batch.advances.map { ($0.lane, session.position(of: $0)) }
        batch.clear()
        let (spare, reconnects) = (batch, session.reconnects)
        state.withLock { state in
            if failure == nil {
                state.totals.records += records
                state.totals.dead += dead
                state.totals.batches += 1
                state.totals.bytes += size
                for (lane, position) in positions { state.totals.positions[lane] = position }
                state.totals.commitNanoseconds += (MonotonicTime.now - started).wholeNanoseconds
            }
            state.totals.reconnects = reconnects
            state.failure = state.failure ?? failure
            state.isBusy = false
            state.spare = spare
        }
        Unix.ring(done.raw)
    }
}
