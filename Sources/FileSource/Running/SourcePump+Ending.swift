import FluvioClient
import Glibc
import ToolSupport
import Unix

// Files that end, and the end of it all.
extension SourcePump {
    /// Reads the rest of files that are not going to grow, and closes them.
    func finishQuietFiles() throws {
        let now = MonotonicTime.now
        let timeout = options.partialTimeout ?? options.groupTimeout
        var pinned = 0
        // Of files that have their names a look tells what changes, and thousands may be idle.
        for id in timeout == nil ? Array(rotated) : Array(files.keys) {
            guard let file = files[id], let reader = file.reader, file.original == nil else { continue }
            let isQuiet = now - file.quietSince >= options.closeAfter
            let facts = try? Unix.facts(of: reader.descriptor)
            if let facts {
                if facts.links == 0 { pinned += facts.size }
                if grows(file, reader, facts) { continue }
            }
            if let timeout, now - file.quietSince >= timeout,
                file.isDrained, !file.isFlushed, reader.isPlain, facts.map({ $0.size > reader.position }) ?? false
            {
                file.isFlushed = true
                file.isDrained = false
                wake(file.id)
            }
            guard file.record.state == .rotated, file.isDrained, isQuiet else { continue }
            if !file.isFinished {
                file.isEnding = true
                file.isDrained = false
                wake(file.id)
            } else if file.isSettled {
                finish(file)
            }
        }
        if pinned != counts.all.pinnedBytes { counts.update { $0.pinnedBytes = pinned } }
        holdPinned(pinned)
    }

    /// Nothing more comes of a file, and all of it is acknowledged.
    private func finish(_ file: SourceFile) {
        _ = file.settle()
        close(file)
        file.record.state = .finished
        file.record.touched = Moment.present
        file.reader = nil
        changed(file)
        diagnostics.detail("\(file.record.path): all of it is acknowledged")
        if options.afterwards != .keep { leaves(file) }
        wakeFollowers(of: file)
        if file.isRemnant { forget(file.id) }
    }

    private func holdPinned(_ pinned: Int) {
        guard let limit = options.pinnedMaximum, pinned > limit else { return }
        let deleted = files.values.filter { file in
            guard let reader = file.reader else { return false }
            return (try? Unix.facts(of: reader.descriptor).links) == 0
        }.sorted { $0.facts.modified < $1.facts.modified }
        guard options.onPinned == .drop, let oldest = deleted.first, let reader = oldest.reader else {
            if toldTroubles.insert("pinned").inserted {
                diagnostics.error("deleted files hold \(Sizes.text(pinned)) bytes on the disk (--pinned-max)")
            }
            return
        }
        let unread = max(0, oldest.facts.size - reader.position)
        oldest.record.lost += unread
        counts.update { $0.lostBytes += unread }
        isIncomplete = isIncomplete || unread > 0
        diagnostics.error(
            "\(oldest.record.path) was deleted and is given up: \(counted(unread, "byte was", "bytes were")) not read (--on-pinned)"
        )
        oldest.cutContent = (oldest.knownContent.0, reader.position, reader.line, reader.excess)
        oldest.reader = nil
        oldest.record.state = .gone
        book.remove(oldest.id)
        forgetCopies(of: oldest)
        nextScan = .now
        changed(oldest)
    }

    /// Nothing more is waited for: what is left at the end of a file is a record. False: it has been read.
    func readEnd(of file: SourceFile) -> Bool {
        guard file.reader != nil, file.isDrained, !file.isFinished else { return false }
        file.isEnding = true
        file.isDrained = false
        wake(file.id)
        return true
    }

    /// With `--once`: whether everything is read and acknowledged.
    func isDone() throws -> Bool {
        guard !isFirstScan, restless == 0, suspects.isEmpty, missing.isSubset(of: unreadable), ready.isEmpty,
            wanting.isEmpty, announcing == 0
        else { return false }
        var isDone = true
        for file in files.values where file.original == nil {
            if case .opening = file.sending { return false }
            if file.reader != nil {
                if !file.isDrained { return false }
                if readEnd(of: file) { isDone = false }
            }
            if !file.isSettled { return false }
        }
        return isDone
    }

    /// With `--once`: the last checkpoint, and what is to become of the files.
    func finishAll() throws {
        settle()
        for file in files.values where file.original == nil {
            if options.afterwards == .keep || file.isDamaged {
                close(file)
            } else if file.reader != nil {
                finish(file)
            } else if file.record.state == .finished, book.entries[file.id]?.isNamed == true {
                // It could not leave before, or was to stay then.
                leaves(file)
            }
        }
        updateFigures()
        guard writeCheckpoint(isClean: true) else {
            throw ToolError("cannot write the checkpoint: \(checkpointTrouble ?? "")")
        }
    }

    /// After a signal or a failure: what was read is acknowledged, as long as there is time, and written down.
    func drain() {
        let deadline = MonotonicTime.now + options.stop.grace
        while MonotonicTime.now < deadline {
            takeLetters()
            settle()
            let open = files.values.filter { !$0.isSettled }
            if open.isEmpty || open.contains(where: { $0.lane?.failure != nil }) { break }
            for file in open { file.lane?.flush() }
            _ = try? Unix.poll(mailbox.descriptor, CInt(POLLIN), timeoutMilliseconds: 50)
        }
        settle()
        loseRemnants()
        updateFigures()
        let isClean = files.values.allSatisfy(\.isSettled)
        if isClean {
            for file in files.values { if let lane = file.lane { file.record.lane = lane.settled } }
        }
        writeCheckpoint(isClean: isClean)
    }

    func updateFigures() {
        isFigureOld = false
        var lag: [(path: String, bytes: Int)] = []
        var open = 0
        for file in files.values {
            guard let reader = file.reader else { continue }
            open += 1
            let behind = reader.isPlain ? file.facts.size - file.record.position : 0
            if behind > 0 { lag.append((file.record.path, behind)) }
        }
        lag.sort { $0.bytes > $1.bytes }
        counts.update { counts in
            counts.open = open
            counts.files = files.count
            counts.lanes = lanes.count
            counts.lagBytes = lag.reduce(0) { $0 + $1.bytes }
            counts.lag = Array(lag.prefix(1000))
            counts.records = records
        }
    }
}
