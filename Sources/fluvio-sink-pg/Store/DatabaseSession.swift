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

    /// Told when the server begins and ends to be waited for.
    let tell: @Sendable (Bool) -> Void

    init(_ settings: WriterSettings, tell: @escaping @Sendable (Bool) -> Void) {
        self.settings = settings
        self.tell = tell
        statements = OffsetStatements(id: settings.id, leaseSeconds: settings.leaseSeconds)
    }

    /// Commits a batch, however often it takes. What the server refuses goes to the dead letters, if those are wanted.
    mutating func commit(_ batch: inout Batch) throws {
        settings.budget.add(records: batch.records)
        try count(batch.dead)
        var isolates = false
        var isRetry = false
        while true {
            do {
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
        guard batch.advances.allSatisfy({ lanes[$0.lane].next == $0.from }) else {
            throw ToolError("the offsets in fluvio_sink.offsets have been moved by somebody else")
        }
        return false
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

    func rollback() throws { try sqlRows("ROLLBACK") }
}
