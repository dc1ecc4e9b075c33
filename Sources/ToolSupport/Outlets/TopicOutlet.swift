import FluvioClient
import Unix

/// One topic as the thread that reads sees it: takes records, and meets trouble as the policy says.
final class TopicOutlet {
    /// What became of a record.
    enum Verdict {
        case taken
        /// There is no room: wait, and try again.
        case full
        /// Others have made room: try again.
        case again
        /// No server stores it.
        case refused(String)
        /// The topic has failed, and nothing more is to be read.
        case stopped
    }

    let link: OutletLink
    let policy: OutletPolicy
    let diagnostics: Diagnostics
    private(set) var producer: Producer?
    /// Nil: records go straight to the producer.
    let spool: TopicSpool?
    private(set) var failure: FluvioError?
    private var dropped = 0
    var lost = 0
    private var lastTag: UInt64 = 0
    private var turn: UInt32 = 0
    private var favourite: UInt32 = 0
    /// The spool could not be written or read, and that was told.
    var hasSpoolError = false
    private var toldDrop: MonotonicTime?
    /// When the spool last became smaller.
    var progressed = MonotonicTime.now
    /// Whether the producer alone decides where a record goes.
    private var leavesChoice: Bool
    /// Records are told to somebody when they are acknowledged, without gaps.
    private let tracks: Bool

    init(_ link: OutletLink, _ policy: OutletPolicy, spool: TopicSpool?, diagnostics: Diagnostics) {
        self.link = link
        self.policy = policy
        self.spool = spool
        self.diagnostics = diagnostics
        tracks = policy.tracksPrefix || spool != nil
        leavesChoice = policy.partitioner == .sip && !tracks
        lastTag = spool?.done ?? 0
        look()
        announceLeftover()
    }

    /// Whether it takes no more records.
    var hasFailed: Bool { failure != nil }

    /// The producer, where records may go to it without being looked at here.
    var direct: Producer? { leavesChoice && failure == nil ? producer : nil }

    // MARK: Records

    /// Takes a record.
    @inline(__always)
    func append(_ record: ParsedRecord, tag: UInt64) -> Verdict {
        guard leavesChoice, failure == nil, let producer else { return appendOther(record, tag) }
        let outcome = unsafe producer.append(
            key: record.key, value: record.value, timestamp: record.timestamp,
            partition: record.partition ?? link.partition, tag: tag)
        return outcome == .appended ? .taken : met(outcome, record)
    }

    @inline(never)
    private func appendOther(_ record: ParsedRecord, _ tag: UInt64) -> Verdict {
        if failure != nil {
            lost += 1
            return policy.stopsOnFailure ? .stopped : .taken
        }
        if let spool { return append(record, to: spool) }
        guard let producer else { return withoutRoom() }
        return send(record, tag, to: producer)
    }

    /// Hands a record to the producer, with the partition decided here.
    func send(_ record: ParsedRecord, _ tag: UInt64, to producer: Producer) -> Verdict {
        guard let partition = choose(record, producer) else {
            return .refused("partition \(record.partition ?? 0), and topic \(link.topic) has \(producer.partitions)")
        }
        let before = lastTag
        if tracks {
            link.willAppend(to: partition, tag: tag)
            lastTag = tag
        }
        let outcome = unsafe producer.append(
            key: record.key, value: record.value, timestamp: record.timestamp, partition: partition, tag: tag)
        if outcome == .appended {
            if policy.partitioner != .sticky, unsafe record.key == nil { turn &+= 1 }
            return .taken
        }
        if tracks {
            link.didNotAppend(to: partition, before: before)
            lastTag = before
        }
        return met(outcome, record)
    }

    /// The partition of a record; nil: it names one that is not there.
    private func choose(_ record: ParsedRecord, _ producer: Producer) -> UInt32? {
        if let partition = record.partition ?? link.partition {
            return partition < producer.partitions ? partition : nil
        }
        if policy.partitioner != .roundRobin, let key = unsafe record.key {
            return unsafe producer.partition(forKey: key)
        }
        if policy.partitioner == .roundRobin, unsafe record.key != nil { turn &+= 1 }
        return policy.partitioner == .sticky ? favourite : turn % producer.partitions
    }

    private func met(_ outcome: Producer.AppendOutcome, _ record: ParsedRecord) -> Verdict {
        switch outcome {
        case .appended: return .taken
        case .full: return withoutRoom()
        case .tooLarge: return .refused("\(record.size) bytes, which is more than a server stores")
        case .failed:
            if let partition = record.partition, let producer, partition >= producer.partitions {
                return .refused("partition \(partition), and topic \(link.topic) has \(producer.partitions)")
            }
            look()
            lost += 1
            return policy.stopsOnFailure ? .stopped : .taken
        }
    }

    private func withoutRoom() -> Verdict {
        // What is in the spool waits there.
        guard spool == nil else { return .full }
        switch policy.whenFull {
        case .block, .spool: return .full
        case .dropNew:
            drop(1)
            return .taken
        case .dropOld:
            let count = producer?.discardOldest() ?? 0
            guard count > 0 else { return .full }
            drop(count)
            return .again
        case .exit:
            lost += 1
            diagnostics.error("\(link.topic): there is no room for more; stopping")
            return .stopped
        }
    }

    func drop(_ count: Int) {
        dropped += count
        let now = MonotonicTime.now
        if let told = toldDrop, now - told < .seconds(10) { return }
        toldDrop = now
        diagnostics.error(
            "\(link.topic): there is no room; \(counted(dropped, "record was", "records were")) dropped so far")
    }

    // MARK: News

    /// Looks how the way to the topic is.
    func look() {
        guard failure == nil else { return }
        if producer == nil {
            switch link.current {
            case .connecting: return
            case .failed(let error): return fail(error)
            case .ready(let ready): begin(ready)
            }
        }
        if let error = producer?.failure { fail(error) }
    }

    private func begin(_ producer: Producer) {
        self.producer = producer
        favourite = UInt32.random(in: 0..<producer.partitions)
        if tracks {
            link.track(AckPrefix(partitions: Int(producer.partitions), settled: spool?.done ?? 0))
            lastTag = spool?.done ?? 0
        }
        if producer.partitions == 1, !tracks { leavesChoice = true }
    }

    private func fail(_ error: FluvioError) {
        failure = error
        guard !policy.stopsOnFailure else { return }
        diagnostics.error("\(link.topic): \(error.naming().description); going on without it")
    }

    /// What was taken leaves now.
    func flush() {
        if spool != nil { pump() }
        producer?.flush()
    }

    /// Nothing is owed any more, or nothing more can be done.
    func isSettled(now: MonotonicTime) -> Bool {
        // What other partitions have under way may still be acknowledged.
        if failure != nil { return producer?.isSettled ?? true }
        if let spool {
            if spool.owed == 0 { return true }
            return policy.patience.map { now - progressed > $0 } ?? false
        }
        guard let producer else {
            return policy.patience.map { now - progressed > $0 } ?? false
        }
        return producer.isSettled
    }

    /// The end of the input is the beginning of the last wait.
    func beginEnd() { progressed = .now }

    /// What came of it; the last thing asked of it.
    func finish() -> OutletReport {
        var report = OutletReport(topic: link.topic)
        if let counts = producer?.counts {
            report.appended = counts.appended
            report.acknowledged = counts.acknowledged
        }
        report.dropped = dropped
        report.lost = lost
        report.failure = failure
        guard let spool else { return report }
        pump()
        report.spool = spool.directory
        report.hasDamage = !spool.leftover.damaged.isEmpty || hasSpoolError
        do throws(SystemError) {
            report.spooled = spool.owed == 0 ? 0 : try spool.countOwed()
            try spool.close()
        } catch {
            diagnostics.error("\(link.topic): the spool: \(error.description)")
            report.hasDamage = true
        }
        return report
    }
}
