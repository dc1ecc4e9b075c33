import FluvioClient

/// Batches that follow each other, as one.
extension Batch {
    /// Takes in what follows, but not the rows and what they were made of.
    mutating func appendSums(of more: borrowing Batch) {
        for advance in more.advances {
            if let place = advances.firstIndex(where: { $0.lane == advance.lane }) {
                advances[place].append(advance)
            } else {
                advances.append(advance)
            }
        }
        dead += more.dead
        records += more.records
        isLast = more.isLast
    }

    /// Takes in all that follows.
    mutating func append(_ more: consuming Batch) {
        appendSums(of: more)
        while tables.count < more.tables.count { tables.append(TableRows()) }
        for number in more.tables.indices { tables[number].append(more.tables[number]) }
        chunks += more.chunks
        lines.append(more.lines)
    }
}

extension LaneAdvance {
    /// Goes on with one that begins where this one ends.
    fileprivate mutating func append(_ more: LaneAdvance) {
        to = more.to
        records += more.records
        lastTimestamp = more.lastTimestamp
        lastChecksum = more.lastChecksum
        highWatermark = more.highWatermark
        seen.removeAll { known in more.seen.contains { $0.producerID == known.producerID } }
        seen += more.seen
    }
}

extension TableRows {
    /// Rows of which none is folded with any of these.
    fileprivate mutating func append(_ more: TableRows) {
        let start = UInt32(truncatingIfNeeded: bytes.count)
        bytes += more.bytes
        entries.reserveCapacity(entries.count + more.entries.count)
        let number = Int32(truncatingIfNeeded: entries.count)
        for var entry in more.entries {
            entry.end += start
            if entry.alternative >= 0 { entry.alternative += number }
            entries.append(entry)
        }
    }
}
