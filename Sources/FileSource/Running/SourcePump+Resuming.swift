import Glibc
import ToolSupport
import Unix

// Finding the files of the checkpoint again, and the end of it all.
extension SourcePump {
    /// Finds what the checkpoint knows, before anything else: files may have been renamed, compressed, cut or deleted
    /// meanwhile.
    func resume() throws {
        let walk = Walk(selection)
        // Those that were rotated before others of their family come first.
        let records = checkpoint.files.sorted { ($0.evidence.born ?? 0, $0.id) < ($1.evidence.born ?? 0, $1.id) }
        checkpoint.files = []
        for record in records {
            let facts = Unix.FileFacts(
                device: record.evidence.device, inode: record.evidence.inode, born: record.evidence.born,
                size: record.evidence.size, modified: record.evidence.modified)
            let file = SourceFile(record, facts, maker.origin(record.id, record.path))
            file.isAtRest = checkpoint.isClean
            files[record.id] = file
            remember(RotationName.base(ofPath: record.path), since: record.seen)
            find(file, walk.files)
        }
        // What stands in their place comes after what has become of them.
        for file in unknownSiblings(walk.directories) { discover(file.path, file.facts, isMiddle: true) }
        for (file, path, probe) in cutMeanwhile { beginAnew(after: file, at: path, probe) }
        cutMeanwhile = []
        try scan()
    }

    private func find(_ file: SourceFile, _ found: [Walk.Found]) {
        let record = file.record
        let path = record.path
        // By its place, among what is meant and among its siblings.
        let base = RotationName.base(ofPath: path)
        var candidates = found.filter { record.evidence.isPlace(of: $0.facts) != false }
        if candidates.isEmpty, let facts = try? Unix.facts(of: path) {
            candidates = [Walk.Found(path: path, facts: facts)]
        }
        let siblings = Self.siblings(of: base).filter { !selection.excludes(Selection.names($0.path)) }
        if candidates.first.map({ record.evidence.isPlace(of: $0.facts) == false }) ?? true {
            candidates = siblings.filter { record.evidence.isPlace(of: $0.facts) != false } + candidates
        }
        for candidate in candidates where book.file(at: candidate.facts) == nil {
            do {
                let probe = try Probe(candidate.path)
                switch try probe.verdict(on: record.evidence, at: record.position) {
                case .same:
                    if record.state == .finished, candidate.facts.modified == record.evidence.modified {
                        return known(file, candidate, isNamed: selection.includes(candidate.path))
                    }
                    try goOn(file, candidate, probe)
                    return
                case .truncated:
                    file.cutContent = (record.evidence, record.position, record.line)
                    if findCopy(of: file, siblings) {
                        diagnostics.note("\(path) was cut meanwhile; what it had more stands in \(file.record.path)")
                    } else {
                        lose(file, "was cut meanwhile")
                        file.record.leavePlace()
                    }
                    cutMeanwhile.append((file, candidate.path, probe))
                    return
                case .copy, .other, .partOfCopy: continue
                }
            } catch {
                complain("\(candidate.path): \((error as? SystemError)?.reason ?? "\(error)")")
                // It is there, and may be readable later.
                return known(file, candidate, isNamed: selection.includes(candidate.path))
            }
        }
        if findCopy(of: file, siblings) { return }
        if record.state != .finished, record.state != .gone { lose(file, "is gone") }
        file.record.state = record.state == .finished ? .finished : .gone
        changed(file)
    }

    private func known(_ file: SourceFile, _ found: Walk.Found, isNamed: Bool) {
        file.record.path = found.path
        file.facts = found.facts
        book.add(file.id, found.path, found.facts, isNamed: isNamed)
        let family = RotationName.base(ofPath: found.path)
        if let before = families[family], let other = files[before], other.record.state != .finished {
            file.predecessor = before
        }
        families[family] = file.id
    }

    private func goOn(_ file: SourceFile, _ found: Walk.Found, _ probe: Probe) throws {
        let record = file.record
        let tail = try probe.tail(record.evidence.markLength, before: record.position) ?? []
        let isRenamed = found.path != record.path
        if isRenamed { diagnostics.detail("\(record.path) is \(found.path) now") }
        known(file, found, isNamed: selection.includes(found.path))
        file.record.state = isRenamed || RotationName.base(ofPath: found.path) != found.path ? .rotated : .active
        file.reader = makeReader(probe.input, at: record, tail: tail)
        changed(file)
        wake(file.id)
    }

    /// Looks for the content of a file that is gone among those that rotation has made.
    private func findCopy(of file: SourceFile, _ siblings: [Walk.Found]) -> Bool {
        let record = file.record
        for sibling in siblings where book.file(at: sibling.facts) == nil {
            guard let probe = try? Probe(sibling.path),
                (try? probe.verdict(on: record.evidence, at: record.position, isRotationName: true)) == .copy
            else { continue }
            if record.state == .finished {
                (file.record.evidence.device, file.record.evidence.inode) = (probe.facts.device, probe.facts.inode)
                file.record.evidence.born = probe.facts.born
                known(file, sibling, isNamed: selection.includes(sibling.path))
                return true
            }
            guard (try? take(over: file, sibling.path, probe)) != nil else { continue }
            known(file, sibling, isNamed: selection.includes(sibling.path))
            return true
        }
        return false
    }

    private func lose(_ file: SourceFile, _ what: String) {
        let unread = max(0, file.record.evidence.size - file.record.position)
        file.record.lost += unread
        counts.update { $0.lostBytes += unread }
        let text = "\(file.record.path) \(what) and is not found by its content"
        if unread > 0 {
            isIncomplete = true
            diagnostics.error("\(text); \(unread) bytes or more were lost unread")
        } else {
            diagnostics.detail(text)
        }
    }
}
