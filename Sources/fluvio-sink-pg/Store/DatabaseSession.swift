import FluvioClient
import Glibc
import ToolSupport
import Unix

/// A writer's work with the server: holds the connection, makes it again, and knows which partitions are its own.
struct DatabaseSession: ~Copyable {
    private let settings: WriterSettings
    private let statements: OffsetStatements
    private var connection: Connection?
    private var lanes: [Lane] = []
    private var tables: [TableStatements] = []
    private var plans: [TablePlan] = []
    private var random = SystemRandomNumberGenerator()
    private var pause = RetryPause()
    private var deadSoFar = 0
    /// When the trouble began that is not over yet.
    private var outage: MonotonicTime?
    private(set) var reconnects = 0

    /// Told when the server begins and ends to be waited for.
    private let tell: @Sendable (Bool) -> Void

    init(_ settings: WriterSettings, tell: @escaping @Sendable (Bool) -> Void) {
        self.settings = settings
        self.tell = tell
        statements = OffsetStatements(id: settings.id)
    }

    // MARK: - Connecting

    /// Connects if there is no connection. After a lost one it makes sure that the partitions are still this process's.
    private mutating func connect() throws {
        if let alive = connection?.isAlive {
            if alive { return }
            connection = nil
        }
        let fresh = try Connection(settings.target, name: "fluvio-sink-pg \(settings.id)")
        try fresh.execute("SET standard_conforming_strings=on; SET datestyle='ISO'; SET timezone='UTC'")
        if settings.isAsynchronous, !settings.isPooled { try fresh.execute("SET synchronous_commit=off") }
        if try fresh.execute("SELECT pg_is_in_recovery()").truth(0, 0) {
            throw DatabaseError(state: SQLState("25006"), message: "the server is a standby, and takes no rows")
        }
        if !settings.isPooled {
            for table in tables { if let make = table.makeStage { try fresh.execute(make) } }
        }
        if !lanes.isEmpty {
            reconnects += 1
            if !settings.isDry { try renew(fresh) }
        }
        connection = consume fresh
    }

    /// Raises the epochs of the partitions, which ends whatever the lost connection may still do, and reads where they
    /// are. Waits for a transaction of the lost connection.
    private mutating func renew(_ connection: borrowing Connection) throws {
        for index in lanes.indices {
            let lane = lanes[index]
            let key = [settings.id, lane.topic, "\(lane.partition)"]
            let found = try connection.execute(OffsetStatements.renew, key + ["\(lane.epoch)", settings.owner])
            guard found.count == 1, let epoch = found.number(0, 0), let next = found.number(0, 1) else {
                // The answer to an earlier try may have been lost, and the epoch be ours all the same.
                let read = try connection.execute(OffsetStatements.read, key)
                guard read.count == 1, read.text(0, 2) == settings.owner, let epoch = read.number(0, 0) else {
                    throw fenced(read.count == 1 ? read.text(0, 2) : nil, lane)
                }
                lanes[index].epoch = epoch
                try renewAgain(connection, index, key)
                continue
            }
            lanes[index].epoch = epoch
            lanes[index].next = next
            if !settings.isPooled { _ = try connection.execute(OffsetStatements.lock, key) }
        }
    }

    private mutating func renewAgain(_ connection: borrowing Connection, _ index: Int, _ key: [String]) throws {
        let found = try connection.execute(OffsetStatements.renew, key + ["\(lanes[index].epoch)", settings.owner])
        guard found.count == 1, let epoch = found.number(0, 0), let next = found.number(0, 1) else {
            throw fenced(nil, lanes[index])
        }
        lanes[index].epoch = epoch
        lanes[index].next = next
    }

    private func fenced(_ owner: String?, _ lane: Lane) -> ToolError {
        ToolError(
            "\(lane.place) has been taken over by \(owner ?? "another process") under the id '\(settings.id)'", .busy)
    }

    // MARK: - Taking over

    /// Takes partitions over, from whoever has them, and reads how far they are.
    mutating func open(_ requests: [DatabaseWriter.Request], tables: [TablePlan]) throws -> [DatabaseWriter.Opened] {
        if plans.count != tables.count {
            plans = tables
            self.tables = tables.enumerated().map { number, plan in
                TableStatements(plan, number: number, isPooled: settings.isPooled)
            }
            // The staging tables are made when it connects.
            connection = nil
        }
        while true {
            do {
                try connect()
                let opened = try takeOver(requests)
                settled()
                return opened
            } catch let error as DatabaseError {
                try recover(from: error)
            }
        }
    }

    private mutating func takeOver(_ requests: [DatabaseWriter.Request]) throws -> [DatabaseWriter.Opened] {
        var opened: [DatabaseWriter.Opened] = []
        for request in requests {
            let key = [settings.id, request.topic, "\(request.partition)"]
            if !settings.isPooled, !settings.isDry { try lock(key, request) }
            var lane = Lane(topic: request.topic, partition: request.partition, next: request.start)
            var result = DatabaseWriter.Opened(number: 0, next: request.start)
            if settings.isDry {
                if try sql(Schema.check).number(0, 0) == 3 {
                    let found = try sql(OffsetStatements.read, key)
                    if found.count == 1, let next = found.number(0, 1) { lane.next = next }
                }
            } else {
                try sql(OffsetStatements.begin, key + ["\(request.start)", request.mapping, settings.owner])
                let found = try sql(OffsetStatements.takeOver, key + [settings.owner])
                guard found.count == 1, let epoch = found.number(0, 0), let next = found.number(0, 1) else {
                    throw ToolError("\(lane.place): the row in fluvio_sink.offsets has gone")
                }
                if found.text(0, 4) != request.mapping {
                    guard settings.acceptsMapping else {
                        throw ToolError(
                            "the id '\(settings.id)' has written \(lane.place) with another mapping or table before; "
                                + "--accept-mapping goes on with this one, another --id begins anew", .usage)
                    }
                    try sql(
                        "UPDATE fluvio_sink.offsets SET mapping_hash=$4 WHERE sink_id=$1 AND topic=$2 AND partition=$3::int",
                        key + [request.mapping])
                }
                (lane.epoch, lane.next) = (epoch, next)
                (result.lastTimestamp, result.lastChecksum) = (
                    found.number(0, 2), found.number(0, 3).map(UInt32.init(truncatingIfNeeded:))
                )
                let seen = try sql(OffsetStatements.seen, key)
                for row in 0..<seen.count {
                    guard let id = seen.number(row, 0), let epoch = seen.number(row, 1), let last = seen.number(row, 2)
                    else { continue }
                    result.seen.append((id, Int16(truncatingIfNeeded: epoch), Int32(truncatingIfNeeded: last)))
                }
            }
            result.next = lane.next
            if let known = lanes.firstIndex(where: { $0.topic == lane.topic && $0.partition == lane.partition }) {
                lanes[known] = lane
                result.number = known
            } else {
                result.number = lanes.count
                lanes.append(lane)
            }
            opened.append(result)
        }
        if !settings.isDry { try sql(OffsetStatements.prune, [settings.id]) }
        return opened
    }

    /// The courtesy: who comes second is told, or waits.
    private mutating func lock(_ key: [String], _ request: DatabaseWriter.Request) throws {
        var wasTold = false
        while true {
            if try sql(OffsetStatements.lock, key).truth(0, 0) { return }
            let holder = try sql(OffsetStatements.holder, key)
            let who =
                holder.count == 1
                ? "\(holder.text(0, 2) ?? "a process") (backend \(holder.text(0, 0) ?? "?"), from \(holder.text(0, 1) ?? "?"))"
                : "another process"
            guard settings.waitsForOthers else {
                throw ToolError(
                    "topic \(request.topic), partition \(request.partition): the id '\(settings.id)' is in use by \(who); "
                        + "--standby waits for it", .busy)
            }
            if !wasTold { settings.diagnostics.note("waits: the id '\(settings.id)' is in use by \(who)") }
            wasTold = true
            try sleep(.milliseconds(250))
        }
    }

    /// A statement on the connection.
    @discardableResult
    private func sql(_ text: String, _ parameters: [String?] = []) throws -> QueryResult {
        guard connection != nil else { throw DatabaseError(state: SQLState(""), message: "not connected") }
        if let result = try connection?.execute(text, parameters) { return result }
        throw DatabaseError(state: SQLState(""), message: "not connected")
    }

    // MARK: - Writing

    /// Commits a batch, however often it takes. What the server refuses goes to the dead letters, if those are wanted.
    mutating func commit(_ batch: inout Batch) throws {
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
    private func isCommitted(_ batch: borrowing Batch) throws -> Bool {
        if settings.isDry { return false }
        let there = batch.advances.filter { lanes[$0.lane].next == $0.to && $0.to != $0.from }
        if there.count == batch.advances.count { return true }
        guard batch.advances.allSatisfy({ lanes[$0.lane].next == $0.from }) else {
            throw ToolError("the offsets in fluvio_sink.offsets have been moved by somebody else")
        }
        return false
    }

    private mutating func advance(_ batch: borrowing Batch) {
        for advance in batch.advances { lanes[advance.lane].next = advance.to }
        settled()
    }

    /// Something has succeeded.
    private mutating func settled() {
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

    private mutating func transact(_ batch: inout Batch, isolates: Bool) throws {
        guard connection != nil else { throw DatabaseError(state: SQLState(""), message: "not connected") }
        var begin = "BEGIN;"
        if settings.isPooled {
            if settings.isAsynchronous { begin += "SET LOCAL synchronous_commit=off;" }
            for table in tables { if let make = table.makeStage { begin += make + ";" } }
        }
        if !settings.isDry { begin += statements.fence(lanes, batch.advances) + ";" }
        var isBegun = false
        for number in batch.tables.indices where !batch.tables[number].entries.isEmpty {
            if isolates {
                if !isBegun { try checkFence(try sqlRows(begin), batch) }
                isBegun = true
                try isolate(number, &batch)
                continue
            }
            try copy(
                number, batch, 0..<batch.tables[number].entries.count, before: isBegun ? "" : begin, isFirst: !isBegun)
            isBegun = true
            for statement in tables[number].apply { try sql(statement) }
        }
        if !isBegun { try checkFence(try sqlRows(begin), batch) }
        if settings.isDry {
            for dead in batch.dead { settings.diagnostics.error(describe(dead)) }
            try sqlRows("ROLLBACK")
            return
        }
        for dead in batch.dead { try bury(dead) }
        for index in batch.advances.indices {
            let lane = batch.advances[index].lane
            batch.advances[index].dead = Int64(batch.dead.count { $0.lane == lane })
        }
        var end = statements.advance(lanes, batch.advances) + ";"
        if let producers = statements.producers(lanes, batch.advances) { end += producers + ";" }
        if let channel = settings.channel {
            end += "SELECT pg_notify(\(Identifier.literal(channel)),\(Identifier.literal(settings.id)));"
        }
        try sqlRows(end + "COMMIT")
    }

    /// Statements in one text; the fields of the last result's first row.
    @discardableResult
    private func sqlRows(_ text: String) throws -> [String?] {
        let result = try connection?.execute(text)
        if case .some(let result) = consume result { return result.count > 0 ? result.row(0) : [] }
        throw DatabaseError(state: SQLState(""), message: "not connected")
    }

    private func checkFence(_ row: [String?], _ batch: borrowing Batch) throws {
        if settings.isDry { return }
        guard row.first == .some("\(batch.advances.count)") else {
            try rollback()
            try whoseNow(batch)
        }
    }

    /// Says who has taken the partitions.
    private func whoseNow(_ batch: borrowing Batch) throws -> Never {
        for advance in batch.advances {
            let lane = lanes[advance.lane]
            let read = try sql(OffsetStatements.read, [settings.id, lane.topic, "\(lane.partition)"])
            guard read.count == 1 else { throw ToolError("\(lane.place): the row in fluvio_sink.offsets has gone") }
            if read.number(0, 0) != lane.epoch { throw fenced(read.text(0, 2), lane) }
            if read.number(0, 1) != advance.from {
                throw ToolError(
                    "\(lane.place): fluvio_sink.offsets says \(read.text(0, 1) ?? "nothing"), and \(advance.from) was expected: "
                        + "somebody has moved it")
            }
        }
        throw DatabaseError(state: .lockNotAvailable, message: "the offsets are locked")
    }

    /// Copies the rows of some entries; `before` is sent along, and begins the transaction if it is the first.
    private func copy(
        _ number: Int, _ batch: borrowing Batch, _ range: Range<Int>, before: String, isFirst: Bool
    ) throws {
        let rows = try connection?.beginCopy(before + tables[number].copy) ?? []
        if isFirst, !settings.isDry, rows.first?.first != .some("\(batch.advances.count)") {
            try? connection?.endCopy(giveUp: "fenced")
            try checkFence(rows.first ?? [], batch)
        }
        let isBinary = plans[number].isBinary
        if isBinary { try put(CopyFormat.binaryHead[...]) }
        // Rows that follow each other go in one piece.
        var start: Int?
        var end = 0
        for index in range {
            let entry = batch.tables[number].entries[index]
            if entry.isLeftOut {
                if let first = start { try put(batch.tables[number].bytes[first..<end]) }
                start = nil
            } else {
                start = start ?? entry.start
                end = entry.end
            }
        }
        if let first = start { try put(batch.tables[number].bytes[first..<end]) }
        if isBinary { try put(CopyFormat.binaryTail[...]) }
        try connection?.endCopy()
    }

    private func put(_ bytes: ArraySlice<UInt8>) throws {
        try unsafe bytes.withUnsafeBytes { try unsafe connection?.put($0) }
    }

    // MARK: - Bad records

    /// Brings the rows of a table in, and finds those that the server refuses: by the line that it names, else by halves.
    private mutating func isolate(_ number: Int, _ batch: inout Batch) throws {
        // What is checked at the end of the transaction only could not be traced to a row there.
        try sql("SET CONSTRAINTS ALL IMMEDIATE")
        var open = [0..<batch.tables[number].entries.count]
        while let range = open.popLast() {
            let live = range.filter { !batch.tables[number].entries[$0].isLeftOut }
            guard let first = live.first, let last = live.last else { continue }
            do {
                try copy(number, batch, first..<last + 1, before: "SAVEPOINT fluvio_rows;", isFirst: false)
                for statement in tables[number].apply { try sql(statement) }
                if tables[number].isStaged { try sql(tables[number].clearStage) }
                try sql("RELEASE SAVEPOINT fluvio_rows")
            } catch let error as DatabaseError {
                let kind = error.state.kind(hasCopyLine: error.copyLine != nil)
                guard kind == .data, !error.isConnectionLost else { throw error }
                try sql("ROLLBACK TO SAVEPOINT fluvio_rows")
                if live.count == 1 {
                    try refuse(first, number, &batch, error)
                } else if let line = error.copyLine, line >= 1, line <= live.count {
                    // Those before it went well, and will again.
                    let bad = live[line - 1]
                    try refuse(bad, number, &batch, error)
                    open.append(bad + 1..<range.upperBound)
                    if line > 1 { open.append(range.lowerBound..<bad) }
                } else {
                    let middle = live[live.count / 2]
                    open.append(middle..<range.upperBound)
                    open.append(range.lowerBound..<middle)
                }
            }
        }
    }

    private mutating func refuse(_ entry: Int, _ number: Int, _ batch: inout Batch, _ error: DatabaseError) throws {
        let dead = batch.dead(batch.tables[number].entries[entry], error)
        batch.tables[number].entries[entry].isLeftOut = true
        try count([dead])
        batch.dead.append(dead)
    }

    /// Stops where there are to be none, or too many.
    private mutating func count(_ dead: [DeadRecord]) throws {
        guard let first = dead.first, !settings.isDry else { return }
        if settings.onBad == .stop { throw ToolError(describe(first), .refused) }
        deadSoFar += dead.count
        for record in dead { settings.diagnostics.detail(describe(record)) }
        if deadSoFar > settings.maximumDead {
            throw ToolError(
                "more than \(settings.maximumDead) records were no rows (--max-dead), the last: \(describe(first))")
        }
    }

    private func describe(_ dead: DeadRecord) -> String {
        "\(lanes[dead.lane].place), offset \(dead.offset): \(dead.message) (\(dead.state))"
    }

    private func bury(_ dead: DeadRecord) throws {
        let lane = lanes[dead.lane]
        try sql(
            OffsetStatements.dead,
            [
                settings.id, lane.topic, "\(lane.partition)", "\(dead.offset)",
                dead.timestamp < 0 ? nil : "\(dead.timestamp)", dead.key.map(Hexadecimal.bytea),
                Hexadecimal.bytea(dead.value), dead.state, dead.message, dead.detail, dead.context, dead.column,
                dead.constraint, "\(lane.epoch)",
            ])
    }

    // MARK: - Trouble

    private func rollback() throws { try sqlRows("ROLLBACK") }

    /// Waits, or gives up: afterwards the same is tried again.
    private mutating func recover(from error: DatabaseError) throws {
        let kind = error.state.kind(hasCopyLine: error.copyLine != nil)
        if error.isConnectionLost || kind == .outage {
            connection = nil
        } else {
            // A connection that cannot even do that is none.
            do { try rollback() } catch { connection = nil }
        }
        let delay: Duration
        if outage == nil { tell(true) }
        let start = outage ?? .now
        outage = start
        if case .duration(let limit) = settings.limit, MonotonicTime.now - start >= limit {
            // Of what was begun nothing is half done, but perhaps not all is done.
            throw ToolError("\(error)", lanes.isEmpty ? .unreachable : .incomplete)
        }
        switch error.isConnectionLost ? .outage : kind {
        case .outage: delay = pause.next(.outage, using: &random)
        case .transient: delay = pause.next(.transient, using: &random)
        case .resources: delay = pause.next(.resources, using: &random)
        case .data: throw ToolError("\(error)")
        case .configuration: throw ToolError(Advice.text(for: error, settings.id), .usage)
        case .fatal: throw ToolError("\(error)")
        }
        if pause.isFirst { settings.diagnostics.note("\(error); trying again") }
        try sleep(delay)
    }

    /// Waits so long, or until a signal comes.
    private func sleep(_ duration: Duration) throws {
        let events = try Unix.poll(
            settings.signals.wakeDescriptor, CInt(POLLIN),
            timeoutMilliseconds: CInt(clamping: duration.wholeNanoseconds / 1_000_000))
        if events != 0, let signal = settings.signals.received { throw Stopped(signal: signal) }
    }
}

/// A signal came while the database was waited for.
struct Stopped: Error {
    let signal: CInt
}

/// Bytes as text.
enum Hexadecimal {
    /// As PostgreSQL reads bytea.
    static func bytea(_ bytes: [UInt8]) -> String {
        var text = "\\x"
        text.reserveCapacity(2 + 2 * bytes.count)
        for byte in bytes {
            text.unicodeScalars.append(digit(byte >> 4))
            text.unicodeScalars.append(digit(byte & 15))
        }
        return text
    }

    private static func digit(_ value: UInt8) -> Unicode.Scalar {
        Unicode.Scalar(value < 10 ? UInt8(ascii: "0") + value : 0x57 + value)
    }
}
