import Glibc
import ToolSupport
import Unix

// What is done about what was decided of a look.
extension SourcePump {
    func act(on decision: Recognition<Probe>.Decision) throws {
        switch decision {
        case .opens(let id, let found, let probe, let isNamed): try opens(id, found, probe, isNamed: isNamed)
        case .rests(let id, let found, _):
            guard let file = files[id] else { return }
            file.record.path = found.path
            file.sighting.move(found.facts, size: nil)
        case .wasCut(let id, _):
            guard let file = files[id] else { return }
            if missing.contains(id) { counts.update { $0.truncations += 1 } }
            leavePlace(file)
        case .goesOn(let id, let found, let probe, _):
            guard let file = files[id] else { return }
            goesOn(file, found, probe)
        case .isReplaced(let id, let found, let probe, let common, _):
            guard let file = files[id] else { return }
            let old = file.reader
            goesOn(file, found, probe)
            if let old, file.reader !== old { leavesBehind(old, of: file, common) }
        case .isLost(let id, let isAgain):
            guard let file = files[id] else { return }
            lose(file, isAgain: isAgain)
        case .isUnreadable(let id, let found, let error):
            if let id { unreadable.insert(id) }
            if let code = (error as? SystemError)?.code, code == EMFILE || code == ENFILE {
                return complain(
                    "too many files for the descriptors that there are (ulimit -Hn), of which each takes one")
            }
            complain("\(found.path): \((error as? SystemError)?.reason ?? "\(error)")")
        case .changed(let change): take(change)
        case .begins(let id, let found, let probe, let isNamed):
            try begin(id, found, probe, isNamed: isNamed)
        case .beginsAnew(let id, let before, let found, let probe, _):
            guard let file = files[before] else { return }
            beginAnew(id, after: file, found, probe)
        case .copies(let id, let found, let probe, let original, _): copies(id, found, probe, of: original)
        case .waits(let found, let original, let common):
            let place = Place(found.facts)
            let before = suspects[found.path]
            if before?.place != place || before?.size != found.facts.size {
                suspects[found.path] = Suspect(
                    place: place, size: found.facts.size, modified: found.facts.modified, since: .now)
            }
            compared[place] = (original, common)
        case .mustBeCut(let id):
            guard let file = files[id] else { return }
            cut(file)
        }
    }

    /// Said once.
    func complain(_ text: String) {
        guard toldTroubles.insert(text).inserted else { return }
        diagnostics.error(options.isOnce ? text : "\(text); it is tried again")
        isIncomplete = true
    }

    /// It is where it was, or has another name.
    private func opens(_ id: FileID, _ found: Walk.Found, _ probe: Probe, isNamed: Bool) throws {
        guard let file = files[id] else { return }
        let isRenamed = found.path != file.record.path
        if isRenamed { diagnostics.detail("\(file.record.path) is \(found.path) now") }
        let tail = try probe.tail(file.record.evidence.markLength, before: file.record.position) ?? []
        // As it was before its beginning was found to be the same; where none was known, as it is after it was looked at.
        let size = file.record.evidence.head.length > 0 ? probe.size : probe.size.map { _ in probe.facts.size }
        // That by which it was recognised: what stands there now may be something else.
        if let head = try probe.head(), head.length > file.record.evidence.head.length {
            file.record.evidence.head = head
        }
        file.reader = makeReader(probe.input, at: file.record, tail: tail)
        file.record.path = found.path
        file.sighting.move(probe.facts, size: size)
        lookAtHead(of: file)
        file.record.state = isRenamed || isPast(found.path, file.family) ? .rotated : .active
        isFound(file)
    }

    /// It goes on in another file, at the position that it had.
    private func goesOn(_ file: SourceFile, _ found: Walk.Found, _ probe: Probe) {
        let (_, position) = file.knownContent
        var at = file.record
        (at.position, at.line, at.excess) = (position, file.readLine, file.readExcess)
        guard let tail = try? probe.tail(min(Evidence.longestMark, position), before: position) else { return }
        if file.isCut {
            diagnostics.note("\(file.record.path) was cut; what it had more stands in \(found.path)")
        } else if found.path == file.record.path {
            diagnostics.detail("\(found.path) was written anew, with all that was read of it, and goes on")
        } else {
            diagnostics.detail("\(file.record.path) goes on in \(found.path)")
        }
        file.reader = makeReader(probe.input, at: at, tail: tail)
        file.record.path = found.path
        file.sighting.move(probe.facts, size: probe.size)
        (file.record.evidence.device, file.record.evidence.inode) = (probe.place.device, probe.place.inode)
        file.record.evidence.born = probe.place.born
        file.record.state = isPast(found.path, file.family) ? .rotated : .active
        file.cutContent = nil
        isFound(file)
    }

    /// Whoever has the file open that lost its name may write to it still: that is read as long as it comes. No checkpoint
    /// knows it, as nobody can find it again.
    private func leavesBehind(_ old: FileReader, of file: SourceFile, _ common: Int) {
        guard let probe = try? Probe(descriptor: old.descriptor),
            let tail = try? probe.tail(min(Evidence.longestMark, common), before: common)
        else { return }
        var record = FileRecord(id: newID(), path: file.record.path, evidence: Evidence(probe.place))
        (record.family, record.touched, record.state) = (file.family, Moment.present, .rotated)
        (record.position, record.line) = (common, file.readLine)
        if common == old.position { record.excess = old.excess }
        record.evidence.take(mark: tail)
        let remnant = SourceFile(record, probe.place, maker.origin(record.id, record.path))
        (remnant.isRemnant, remnant.columns, remnant.predecessor) = (true, file.columns, file.id)
        remnant.reader = makeReader(probe.input, at: record, tail: tail)
        enlist(remnant)
        changed(remnant)
        wake(remnant.id)
    }

    private func isFound(_ file: SourceFile) {
        missing.remove(file.id)
        unreadable.remove(file.id)
        (file.isDrained, file.isEnding, file.isFinished, file.quietSince) = (false, false, false, .now)
        changed(file)
        wake(file.id)
    }

    /// A file of its own.
    private func begin(_ id: FileID, _ found: Walk.Found, _ probe: Probe, isNamed: Bool) throws {
        let head = try probe.head()
        // Its size after its head: were it cut between them, all that comes then would be less than it was seen to have.
        let facts = probe.facts
        var record = FileRecord(id: id, path: found.path, evidence: Evidence(facts))
        record.family = family(of: found.path)
        record.touched = Moment.present
        if let head { record.evidence.head = head }
        if isFirstScan, options.from == .end, probe.input.isPlain {
            // Behind the last whole line.
            record.position = try options.lastEnd(in: probe)
        }
        let tail = try probe.tail(min(Evidence.longestMark, record.position), before: record.position) ?? []
        record.evidence.take(mark: tail)
        if !isNamed {
            record.state = .rotated
            diagnostics.detail("\(found.path) was rotated before it was seen")
        }
        let file = SourceFile(record, facts, maker.origin(id, found.path))
        file.reader = makeReader(probe.input, at: record, tail: tail)
        enlist(file)
        changed(file)
        wake(id)
    }

    /// What stands in a file that was cut is a file of its own.
    func beginAnew(_ id: FileID, after file: SourceFile, _ found: Walk.Found, _ probe: Probe) {
        let head = (try? probe.head()) ?? nil
        let facts = probe.facts
        var record = FileRecord(id: id, path: found.path, evidence: Evidence(facts))
        record.family = file.family
        record.generation = file.record.generation + 1
        record.touched = Moment.present
        if let head { record.evidence.head = head }
        if isPast(found.path, record.family) { record.state = .rotated }
        let next = SourceFile(record, facts, maker.origin(id, found.path))
        next.reader = makeReader(probe.input, at: record, tail: [])
        enlist(next)
        changed(next)
        wake(id)
    }

    /// The known one is still there: nothing of this is sent, unless that is cut, or this gets lines of its own.
    private func copies(_ id: FileID, _ found: Walk.Found, _ probe: Probe, of original: FileID) {
        guard let known = files[original] else { return }
        var record = FileRecord(id: id, path: found.path, evidence: Evidence(probe.place))
        record.family = family(of: found.path)
        record.touched = Moment.present
        let copy = SourceFile(record, probe.place, maker.origin(id, found.path))
        copy.original = original
        compared[Place(found.facts)] = (original, probe.input.isPlain ? probe.place.size : 0)
        enlist(copy)
        diagnostics.detail("\(found.path) is a copy of \(known.record.path)")
    }

    /// What was read of a file does not stand there any more: what does is of a new generation.
    func cut(_ file: SourceFile) {
        guard let reader = file.reader else { return }
        cuts += 1
        counts.update { $0.truncations += 1 }
        let entry = book.entries[file.id]
        // By whatever name it has now.
        let probe = try? Probe(descriptor: reader.descriptor)
        leavePlace(file)
        book.remove(file.id)
        missing.insert(file.id)
        forgetCopies(of: file)
        if let entry, let probe, probe.place.links > 0 {
            let next = newID()
            book.add(next, entry.path, probe.place, isNamed: entry.isNamed)
            beginAnew(next, after: file, Walk.Found(path: entry.path, facts: probe.place), probe)
        }
        nextScan = .now
    }

    /// By its content alone it can be known again.
    private func leavePlace(_ file: SourceFile) {
        let (evidence, position) = file.knownContent
        file.cutContent = (evidence, position, file.readLine, file.readExcess)
        // How much compressed data is left in bytes of the content, nobody knows.
        if file.reader?.isPlain == false { file.sighting.end(at: position) }
        file.reader = nil
        file.record.evidence.size = file.sighting.largest
        file.record.leavePlace()
        if file.record.state == .active { file.record.state = .rotated }
        changed(file)
    }

    /// What a file was copied to is looked at again, as the rest of it may stand there alone.
    func forgetCopies(of file: SourceFile) {
        for copy in files.values where copy.original == file.id { forget(copy.id) }
    }

    func forget(_ id: FileID) {
        files[id] = nil
        rotated.remove(id)
        book.remove(id)
        (isDirty, isFigureOld) = (true, true)
    }
}
