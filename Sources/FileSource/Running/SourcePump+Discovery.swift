import Glibc
import ToolSupport
import Unix

// What changes about known files, and how they are read.
extension SourcePump {
    func take(_ change: FileBook.Change) {
        switch change {
        case .found: break
        case .touched(let id): touched(id)
        case .renamed(let id, _, let path):
            guard let file = files[id] else { return }
            diagnostics.detail("\(file.record.path) is \(path) now")
            file.record.path = path
            if path != file.family { file.record.state = reopened(file.record.state, .rotated) }
            changed(file)
        case .replaced(let id), .vanished(let id):
            guard let file = files[id] else { return }
            counts.update { $0.rotations += 1 }
            file.record.state = reopened(file.record.state, .rotated)
            file.quietSince = .now
            changed(file)
            wake(id)
        }
    }

    private func reopened(_ state: FileRecord.State, _ new: FileRecord.State) -> FileRecord.State {
        state == .finished || state == .gone ? state : new
    }

    func changed(_ file: SourceFile) {
        file.isDirty = true
        (isDirty, isFigureOld) = (true, true)
        if file.record.state == .rotated { rotated.insert(file.id) } else { rotated.remove(file.id) }
    }

    private func touched(_ id: FileID) {
        guard let file = files[id], let entry = book.entries[id] else { return }
        isFigureOld = true
        // Its size stays what it was when it was closed: a checkpoint that has another one says that all of it was read.
        if file.reader == nil, file.original == nil, file.record.state == .finished, !file.isCut { return reopen(file) }
        var facts = entry.facts
        // The look may be older than what is known.
        if facts.size < file.facts.size, let reader = file.reader, let now = try? Unix.facts(of: reader.descriptor) {
            facts = now
        }
        let isShorter = file.sighting.look(facts) { file.isInPlace }
        file.quietSince = .now
        if file.original != nil {
            // A copy: whether it has lines of its own now.
            forget(id)
            nextScan = min(nextScan, .now + .milliseconds(200))
            return
        }
        (file.isDrained, file.isEnding, file.isFlushed, file.isFinished) = (false, false, false, false)
        if isShorter, file.reader?.isPlain == true { return cut(file) }
        lookAtHead(of: file)
        wake(id)
    }

    /// Before anything of it is read: so that it is known again by its content, or a copy of it.
    func lookAtHead(of file: SourceFile) {
        guard let reader = file.reader else { return }
        let isFirst = reader.head.length == 0
        guard reader.lookAtHead() else { return }
        file.record.evidence.head = reader.head
        if let facts = try? Unix.facts(of: reader.descriptor) { file.sighting.lookAfterHead(facts, isFirst: isFirst) }
        changed(file)
    }

    /// A file that was closed has changed: it is found as after a start.
    private func reopen(_ file: SourceFile) {
        book.remove(file.id)
        isToRecognise = true
        nextScan = .now
    }

    func newID() -> FileID { FileID(number: UInt64.random(in: 1...UInt64.max)) }

    func makeReader(_ input: any ByteInput, at record: FileRecord, tail: [UInt8]) -> FileReader {
        FileReader(
            input, at: record, tail: tail,
            splitter: LineSplitter(
                delimiter: options.delimiter, limit: options.maximumLine, policy: options.oversizePolicy,
                unit: options.encoding?.unit ?? 1),
            grouper: try? options.grouper(),
            text: options.encoding.map { FileText($0, delimiter: options.delimiter) })
    }

    /// The name of a file before rotation.
    func family(of path: String) -> String {
        RotationName.family(ofPath: path) { familySince[$0] != nil || present.contains($0) }
    }

    /// Whether a name is that of what is written to no more. One that is of a day may be today's.
    func isPast(_ path: String, _ family: String) -> Bool {
        path != family && (present.contains(family) || !RotationName.isDated(path: path))
    }

    /// The partition of what has no key: all files of a family go to the same one, so that their lines keep their order.
    func firstPartition(of file: SourceFile) -> UInt32 {
        if let partition = options.partition { return partition }
        if options.keysOfFilesDecide, let key = file.origin.key { return KeyPartition.of(key, count: partitions) }
        // Where it went before, whatever has become of its name and of the topic since.
        return file.record.lane?.first ?? KeyPartition.of(Array(file.family.utf8), count: partitions)
    }
}

extension SourceFile {
    /// What is known of its content, as of where it is read.
    var knownContent: (Evidence, Int) {
        guard let reader else {
            return cutContent.map { ($0.evidence, $0.position) } ?? (record.evidence, record.position)
        }
        var evidence = record.evidence
        if reader.head.length > evidence.head.length { evidence.head = reader.head }
        evidence.take(mark: reader.tail)
        evidence.past = reader.past
        return (evidence, reader.position)
    }

    /// Records before where it is read.
    var readLine: Int { reader?.line ?? cutContent?.line ?? record.line }

    /// What is passed over there.
    var readExcess: FileRecord.Excess? {
        if let reader { return reader.excess }
        return isCut ? cutContent?.excess : record.excess
    }
}

extension SourceOptions {
    /// Which lines are one record; nil: each is one.
    func grouper() throws -> LineGrouper? {
        if format == .csv { return LineGrouper() }
        if let startPattern { return LineGrouper(try Pattern(startPattern), isOfFirst: true) }
        if let continuePattern { return LineGrouper(try Pattern(continuePattern), isOfFirst: false) }
        return nil
    }
}
