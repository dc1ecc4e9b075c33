import FluvioClient
import Unix

/// Records on their way through the spool.
extension TopicOutlet {
    /// Takes a record to the spool.
    func append(_ record: ParsedRecord, to spool: TopicSpool) -> Verdict {
        // Where all go to one partition, that is decided now: the next process may know nothing of it.
        var record = record
        if record.partition == nil { record.partition = link.partition }
        if let partition = record.partition, let producer, partition >= producer.partitions {
            return .refused("partition \(partition), and topic \(link.topic) has \(producer.partitions)")
        }
        if spool.append(record) {
            if spool.isFull { pump() }
            return .taken
        }
        pump()
        spool.forgetBuffer()
        if spool.append(record) { return .taken }
        guard policy.whenSpoolFull == .drop else { return .full }
        drop(1)
        return .taken
    }

    /// Writes to the spool what was taken, hands the producer what it has room for, and lets go of what is acknowledged.
    func pump() {
        guard let spool else { return }
        do throws(SystemError) {
            try spool.write()
            if hasSpoolError {
                hasSpoolError = false
                diagnostics.note("\(link.topic): the spool can be written to again")
            }
        } catch {
            if !hasSpoolError { diagnostics.error("\(link.topic): cannot write to the spool: \(error.reason)") }
            hasSpoolError = true
        }
        do throws(SystemError) {
            if failure == nil, let producer {
                sending: while let (record, end) = try spool.next() {
                    var parsed = unsafe ParsedRecord(
                        key: record.key, value: record.value, timestamp: record.timestamp)
                    parsed.partition = record.partition
                    switch send(parsed, end, to: producer) {
                    case .taken: spool.advance(to: end)
                    case .full, .again, .stopped: break sending
                    case .refused(let reason):
                        diagnostics.error("\(link.topic): a record of the spool cannot be sent: \(reason)")
                        lost += 1
                        spool.advance(to: end)
                    }
                    if failure != nil { break }
                }
                if spool.sent == spool.end { spool.forgetBuffer() }
            }
            if let prefix = link.acknowledgedPrefix, prefix > spool.done {
                progressed = .now
                try spool.settle(prefix)
            }
        } catch {
            if !hasSpoolError { diagnostics.error("\(link.topic): the spool: \(error.description)") }
            hasSpoolError = true
        }
    }

    func announceLeftover() {
        guard let spool else { return }
        let left = spool.leftover
        if left.tornBytes > 0 {
            diagnostics.error(
                "\(link.topic): the spool ends in \(counted(left.tornBytes, "byte")) of a record that was never whole; cut off"
            )
        }
        for path in left.damaged {
            diagnostics.error("\(link.topic): damage in \(path); what is whole before it is sent")
        }
        if left.records > 0 {
            diagnostics.note(
                "\(link.topic): \(counted(left.records, "record of before is", "records of before are")) in the spool")
        }
    }

    /// Brings what was taken onto the disk; false: that failed, or there is no room for it.
    func synchronizeSpool() -> Bool {
        guard let spool else { return true }
        pump()
        do throws(SystemError) {
            try spool.synchronize()
            return true
        } catch {
            if !hasSpoolError { diagnostics.error("\(link.topic): cannot write to the spool: \(error.reason)") }
            hasSpoolError = true
            return false
        }
    }
}
