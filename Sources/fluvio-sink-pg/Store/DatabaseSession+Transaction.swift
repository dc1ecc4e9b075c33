import ToolSupport

/// One batch in one transaction, with the offsets that it moves.
extension DatabaseSession {
    mutating func transact(_ batch: inout Batch, isolates: Bool) throws {
        guard connection != nil else { throw DatabaseError(state: SQLState(""), message: "not connected") }
        let begin = opening(batch.advances)
        var isBegun = false
        var orphans: [Orphan] = []
        for number in batch.tables.indices where !batch.tables[number].entries.isEmpty {
            if isolates {
                if !isBegun { try checkFence(try sqlRows(begin), batch) }
                isBegun = true
                orphans += try isolate(number, &batch)
                continue
            }
            try copy(
                number, batch, 0..<batch.tables[number].entries.count, before: isBegun ? "" : begin, isFirst: !isBegun)
            isBegun = true
            for statement in tables[number].apply { try sql(statement) }
        }
        if !isBegun { try checkFence(try sqlRows(begin), batch) }
        try awaitParents(of: orphans, &batch)
        if settings.isDry {
            for dead in batch.dead { settings.diagnostics.error(describe(dead)) }
            try sqlRows("ROLLBACK")
            return
        }
        try batch.fillDead()
        try sqlRows(closing(&batch) + "COMMIT")
    }

    /// What begins a transaction, and makes sure that the partitions are still this process's.
    func opening(_ advances: [LaneAdvance]) -> String {
        var begin = "BEGIN;"
        if settings.isPooled {
            begin += sessionSettings("SET LOCAL ")
            for table in tables { if let make = table.makeStage { begin += make + ";" } }
        }
        // Only rows, which would be read again: what a server forgets of whose a partition is, nobody tells it.
        if settings.isAsynchronous { begin += "SET LOCAL synchronous_commit=off;" }
        if !settings.isDry { begin += statements.fence(lanes, advances) + ";" }
        return begin
    }

    /// Buries what is dead, and gives the statements that move the offsets: all that is to be done before the COMMIT.
    func closing(_ batch: inout Batch) throws -> String {
        if batch.lettersSent < batch.dead.count {
            try settings.deadTopic?.send(batch.dead[batch.lettersSent...].map { ($0, lanes[$0.lane]) })
            batch.lettersSent = batch.dead.count
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
        return end
    }

    func checkFence(_ row: [String?], _ batch: borrowing Batch) throws {
        if settings.isDry { return }
        guard row.first == .some("\(batch.advances.count)") else {
            try rollback()
            try whoseNow(batch)
        }
    }

    /// Says who has taken the partitions.
    func whoseNow(_ batch: borrowing Batch) throws -> Never {
        for advance in batch.advances {
            let lane = lanes[advance.lane]
            let read = try sql(OffsetStatements.read, [settings.id, lane.topic, "\(lane.partition)"])
            guard read.count == 1 else { throw ToolError("\(lane.place): the row in fluvio_sink.offsets has gone") }
            if read.number(0, 0) != lane.epoch { throw fenced(read.text(0, 2), lane) }
            if let next = read.number(0, 1) { try hold(advance, against: next) }
        }
        throw DatabaseError(state: .lockNotAvailable, message: "the offsets are locked")
    }

    /// Copies the rows of some entries; `before` is sent along, and begins the transaction if it is the first.
    func copy(
        _ number: Int, _ batch: borrowing Batch, _ range: Range<Int>, before: String, isFirst: Bool
    ) throws {
        try beginCopy(number, before, batch, checksFence: isFirst)
        // Rows that follow each other go in one piece.
        var start: Int?
        var end = 0
        for index in range {
            let entry = batch.tables[number].entries[index]
            if entry.isLeftOut {
                if let first = start { try put(batch.tables[number].bytes[first..<end]) }
                start = nil
            } else {
                start = start ?? batch.tables[number].start(of: index)
                end = Int(entry.end)
            }
        }
        if let first = start { try put(batch.tables[number].bytes[first..<end]) }
        try endCopy(number)
    }

    /// Begins the COPY of a table; what stands before it begins the transaction if the fence is to be looked at.
    func beginCopy(
        _ number: Int, _ before: String, _ batch: borrowing Batch, checksFence: Bool = true
    ) throws {
        let rows = try connection?.beginCopy(before + tables[number].copy) ?? []
        if checksFence, !settings.isDry, rows.first?.first != .some("\(batch.advances.count)") {
            try? connection?.endCopy(giveUp: "fenced")
            try checkFence(rows.first ?? [], batch)
        }
        if plans[number].isBinary { try put(CopyFormat.binaryHead[...]) }
    }

    func put(_ bytes: ArraySlice<UInt8>) throws {
        try unsafe bytes.withUnsafeBytes { try unsafe connection?.put($0) }
    }
}
