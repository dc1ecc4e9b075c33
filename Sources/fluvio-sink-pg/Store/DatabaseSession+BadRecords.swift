import ToolSupport
import Unix

/// Records that the server refuses: found, counted, buried.
extension DatabaseSession {
    /// Brings the rows of a table in, and finds those that the server refuses: by the line that it names, else by halves.
    ///
    /// - Returns: rows that refer to others that are not there, if those may still come.
    mutating func isolate(_ number: Int, _ batch: inout Batch) throws -> [Orphan] {
        // What is checked at the end of the transaction only could not be traced to a row there.
        try sql("SET CONSTRAINTS ALL IMMEDIATE")
        var orphans: [Orphan] = []
        var open = [0..<batch.tables[number].entries.count]
        while let range = open.popLast() {
            let live = range.filter { !batch.tables[number].entries[$0].isLeftOut }
            guard let first = live.first, let last = live.last,
                let error = try bring(number, first..<last + 1, batch)
            else { continue }
            var refused: Int?
            if live.count == 1 {
                if error.state == .foreignKeyViolation, settings.foreignKeyWait > .zero, !settings.isDry {
                    orphans.append(Orphan(table: number, entry: first))
                    continue
                }
                refused = first
            } else if let line = error.copyLine, line >= 1, line <= live.count {
                // Those before it went well, and will again.
                let bad = live[line - 1]
                refused = bad
                open.append(bad + 1..<range.upperBound)
                if line > 1 { open.append(range.lowerBound..<bad) }
            } else {
                let middle = live[live.count / 2]
                open.append(middle..<range.upperBound)
                open.append(range.lowerBound..<middle)
            }
            guard let refused else { continue }
            try refuse(refused, number, &batch, error)
            let stand = Int(batch.tables[number].entries[refused].alternative)
            if stand >= 0, !open.contains(where: { $0.contains(stand) }) { open.append(stand..<stand + 1) }
        }
        return orphans
    }

    /// Brings some rows in; what the server has against them.
    private func bring(_ number: Int, _ range: Range<Int>, _ batch: borrowing Batch) throws -> DatabaseError? {
        do {
            try copy(number, batch, range, before: "SAVEPOINT fluvio_rows;", isFirst: false)
            for statement in tables[number].apply { try sql(statement) }
            if tables[number].isStaged { try sql(tables[number].clearStage) }
            try sql("RELEASE SAVEPOINT fluvio_rows")
            return nil
        } catch let error as DatabaseError {
            let kind = error.state.kind(hasCopyLine: error.copyLine != nil)
            guard kind == .data, !error.isConnectionLost else { throw error }
            try sql("ROLLBACK TO SAVEPOINT fluvio_rows")
            return error
        }
    }

    /// A row that refers to another, which is not there.
    struct Orphan {
        let table: Int
        let entry: Int
    }

    /// Waits for the rows that others refer to: they may be of another table, and come right after, or of another process.
    mutating func awaitParents(of orphans: [Orphan], _ batch: inout Batch) throws {
        var left = orphans
        let began = MonotonicTime.now
        while !left.isEmpty {
            let isOver = MonotonicTime.now - began >= settings.foreignKeyWait
            var still: [Orphan] = []
            for orphan in left {
                let error = try bring(orphan.table, orphan.entry..<orphan.entry + 1, batch)
                guard let error else { continue }
                if isOver || error.state != .foreignKeyViolation {
                    try refuse(orphan.entry, orphan.table, &batch, error)
                } else {
                    still.append(orphan)
                }
            }
            left = still
            if !left.isEmpty { try sleep(.milliseconds(100)) }
        }
    }

    mutating func refuse(_ entry: Int, _ number: Int, _ batch: inout Batch, _ error: DatabaseError) throws {
        let dead = batch.dead(batch.tables[number].entries[entry], error)
        batch.tables[number].entries[entry].isLeftOut = true
        // Another row of the key may stand in for it.
        let alternative = Int(batch.tables[number].entries[entry].alternative)
        if alternative >= 0 { batch.tables[number].entries[alternative].isLeftOut = false }
        try count([dead])
        batch.dead.append(dead)
    }

    /// Stops where there are to be none, or too many.
    mutating func count(_ dead: [DeadRecord]) throws {
        guard let first = dead.first, !settings.isDry else { return }
        if settings.onBad == .stop { throw ToolError(describe(first), .refused) }
        let isExceeded = settings.budget.add(dead: dead.count)
        for record in dead { settings.diagnostics.detail(describe(record)) }
        if isExceeded {
            throw ToolError(
                "more than \(settings.budget.limit.text) of the records were no rows (--max-dead), the last: \(describe(first))"
            )
        }
    }

    func describe(_ dead: DeadRecord) -> String {
        "\(lanes[dead.lane].place), offset \(dead.offset): \(dead.message) (\(dead.state))"
    }

    func bury(_ dead: DeadRecord) throws {
        let lane = lanes[dead.lane]
        try sql(
            OffsetStatements.dead,
            [
                settings.id, lane.topic, "\(lane.partition)", "\(dead.offset)",
                dead.timestamp < 0 ? nil : "\(dead.timestamp)", dead.key.map(Hexadecimal.bytea),
                Hexadecimal.bytea(dead.value ?? []), dead.state, dead.message, dead.detail, dead.context, dead.column,
                dead.constraint, "\(lane.epoch)",
            ])
    }
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
