import FluvioClient
import Glibc
package import Unix

/// The topics that records go to: all of them, or the one that a record names. Lives on the thread that reads.
package final class TopicOutlets {
    /// What became of a record.
    package enum Verdict {
        case taken
        case refused(String)
        /// A signal came, or a topic has failed, and nothing more is to be read.
        case stopped
    }

    /// Opens the way to a topic that a record names. Blocks; nil: there is none, for this reason.
    package typealias Opening = (String) -> Result<OutletLink, ToolError>

    private var outlets: [TopicOutlet]
    /// Those that records have named, by name.
    private var named: [[UInt8]: TopicOutlet] = [:]
    private var lastNamed: (name: [UInt8], outlet: TopicOutlet)?
    private let policy: OutletPolicy
    private let spools: SpoolDirectory?
    private let spoolLimit: Int
    private let diagnostics: Diagnostics
    private let signals: Signals
    private let attention: Attention
    private let opening: Opening?
    private let wakes: WakeSet

    /// - Parameters:
    ///   - links: where every record goes that names no topic.
    ///   - opening: nil: records name no topics.
    package init(
        _ links: [OutletLink], policy: OutletPolicy, spools: consuming SpoolDirectory? = nil, spoolLimit: Int = 0,
        attention: Attention, signals: Signals, diagnostics: Diagnostics, opening: Opening? = nil
    ) throws {
        self.policy = policy
        self.spoolLimit = spoolLimit
        self.attention = attention
        self.signals = signals
        self.diagnostics = diagnostics
        self.opening = opening
        wakes = try WakeSet([signals.wakeDescriptor, attention.raw])
        let path = spools?.path
        self.spools = spools
        outlets = []
        for link in links { outlets.append(try make(link, in: path)) }
    }

    private func make(_ link: OutletLink, in directory: String?) throws -> TopicOutlet {
        let spool: TopicSpool?
        do throws(SystemError) {
            spool = try directory.map { path throws(SystemError) in
                try TopicSpool(link.topic, in: path, limit: spoolLimit, syncs: policy.syncsSpool)
            }
        } catch {
            throw ToolError("cannot use the spool: \(error.description)")
        }
        let outlet = TopicOutlet(link, policy, spool: spool, diagnostics: diagnostics)
        if let producer = outlet.producer { try wakes.add(producer.failureDescriptor) }
        return outlet
    }

    /// Readable when ``hearNews()`` is wanted.
    package var wake: CInt { wakes.descriptor }

    /// ``wake`` is readable, too, once nobody reads this output any more.
    package func watch(output: CInt) -> Bool { wakes.add(output: output) }

    /// Stops watching an output.
    package func unwatch(output: CInt) { wakes.remove(output) }

    /// Whether there are topics at all.
    package var isEmpty: Bool { outlets.isEmpty && opening == nil }

    /// The producer that every record can go to at once, if there is such a one: what it does not take goes through
    /// ``append(_:tag:)``.
    var direct: Producer? { outlets.count == 1 ? outlets[0].direct : nil }

    /// Where all of its records go, if that is fixed.
    var directPartition: UInt32? { outlets.count == 1 ? outlets[0].link.partition : nil }

    /// Whether no topic takes records any more.
    package var haveAllFailed: Bool { !outlets.isEmpty && outlets.allSatisfy(\.hasFailed) }

    // MARK: Records

    /// Takes a record for the topic that it names, or for all.
    @inline(__always)
    package func append(_ record: ParsedRecord, tag: UInt64) -> Verdict {
        if unsafe record.topic == nil, outlets.count == 1 {
            let verdict = outlets[0].append(record, tag: tag)
            if case .taken = verdict { return .taken }
            return settle(verdict, record, tag, outlets[0])
        }
        return appendToMany(record, tag)
    }

    @inline(never)
    private func appendToMany(_ record: ParsedRecord, _ tag: UInt64) -> Verdict {
        guard unsafe record.topic == nil else { return appendToNamed(record, tag) }
        var refusal: String?
        for outlet in outlets {
            switch settle(outlet.append(record, tag: tag), record, tag, outlet) {
            case .taken: continue
            case .refused(let reason): refusal = reason
            case .stopped: return .stopped
            }
        }
        return refusal.map { .refused($0) } ?? .taken
    }

    @inline(never)
    private func settle(
        _ verdict: TopicOutlet.Verdict, _ record: ParsedRecord, _ tag: UInt64, _ outlet: TopicOutlet
    ) -> Verdict {
        var verdict = verdict
        while true {
            switch verdict {
            case .taken: return .taken
            case .refused(let reason): return .refused(reason)
            case .stopped: return .stopped
            case .again: verdict = outlet.append(record, tag: tag)
            case .full:
                guard waitForRoom(outlet) else { return .stopped }
                verdict = outlet.append(record, tag: tag)
            }
        }
    }

    private func appendToNamed(_ record: ParsedRecord, _ tag: UInt64) -> Verdict {
        guard let name = unsafe record.topic else { return .taken }
        if let (last, outlet) = lastNamed, last.count == name.count, unsafe last.elementsEqual(name) {
            return settle(outlet.append(record, tag: tag), record, tag, outlet)
        }
        let key = unsafe [UInt8](name)
        if let outlet = named[key] {
            lastNamed = (key, outlet)
            return settle(outlet.append(record, tag: tag), record, tag, outlet)
        }
        let text = String(decoding: key, as: UTF8.self)
        if let known = outlets.first(where: { $0.link.topic == text }) {
            named[key] = known
        } else {
            switch opening?(text) {
            case .success(let link)?:
                guard let outlet = try? make(link, in: nil) else { return .refused("cannot open topic '\(text)'") }
                named[key] = outlet
            case .failure(let error)?: return .refused(error.description)
            case nil: return .refused("names a topic")
            }
        }
        return appendToNamed(record, tag)
    }

    // MARK: Waiting

    private func waitForRoom(_ outlet: TopicOutlet) -> Bool {
        // Its own records leave as the answers come; those of others shall not wait for them.
        for other in all where other !== outlet || other.spool != nil { other.flush() }
        let isWoken: Bool
        if let producer = outlet.producer, outlet.spool == nil {
            isWoken = !producer.waitForProgress(or: wake)
        } else {
            // A disk that is full says nothing when it has room again.
            _ = try? Unix.poll(wake, CInt(POLLIN), timeoutMilliseconds: 200)
            isWoken = true
        }
        return isWoken ? hearNews() : true
    }

    /// Takes notice of what has woken; false: nothing more is to be read.
    @discardableResult
    package func hearNews() -> Bool {
        attention.hear()
        if signals.received != nil { return false }
        return catchUp()
    }

    /// False: a topic has failed for which the policy is to stop.
    private func catchUp() -> Bool {
        for outlet in all {
            let before = outlet.producer
            outlet.look()
            if before == nil, let producer = outlet.producer { try? wakes.add(producer.failureDescriptor) }
            if outlet.hasFailed {
                // Readable for good: it would wake for ever.
                if let producer = outlet.producer { wakes.remove(producer.failureDescriptor) }
                if policy.stopsOnFailure { return false }
            }
            outlet.pump()
        }
        return true
    }

    private var all: [TopicOutlet] {
        named.isEmpty ? outlets : outlets + named.values.filter { o in !outlets.contains { $0 === o } }
    }

    /// What was taken leaves now.
    package func flush() { for outlet in all { outlet.flush() } }

    /// How far the records are acknowledged in all topics that have not failed.
    package var acknowledgedPrefix: UInt64 {
        outlets.reduce(UInt64.max) { prefix, outlet in
            outlet.hasFailed ? prefix : min(prefix, outlet.link.acknowledgedPrefix ?? 0)
        }
    }

    /// Whether everything that was taken is in the spools, and on the disk.
    package func synchronizeSpools() -> Bool { all.reduce(true) { $1.synchronizeSpool() && $0 } }

    // MARK: The end

    /// Waits until everything is acknowledged or has failed; after a signal no longer than `grace`. Then nothing more can
    /// be taken.
    ///
    /// - Parameter progressed: called now and then.
    package func finish(grace: Duration, progressed: () -> Void = {}) -> [OutletReport] {
        var deadline: MonotonicTime?
        for outlet in all { outlet.beginEnd() }
        flush()
        while true {
            progressed()
            let now = MonotonicTime.now
            if deadline == nil, signals.received != nil {
                deadline = now + grace
                wakes.remove(signals.wakeDescriptor)
            }
            _ = catchUp()
            guard let open = all.first(where: { !$0.isSettled(now: now) }) else { break }
            if let deadline, now >= deadline { break }
            let left = deadline.map { ($0 - now).wholeNanoseconds / 1_000_000 + 1 } ?? 1000
            let timeout = CInt(clamping: min(left, open.spool == nil ? 1000 : 100))
            if let producer = open.producer {
                if !producer.waitForProgress(or: wake, timeoutMilliseconds: timeout) { attention.hear() }
            } else {
                _ = try? Unix.poll(wake, CInt(POLLIN), timeoutMilliseconds: timeout)
                attention.hear()
            }
        }
        progressed()
        return all.map { $0.finish() }
    }
}
