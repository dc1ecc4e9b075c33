import FluvioClient
import Glibc
import ToolSupport
import Unix

// Reading what is there, and handing it on.
extension SourcePump {
    /// Turns of one file before the next has its own.
    private static let turns = 4
    /// Files that have a producer at the same time: each producer takes some descriptors.
    static func mostLanes(descriptors: Int) -> Int { min(96, max(2, descriptors / 8)) }
    /// Files after one that have producers before it is read to its end, as long as there are fewer bytes in them than this.
    private static let (mostAhead, small) = (24, 8 << 20)

    /// Reads of every file that has something, a little. False: nothing could be done.
    func readSome() throws -> Bool {
        var hasWorked = false
        let round = ready
        ready.removeAll(keepingCapacity: true)
        isReady.removeAll(keepingCapacity: true)
        for id in round { if try advance(id) { hasWorked = true } }
        var served = 0
        while served < wanting.count, lanes.count < mostLanes || closeOneLane() {
            files[wanting[served]]?.wantsLane = false
            if try advance(wanting[served]) { hasWorked = true }
            served += 1
        }
        wanting.removeFirst(served)
        return hasWorked
    }

    /// Reads a little of a file; false: nothing could be done.
    private func advance(_ id: FileID) throws -> Bool {
        guard let file = files[id] else { return false }
        switch try step(file) {
        case .again:
            wake(id)
            return true
        case .waits: break
        case .later: later.append(id)
        }
        return false
    }

    private enum Step {
        /// There is more.
        case again
        /// Something else must happen before, and will wake it.
        case waits
        /// It is to be tried in the next turn after a wait.
        case later
    }

    private func step(_ file: SourceFile) throws -> Step {
        guard let reader = file.reader, file.original == nil else { return .waits }
        if file.isRemnant, try !hasMore(reader, file) {
            // Nothing comes any more, however long that takes in which it goes on: it need not hold a place on the disk.
            (file.isDrained, file.isFinished) = (true, file.isFinal)
            return .waits
        }
        if let before = file.predecessor {
            // What is left at its end is before what comes here, too.
            if let other = files[before],
                try !hasComeToItsEnd(other) || options.isOnce && readEnd(of: other) || holdsBack(file, reader, other)
            {
                followers[before, default: []].insert(file.id)
                return .waits
            }
            if try hasMore(reader, file) {
                // Who writes to it may have been slower to let go of it than others were to begin this one. What is written
                // later is no older than what is here.
                if !file.hasLookedBack, hasLateLines(before: file) {
                    file.hasLookedBack = true
                    followers[before, default: []].insert(file.id)
                    return .waits
                }
                file.predecessor = nil
            }
        }
        if waitsForSuspects(file) { return .later }
        switch file.sending {
        case .closed:
            guard try hasMore(reader, file) else {
                file.isDrained = true
                if file.isFinal { file.isFinished = true }
                // Nothing stands behind the position that could have been under way.
                if reader.isPlain { file.isAtRest = true }
                wakeFollowers(of: file)
                return .waits
            }
            if open(file) {
                openAhead(of: file)
            } else if !file.wantsLane {
                file.wantsLane = true
                wanting.append(file.id)
            }
            return .waits
        case .opening, .announcing: return .waits
        case .open(let lane):
            if lane.progress.needsRenewal, !lane.progress.isSettled {
                lane.flush()
                return .later
            }
            if lane.progress.needsRenewal {
                close(file)
                return .again
            }
            if mustAnnounceHead(of: file) {
                announce(file, lane)
                return .waits
            }
            for _ in 0..<Self.turns {
                if let step = try read(file, reader, lane, isFinal: file.isFinal) { return step }
            }
            return .again
        }
    }

    /// Whether more is to be sent of a file than its beginning, and the checkpoint knows less than that: after a crash a copy
    /// of it could not be told from others then, and all that was under way would be sent again.
    private func mustAnnounceHead(of file: SourceFile) -> Bool {
        guard file.isLasting, file.knownHead < Head.longest else { return false }
        lookAtHead(of: file)
        guard let reader = file.reader, reader.isPlain, reader.head.length == Head.longest else { return false }
        // It may have grown while it was read.
        file.record.evidence.head = reader.head
        return true
    }

    /// A file may have come to its end: what comes after it may be read. There may be thousands, each after another, so that
    /// none is asked in vain.
    func wakeFollowers(of file: SourceFile) {
        guard let waiting = followers[file.id], hasComeToItsEnd(file) else { return }
        followers[file.id] = nil
        for id in waiting { wake(id) }
    }

    /// Makes the producers of what comes after a small file with its own: until they are made and the checkpoint knows them
    /// takes longer than to send it.
    private func openAhead(of file: SourceFile) {
        var (last, bytes) = (file, file.unread)
        for _ in 0..<Self.mostAhead {
            guard bytes < Self.small, lanes.count < mostLanes / 2 || closeOneLane(),
                let next = followers[last.id]?.first.flatMap({ files[$0] }), next.original == nil,
                case .closed = next.sending, let reader = next.reader, (try? hasMore(reader, next)) == true, open(next)
            else { return }
            bytes += next.unread
            last = next
        }
    }

    /// Whether what comes after a file may be sent.
    private func hasComeToItsEnd(_ file: SourceFile) -> Bool {
        file.isCaughtUp && !file.isBeingMade && (!missing.contains(file.id) || unreadable.contains(file.id))
    }

    /// Whether a read would give anything: also what was cut.
    func hasMore(_ reader: FileReader, _ file: SourceFile) throws -> Bool {
        guard reader.isPlain else { return !file.isDrained }
        let size = try Unix.size(reader.descriptor)
        if size < reader.position { return true }
        if size > reader.position { return true }
        // Of the same size, but perhaps not the same.
        return file.facts.modified != file.record.evidence.modified && size > 0 && !file.isDrained
    }

    /// One read; nil: there is more.
    private func read(_ file: SourceFile, _ reader: FileReader, _ lane: Lane, isFinal: Bool) throws -> Step? {
        let now = Moment.present
        let start = reader.position
        let holes = (reader.holes, reader.dropped, reader.cut)
        let invalid = reader.invalidLines
        var outcome: FileReader.Outcome?
        var problem: (any Error)?
        do {
            if maker.isPlain(file.origin), options.invalid != .refuse, !lane.progress.isCatchingUp {
                (outcome, problem) = try readPlainly(file, reader, lane, now, isFinal: isFinal)
            } else {
                outcome = try reader.read(window, isFinal: isFinal) { piece in
                    do {
                        return try hand(piece, of: file, lane, now)
                    } catch {
                        problem = error
                        return .full
                    }
                }
            }
        } catch let error where error is SystemError || error is DecodingError || error is ValueError {
            complain("\(file.record.path): \((error as? SystemError)?.reason ?? "\(error)")")
        }
        file.isDamaged = false
        if reader.position != start {
            isFigureOld = true
            file.hasBegun = true
            lane.used = .now
            file.isDrained = false
            lane.progress.mark(
                offset: reader.position, line: reader.line, tail: reader.tail, head: reader.head,
                excess: reader.excess)
            counts.update { counts in
                counts.bytes += reader.position - start
                counts.holeBytes += reader.holes - holes.0
                counts.dropped += reader.dropped - holes.1
                counts.cut += reader.cut - holes.2
            }
            if reader.holes != holes.0 {
                file.record.holes += reader.holes - holes.0
                diagnostics.note(
                    "\(file.record.path): \(counted(reader.holes - holes.0, "byte of a hole is", "bytes of a hole are")) passed over"
                )
            }
            tellInvalid(file, reader.invalidLines - invalid)
            tellOversize(file, cut: reader.cut - holes.2, dropped: reader.dropped - holes.1)
        }
        if let problem { throw problem }
        switch outcome {
        case nil:
            // It could not be read any further.
            (file.isDrained, file.isFinished, file.isDamaged) = (true, file.isFinal, true)
            lane.flush()
            wakeFollowers(of: file)
            return .waits
        case .progressed: return nil
        case .full:
            lane.isBlocked = true
            return .waits
        case .drained:
            file.isDrained = true
            if isFinal { file.isFinished = true }
            lane.flush()
            wakeFollowers(of: file)
            return .waits
        case .truncated:
            cut(file)
            return .waits
        case .compressed:
            let probe = try Probe(descriptor: reader.descriptor)
            // That of its content is another one.
            file.record.evidence.head = Head()
            file.reader = makeReader(probe.input, at: file.record, tail: [])
            return .again
        case .tooLong(let offset):
            let hint = options.format == .csv ? "; perhaps a quoted field does not end" : ""
            throw ToolError(
                "\(file.record.path), offset \(offset): a \(options.recordWord) of more than \(Sizes.text(options.maximumLine)) "
                    + "(--max-line, --oversize)\(hint)", .refused)
        }
    }

    private func tellInvalid(_ file: SourceFile, _ lines: Int) {
        guard lines > 0 else { return }
        counts.update { $0.invalid += lines }
        guard options.invalid != .refuse, toldTroubles.insert("invalid \(file.id)").inserted else { return }
        diagnostics.note(
            "\(file.record.path): there is text that is no \(options.encoding?.text ?? ""); U+FFFD stands for it")
    }

    /// No mere notes: what is left out was asked for, but not that nobody hears of it.
    private func tellOversize(_ file: SourceFile, cut: Int, dropped: Int) {
        func tell(_ count: Int, _ fate: String) {
            guard count > 0 else { return }
            let what = counted(count, "\(options.recordWord) is", "\(options.recordWord)s are")
            diagnostics.error(
                "\(file.record.path): \(what) longer than \(Sizes.text(options.maximumLine)) and "
                    + "\(count == 1 ? "was" : "were") \(fate)")
        }
        tell(cut, "cut")
        tell(dropped, "left out")
    }
}
