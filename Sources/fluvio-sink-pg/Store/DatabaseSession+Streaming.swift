import FluvioClient
import ToolSupport
import Unix

/// A transaction whose COPY stays open while batches come: the server takes one in while the next is made, and waits for
/// its disk once for all of them.
struct RowStream: Sendable {
    /// The table whose COPY is open.
    var table: Int?
    /// What it has taken in, kept until it is committed.
    var batches: [Batch] = []
    /// Bytes, those of the rows alone, and rows of these.
    var size = 0
    var rowBytes = 0
    var rows = 0
    /// When the first of them came.
    var begun = MonotonicTime.now

    /// After so long it ends, however slowly more comes.
    static let longest = Duration.milliseconds(500)

    /// What has been committed.
    struct Done: Sendable {
        /// Offsets, dead letters and counts.
        var sums: Batch
        /// Of the rows.
        var bytes: Int
        var begun: MonotonicTime
        /// Empty batches, for their memory.
        var spares: [Batch] = []

        init(_ sums: Batch, _ stream: borrowing RowStream) {
            (self.sums, bytes, begun) = (sums, stream.rowBytes, stream.begun)
        }
    }

    /// It has been committed in another way, after something went wrong.
    var isOver: Bool { table == nil && !batches.isEmpty }

    /// Whether what it has is to be committed, whatever follows.
    var mustEnd: Bool { isOver || batches.last?.isLast == true }

    /// Whether it has enough for one transaction.
    func isLong(_ settings: WriterSettings) -> Bool {
        size >= settings.streamBytes || rows >= settings.batchRows || MonotonicTime.now - begun >= Self.longest
    }

    /// Offsets, dead letters and counts of all that it has taken in.
    var sums: Batch {
        var sums = Batch(tables: 0)
        for batch in batches { sums.appendSums(of: batch) }
        return sums
    }
}

extension DatabaseSession {
    /// Whether the rows of a batch can go to the server before it is known what follows: they are of one table, and it
    /// takes them as they are.
    func canStream(_ batch: borrowing Batch) -> Bool {
        guard !settings.isDry else { return false }
        var table: Int?
        for number in batch.tables.indices where !batch.tables[number].entries.isEmpty {
            guard table == nil, !tables[number].isStaged else { return false }
            table = number
        }
        return table != nil && (stream.table == nil || stream.table == table)
    }

    /// Sends the rows of a batch that ``canStream(_:)``, and keeps it.
    mutating func stream(_ batch: consuming Batch) throws {
        let number = batch.tables.firstIndex { !$0.entries.isEmpty } ?? 0
        let rows = batch.tables[number].entries.count
        if stream.batches.isEmpty { stream.begun = .now }
        stream.size += batch.size
        stream.rowBytes += batch.tables[number].bytes.count
        stream.rows += rows
        try welcome(batch)
        stream.batches.append(batch)
        let last = stream.batches.count - 1
        do {
            if stream.table == nil {
                try connect()
                stream.table = number
                try beginCopy(number, opening(stream.batches[last].advances), stream.batches[last])
            }
            try put(stream.batches[last].tables[number].bytes[...])
        } catch let error as DatabaseError {
            try endStream(after: error)
        }
    }

    /// Commits what was streamed.
    ///
    /// - Parameter next: what follows, if it goes the same way: its transaction begins in the round trip of the COMMIT.
    mutating func finishStream(before next: Batch? = nil) throws {
        guard let number = stream.table else {
            // It has been committed in another way, if there was anything.
            done += stream.batches.map { RowStream.Done($0, stream) }
            return stream = RowStream()
        }
        do {
            var sums = stream.sums
            try endCopy(number)
            let end = try closing(&sums) + "COMMIT"
            var isBegun = false
            if let next { isBegun = try turn(end, number, next) } else { try sqlRows(end) }
            conclude(sums)
            stream = RowStream(table: isBegun ? number : nil)
        } catch let error as DatabaseError {
            try endStream(after: error)
            try finishStream()
        }
    }

    /// Commits, and begins the next transaction with its COPY.
    ///
    /// - Returns: whether it has begun; if not, its beginning is to be tried again by itself, and what is wrong told then.
    private func turn(_ end: String, _ number: Int, _ next: Batch) throws -> Bool {
        var hasCommitted = false
        let begin = opening(next.advances) + tables[number].copy
        do {
            let rows = try connection?.beginCopy("\(end);\(begin)", hasCommitted: &hasCommitted)
            if hasCommitted, rows?.last?.first == .some("\(next.advances.count)") {
                if plans[number].isBinary { try put(CopyFormat.binaryHead[...]) }
                return true
            }
            try connection?.endCopy(giveUp: "fenced")
        } catch let error as DatabaseError {
            if !hasCommitted { throw error }
        }
        guard hasCommitted else { throw DatabaseError(state: SQLState(""), message: "not connected") }
        _ = try? rollback()
        return false
    }

    /// The transaction is committed.
    private mutating func conclude(_ sums: Batch) {
        advance(sums)
        var finished = RowStream.Done(sums, stream)
        swap(&finished.spares, &stream.batches)
        for index in finished.spares.indices { finished.spares[index].clear() }
        done.append(finished)
    }

    /// Ends the COPY of a table.
    func endCopy(_ number: Int) throws {
        if plans[number].isBinary { try put(CopyFormat.binaryTail[...]) }
        try connection?.endCopy()
    }

    /// Something went wrong on the way: all of it is tried anew as one batch, and is committed afterwards.
    private mutating func endStream(after error: DatabaseError) throws {
        stream.table = nil
        var all = Batch(tables: plans.count)
        var batches = Array(stream.batches.reversed())
        stream.batches = []
        while let next = batches.popLast() { all.append(next) }
        try persist(&all, after: error)
        stream.batches = [all]
    }
}
