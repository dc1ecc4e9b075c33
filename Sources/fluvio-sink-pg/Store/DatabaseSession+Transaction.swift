import ToolSupport

/// One batch in one transaction, with the offsets that it moves.
extension DatabaseSession {
    mutating func transact(_ batch: inout Batch, isolates: Bool) throws {
        guard connection != nil else { throw DatabaseError(state: SQLState(""), message: "not connected") }
        var begin = "BEGIN;"
        if settings.isPooled {
            begin += sessionSettings("SET LOCAL ")
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
        try batch.fillDead()
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
        try sqlRows(end + "COMMIT")
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
            if read.number(0, 1) != advance.from {
                throw ToolError(
                    "\(lane.place): fluvio_sink.offsets says \(read.text(0, 1) ?? "nothing"), and \(advance.from) was expected: "
                        + "somebody has moved it")
            }
        }
        throw DatabaseError(state: .lockNotAvailable, message: "the offsets are locked")
    }

    /// Copies the rows of some entries; `before` is sent along, and begins the transaction if it is the first.
    func copy(
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
                start = start ?? batch.tables[number].start(of: index)
                end = entry.end
            }
        }
        if let first = start { try put(batch.tables[number].bytes[first..<end]) }
        if isBinary { try put(CopyFormat.binaryTail[...]) }
        try connection?.endCopy()
    }

    func put(_ bytes: ArraySlice<UInt8>) throws {
        try unsafe bytes.withUnsafeBytes { try unsafe connection?.put($0) }
    }
}
