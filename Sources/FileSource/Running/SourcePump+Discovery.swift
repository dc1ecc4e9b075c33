import FluvioProtocol
import Glibc
import ToolSupport
import Unix

// Files that come, and which of those that are known they are.
extension SourcePump {
    /// A file that is made and has the beginning of a known one is not taken for a new one before it was quiet for this
    /// long.
    private static let suspicion = Duration.seconds(5)

    /// A file that nothing is known of by its place.
    ///
    /// - Parameter isMiddle: it stands between one that was rotated and the one in its place, and is not looked for again.
    func discover(_ path: String, _ facts: Unix.FileFacts, isMiddle: Bool) {
        let probe: Probe
        do {
            probe = try Probe(path)
        } catch {
            return complain("\(path): \((error as? SystemError)?.reason ?? "\(error)")")
        }
        // Another name of the same file, or it is gone already.
        guard probe.facts.kind == .file, book.file(at: probe.facts) == nil else { return }
        do {
            if try recognise(path, probe, isMiddle: isMiddle) { return }
            suspects[path] = nil
            try begin(path, probe, isMiddle: isMiddle)
        } catch {
            complain("\(path): \((error as? SystemError)?.reason ?? "\(error)")")
        }
    }

    /// Said once.
    func complain(_ text: String) {
        guard toldTroubles.insert(text).inserted else { return }
        diagnostics.error(options.isOnce ? text : "\(text); it is tried again")
        isIncomplete = true
    }

    /// Whether its content is that of a known file, or may become so.
    private func recognise(_ path: String, _ probe: Probe, isMiddle: Bool) throws -> Bool {
        let base = RotationName.base(ofPath: path)
        var partial: SourceFile?
        for file in files.values where file.original == nil {
            // Most differ there.
            guard file.knownHead.length > 0, try probe.hasHead(file.knownHead) else { continue }
            let isFamily = RotationName.base(ofPath: file.record.path) == base
            // Files of other names may well have the same lines, as long as both are there.
            guard isFamily || file.reader == nil else { continue }
            // Where it is read is ahead of what is acknowledged.
            let (evidence, position) = file.knownContent
            // A file made anew under the name of one that was deleted is no rotation of it: a few equal lines at its
            // beginning do not prove that they were sent.
            let isRotated = isFamily && path != file.record.path
            switch try probe.verdict(on: evidence, at: position, isRotationName: isRotated) {
            case .copy:
                guard try file.reader == nil || isContained(probe, in: file) else { continue }
                suspects[path] = nil
                try becomeCopy(of: file, path, probe, isMiddle: isMiddle)
                return true
            case .partOfCopy: partial = file
            case .same, .truncated, .other: continue
            }
        }
        guard let partial else { return false }
        var suspect = suspects[path] ?? Suspect(original: partial.id, size: probe.facts.size, since: .now)
        if suspect.size != probe.facts.size { (suspect.size, suspect.since) = (probe.facts.size, .now) }
        suspects[path] = suspect
        return MonotonicTime.now - suspect.since < Self.suspicion
    }

    /// Whether all that a file has stands at the beginning of a known one.
    private func isContained(_ probe: Probe, in file: SourceFile) throws -> Bool {
        guard let reader = file.reader else { return false }
        let original = try Probe("/proc/self/fd/\(reader.descriptor)")
        var (mine, other) = ([UInt8](repeating: 0, count: 65_536), [UInt8](repeating: 0, count: 65_536))
        var offset = 0
        while true {
            let count = try unsafe mine.withUnsafeMutableBytes { try unsafe probe.input.read(into: $0, at: offset) }
            let same = try unsafe other.withUnsafeMutableBytes { try unsafe original.input.read(into: $0, at: offset) }
            guard same >= count, mine[..<count] == other[..<count] else { return false }
            if count < mine.count { return true }
            offset += count
        }
    }

    /// Looks again at files that were being made.
    func recheckSuspects() {
        for path in suspects.keys.sorted() {
            guard let facts = try? Unix.facts(of: path), book.file(at: facts) == nil else {
                suspects[path] = nil
                continue
            }
            discover(path, facts, isMiddle: false)
        }
    }

    /// A file has the content of a known one up to where that is read.
    private func becomeCopy(of file: SourceFile, _ path: String, _ probe: Probe, isMiddle: Bool) throws {
        let isNamed = !isMiddle && selection.includes(path)
        if file.reader != nil {
            // The known one is still there: nothing of this is sent, unless that is cut, or this gets lines of its own.
            var record = FileRecord(id: newID(), path: path, evidence: Evidence(probe.facts))
            record.evidence.headLength = file.record.evidence.headLength
            record.evidence.head = file.record.evidence.head
            record.touched = Moment.present
            let copy = SourceFile(record, probe.facts, maker.origin(record.id, path))
            copy.original = file.id
            add(copy, isNamed: isNamed)
            diagnostics.detail("\(path) is a copy of \(file.record.path)")
            return
        }
        // It is the known one, from another file system, or compressed.
        diagnostics.detail("\(file.record.path) goes on in \(path)")
        try take(over: file, path, probe)
        book.add(file.id, path, probe.facts, isNamed: isNamed)
    }

    /// A known file goes on in another one, at the position that it had.
    func take(over file: SourceFile, _ path: String, _ probe: Probe) throws {
        let (_, position) = file.knownContent
        var at = file.record
        at.position = position
        at.line = file.readLine
        let tail = try probe.tail(min(Evidence.longestMark, position), before: position) ?? []
        file.reader = makeReader(probe.input, at: at, tail: tail)
        book.remove(file.id)
        file.record.path = path
        file.facts = probe.facts
        (file.record.evidence.device, file.record.evidence.inode) = (probe.facts.device, probe.facts.inode)
        file.record.evidence.born = probe.facts.born
        file.record.state = RotationName.base(ofPath: path) == path ? .active : .rotated
        (file.cutContent, file.isDrained, file.quietSince) = (nil, false, .now)
        changed(file)
        wake(file.id)
    }

    /// A file of its own.
    private func begin(_ path: String, _ probe: Probe, isMiddle: Bool) throws {
        var record = FileRecord(id: newID(), path: path, evidence: Evidence(probe.facts))
        record.touched = Moment.present
        record.seen = record.touched
        let length = min(Evidence.longestHead, probe.facts.size)
        if probe.input.isPlain, let beginning = try probe.input.beginning(length) {
            record.evidence.headLength = length
            record.evidence.head = unsafe beginning.withUnsafeBytes { unsafe Evidence.number(of: $0) }
        }
        var tail: [UInt8] = []
        if isFirstScan, options.from == .end, probe.input.isPlain {
            // Behind the last whole line.
            record.position = try LineEnds.last(in: probe, delimiter: options.delimiter)
            tail = try probe.tail(min(Evidence.longestMark, record.position), before: record.position) ?? []
            record.evidence.markLength = tail.count
            record.evidence.mark = unsafe tail.withUnsafeBytes { unsafe Evidence.number(of: $0) }
        }
        if isMiddle { record.state = .rotated }
        let file = SourceFile(record, probe.facts, maker.origin(record.id, path))
        file.reader = makeReader(probe.input, at: record, tail: tail)
        add(file, isNamed: !isMiddle && selection.includes(path))
        if isMiddle { diagnostics.detail("\(path) was rotated before it was seen") }
        wake(file.id)
    }

    func newID() -> FileID { FileID(number: UInt64.random(in: 1...UInt64.max)) }

    /// A file becomes known. It waits for the one before it of the same family.
    func add(_ file: SourceFile, isNamed: Bool) {
        let family = RotationName.base(ofPath: file.record.path)
        if file.record.seen == 0 { file.record.seen = Moment.present }
        remember(family, since: file.record.seen)
        if file.original == nil {
            if let before = families[family], let other = files[before], other.record.state != .finished {
                file.predecessor = before
            }
            families[family] = file.id
        }
        files[file.id] = file
        book.add(file.id, file.record.path, file.facts, isNamed: isNamed)
        changed(file)
    }

    /// Since when a family is known: what rotation has made of it since must be read, whether or not it is meant.
    func remember(_ family: String, since moment: Int64) {
        familySince[family] = min(familySince[family] ?? moment, moment)
    }

    func makeReader(_ input: any ByteInput, at record: FileRecord, tail: [UInt8]) -> FileReader {
        FileReader(
            input, at: record, tail: tail,
            splitter: LineSplitter(
                delimiter: options.delimiter, limit: options.maximumLine, policy: options.oversize),
            grouper: try? options.grouper())
    }

    /// The partition of what has no key: all files of a family go to the same one, so that their lines keep their order.
    func firstPartition(of path: String) -> UInt32 {
        var family = RotationName.base(ofPath: path)
        return family.withUTF8 { bytes in
            unsafe UInt32(KeyHash.partition(forKey: UnsafeRawBufferPointer(bytes), count: Int(partitions)))
        }
    }

    /// A file that was closed has changed.
    func reopen(_ file: SourceFile) {
        do {
            let probe = try Probe(file.record.path)
            guard book.file(at: probe.facts) == file.id else { return }
            switch try probe.verdict(on: file.record.evidence, at: file.record.position) {
            case .same, .copy:
                let length = file.record.evidence.markLength
                let tail = try probe.tail(length, before: file.record.position) ?? []
                file.reader = makeReader(probe.input, at: file.record, tail: tail)
                if file.record.state == .finished { file.record.state = .active }
                changed(file)
            default: beginAnew(after: file, at: file.record.path, probe)
            }
        } catch {
            complain("\(file.record.path): \((error as? SystemError)?.reason ?? "\(error)")")
        }
    }

    /// A copy of a known file has changed: whether it has lines of its own.
    func reconsider(_ file: SourceFile) {
        guard let id = file.original, let original = files[id] else { return }
        do {
            let probe = try Probe(file.record.path)
            guard book.file(at: probe.facts) == file.id else { return }
            let length = min(Evidence.longestMark, probe.facts.size)
            let tail = try probe.tail(length, before: probe.facts.size)
            if original.reader != nil,
                let other = try Probe(original.record.path).tail(length, before: probe.facts.size),
                other == tail
            {
                return
            }
            // What it has beyond what it was as a copy is its own.
            file.original = nil
            let position = file.record.evidence.size
            file.record.position = position
            let mark = try probe.tail(min(Evidence.longestMark, position), before: position) ?? []
            file.record.evidence.markLength = mark.count
            file.record.evidence.mark = unsafe mark.withUnsafeBytes { unsafe Evidence.number(of: $0) }
            file.reader = makeReader(probe.input, at: file.record, tail: mark)
            changed(file)
            wake(file.id)
        } catch {
            complain("\(file.record.path): \((error as? SystemError)?.reason ?? "\(error)")")
        }
    }
}

extension SourceFile {
    /// Length and number of its beginning.
    var knownHead: (length: Int, number: UInt64) {
        if let reader { return (reader.headLength, reader.head) }
        let evidence = cutContent?.evidence ?? record.evidence
        return (evidence.headLength, evidence.head)
    }

    /// What is known of its content, as of where it is read.
    var knownContent: (Evidence, Int) {
        guard let reader else {
            return cutContent.map { ($0.evidence, $0.position) } ?? (record.evidence, record.position)
        }
        var evidence = record.evidence
        (evidence.headLength, evidence.head) = (reader.headLength, reader.head)
        evidence.markLength = reader.tail.count
        evidence.mark = unsafe reader.tail.withUnsafeBytes { unsafe Evidence.number(of: $0) }
        return (evidence, reader.position)
    }

    /// Records before where it is read.
    var readLine: Int { reader?.line ?? cutContent?.line ?? record.line }
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

/// Where lines end.
enum LineEnds {
    /// The place behind the last whole line of a file.
    static func last(in probe: Probe, delimiter: [UInt8]) throws -> Int {
        var end = probe.facts.size
        while end > 0 {
            let length = min(65_536, end)
            guard let bytes = try probe.tail(length, before: end) else { return end }
            var index = length - delimiter.count
            while index >= 0 {
                if bytes[index..<(index + delimiter.count)].elementsEqual(delimiter) {
                    return end - length + index + delimiter.count
                }
                index -= 1
            }
            // A delimiter may stand across.
            end -= length
            if end > 0 { end += delimiter.count - 1 }
            if length <= delimiter.count { break }
        }
        return 0
    }
}
