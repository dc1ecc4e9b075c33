import FluvioClient
import Glibc
import ToolSupport
import Unix

/// A writer's work with the server: holds the connection, makes it again, and knows which partitions are its own.
struct DatabaseSession: ~Copyable {
    let settings: WriterSettings
    let statements: OffsetStatements
    var connection: Connection?
    var lanes: [Lane] = []
    var tables: [TableStatements] = []
    var plans: [TablePlan] = []
    var random = SystemRandomNumberGenerator()
    var pause = RetryPause()
    /// When the trouble began that is not over yet.
    var outage: MonotonicTime?
    var reconnects = 0
    /// The transaction that takes in batches as they come, if one is open.
    var stream = RowStream()
    /// What has been committed of streams, for whoever counts it.
    var done: [RowStream.Done] = []

    /// Told when the server begins and ends to be waited for.
    let tell: @Sendable (Bool) -> Void

    init(_ settings: WriterSettings, tell: @escaping @Sendable (Bool) -> Void) {
        self.settings = settings
        self.tell = tell
        statements = OffsetStatements(id: settings.id, leaseSeconds: settings.leaseSeconds)
    }

    /// Commits a batch, however often it takes. What the server refuses goes to the dead letters, if those are wanted.
    mutating func commit(_ batch: inout Batch) throws {
        try welcome(batch)
        try persist(&batch, after: nil)
    }

    /// Counts what comes, against the limits that stop the sink.
    mutating func welcome(_ batch: borrowing Batch) throws {
        settings.budget.add(records: batch.records)
        try count(batch.dead)
    }

    /// Commits a batch, however often it takes.
    ///
    /// - Parameter failure: what ended an earlier try, of which nothing else is known.
    mutating func persist(_ batch: inout Batch, after failure: DatabaseError?) throws {
        var isolates = false
        var failure = failure
        var isRetry = failure != nil
        while true {
            do {
                if let error = failure.take() { throw error }
                try connect()
                if isRetry, try isCommitted(batch) { return advance(batch) }
                isRetry = true
                try transact(&batch, isolates: isolates)
                advance(batch)
                return
            } catch let error as DatabaseError {
                if error.state.kind(hasCopyLine: error.copyLine != nil) == .data, !isolates, !error.isConnectionLost {
                    isolates = true
                    try rollback()
                    continue
                }
                try recover(from: error)
            }
        }
    }

    /// After a lost connection: whether the COMMIT that got no answer was done.
    func isCommitted(_ batch: borrowing Batch) throws -> Bool {
        if settings.isDry { return false }
        let there = batch.advances.filter { lanes[$0.lane].next == $0.to && $0.to != $0.from }
        if there.count == batch.advances.count { return true }
        for advance in batch.advances { try hold(advance, against: lanes[advance.lane].next) }
        return false
    }

    /// Compares where a batch begins with what the database says.
    func hold(_ advance: LaneAdvance, against next: Int64) throws {
        if next == advance.from { return }
        if next < advance.from { throw MovedBack(place: lanes[advance.lane].place, next: next) }
        throw ToolError(
            "\(lanes[advance.lane].place): fluvio_sink.offsets says \(next), and \(advance.from) was expected: somebody "
                + "has moved it")
    }

    mutating func advance(_ batch: borrowing Batch) {
        for advance in batch.advances { lanes[advance.lane].next = advance.to }
        settled()
    }

    /// Something has succeeded.
    mutating func settled() {
        if outage != nil, pause.count > 0 { settings.diagnostics.note("PostgreSQL: goes on, nothing is lost") }
        if outage != nil { tell(false) }
        pause = RetryPause()
        outage = nil
    }

    /// How far a partition is when that is committed.
    func position(of advance: LaneAdvance) -> DatabaseWriter.Position {
        let lane = lanes[advance.lane]
        return DatabaseWriter.Position(
            topic: lane.topic, partition: lane.partition, next: advance.to, highWatermark: advance.highWatermark)
    }

    // MARK: - Statements

    /// A statement on the connection.
    @discardableResult
    func sql(_ text: String, _ parameters: [String?] = []) throws -> QueryResult {
        guard connection != nil else { throw DatabaseError(state: SQLState(""), message: "not connected") }
        if let result = try connection?.execute(text, parameters) { return result }
        throw DatabaseError(state: SQLState(""), message: "not connected")
    }

    /// Statements in one text; the fields of the last result's first row.
    @discardableResult
    func sqlRows(_ text: String) throws -> [String?] {
        let result = try connection?.execute(text)
        if case .some(let result) = consume result { return result.count > 0 ? result.row(0) : [] }
        throw DatabaseError(state: SQLState(""), message: "not connected")
    }

    /// Ends a transaction; where there is no connection, there is none either.
    func rollback() throws { if connection != nil { try sqlRows("ROLLBACK") } }
}

/// The database has forgotten commits, as a server may that does not wait for its disk, or a standby that has taken over:
/// rows and offsets together, so that they are to be read again.
struct MovedBack: Error, CustomStringConvertible {
    let place: String
    let next: Int64

    var description: String { "\(place): the database has gone back to offset \(next)" }
}
