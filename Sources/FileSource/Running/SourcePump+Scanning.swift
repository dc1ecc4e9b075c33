import Glibc
import ToolSupport
import Unix

// Looking at the directories, and what follows from it.
extension SourcePump {
    /// After news of names, a look waits a moment: there are more to come, as a rule.
    private static let moment = Duration.milliseconds(20)
    /// How much rarer looks are where inotify can be relied on.
    private static let stretch = 10

    func scanIfDue() throws {
        let news = watcher.take()
        for path in news.changed {
            guard let id = book.file(named: path), files[id] != nil else { continue }
            look(at: path)
        }
        if news.isStructural { nextScan = min(nextScan, .now + Self.moment) }
        guard MonotonicTime.now >= nextScan else { return }
        try scan(wasTold: news.isStructural)
    }

    /// A look at one name.
    private func look(at path: String) {
        do throws(SystemError) {
            // What is gone or another file is the business of a look at everything.
            guard let facts = try Unix.facts(of: path), book.file(at: facts) == book.file(named: path) else {
                nextScan = min(nextScan, .now + Self.moment)
                return
            }
            for change in book.looked(at: path, facts) { take(change) }
        } catch {
            nextScan = min(nextScan, .now + Self.moment)
        }
    }

    /// A look at everything.
    func scan(wasTold: Bool = true) throws {
        let walk = Walk(selection)
        counts.update { $0.scans += 1 }
        tell(walk.troubles)
        watcher.watch(walk.directories)
        let files = selected(walk.files)
        let changes = book.looked(at: files)
        let sorted = changes.sorted(by: Self.isBefore)
        let isFound: (FileBook.Change) -> Bool = { if case .found = $0 { true } else { false } }
        for change in sorted where !isFound(change) {
            if !wasTold, !isFirstScan, case .touched(let id) = change, let path = book.entries[id]?.path {
                watcher.missed(in: path)
            }
            take(change)
        }
        for file in unknownSiblings(walk.directories) { discover(file.path, file.facts, isMiddle: true) }
        for change in sorted where isFound(change) { take(change) }
        recheckSuspects()
        isFirstScan = false
        let interval = watcher.isReliable ? options.scanInterval * Self.stretch : options.scanInterval
        nextScan = .now + (suspects.isEmpty ? interval : min(interval, .milliseconds(200)))
    }

    /// Those that `--newer-than` and `--from time:` do not pass over. What is known stays.
    private func selected(_ found: [Walk.Found]) -> [Walk.Found] {
        var oldest = Int64.min
        let now = Moment.present
        if let newer = options.newerThan { oldest = now - newer.wholeNanoseconds / 1_000_000 }
        if case .time(let moment) = options.from { oldest = max(oldest, moment.milliseconds(now: now)) }
        guard oldest > .min else { return found }
        return found.filter { $0.facts.modified / 1_000_000 >= oldest || book.file(at: $0.facts) != nil }
    }

    /// What was lost is dealt with before what was found: files that rotation moved are older than those in their place.
    /// New files come by their age, those with the name that rotation gives them first.
    private static func isBefore(_ a: FileBook.Change, _ b: FileBook.Change) -> Bool {
        func rank(_ change: FileBook.Change) -> (Int, Int, Int64) {
            switch change {
            case .renamed, .touched: (0, 0, 0)
            case .replaced, .vanished: (1, 0, 0)
            case .found(let path, let facts): (2, RotationName.base(ofPath: path) == path ? 1 : 0, facts.modified)
            }
        }
        return rank(a) < rank(b)
    }

    private func tell(_ troubles: [SystemError]) {
        for trouble in troubles where toldTroubles.insert(trouble.description).inserted {
            diagnostics.error("\(trouble); it is tried again")
            isIncomplete = true
        }
        if let trouble = watcher.trouble, toldTroubles.insert("watch").inserted {
            let hint = trouble.code == ENOSPC ? " (fs.inotify.max_user_watches is used up)" : ""
            diagnostics.note(
                "\(trouble)\(hint); changes are found by looking every \(Durations.text(options.scanInterval))")
        }
    }

    private func take(_ change: FileBook.Change) {
        switch change {
        case .found(let path, let facts): discover(path, facts, isMiddle: false)
        case .touched(let id): touched(id)
        case .renamed(let id, _, let path):
            guard let file = files[id] else { return }
            diagnostics.detail("\(file.record.path) is \(path) now")
            file.record.path = path
            if RotationName.base(ofPath: path) != path { file.record.state = reopened(file.record.state, .rotated) }
            changed(file)
        case .replaced(let id), .vanished(let id):
            guard let file = files[id] else { return }
            counts.update { $0.rotations += 1 }
            file.record.state = reopened(file.record.state, .rotated)
            file.quietSince = .now
            changed(file)
            wake(id)
            if case .replaced = change { findName(of: file) }
        }
    }

    private func reopened(_ state: FileRecord.State, _ new: FileRecord.State) -> FileRecord.State {
        state == .finished ? .finished : new
    }

    func changed(_ file: SourceFile) {
        file.isDirty = true
        isDirty = true
    }

    private func touched(_ id: FileID) {
        guard let file = files[id], let entry = book.entries[id] else { return }
        let isShorter = entry.facts.size < file.facts.size
        file.facts = entry.facts
        file.quietSince = .now
        (file.isDrained, file.isEnding, file.isFlushed, file.isFinished) = (false, false, false, false)
        if file.original != nil { return reconsider(file) }
        if isShorter, file.reader?.isPlain == true { return cut(file) }
        if file.reader == nil, !file.isCut { reopen(file) }
        wake(id)
    }

    /// The name that a file has now that another one has its own, for whoever goes on after a crash.
    private func findName(of file: SourceFile) {
        let path = RotationName.base(ofPath: file.record.path)
        for sibling in Self.siblings(of: path) where book.file(at: sibling.facts) == file.id {
            file.record.path = sibling.path
        }
    }

    /// Files that rotation has made of known ones, and that nobody has seen before they were rotated: twice between two
    /// looks, or copied. Whether or not their names are meant, what is in them is.
    ///
    /// Those from before their family was known are none of them.
    func unknownSiblings(_ directories: Set<String>) -> [Walk.Found] {
        var found: [Walk.Found] = []
        for directory in directories {
            guard let entries = try? Unix.entries(in: directory) else { continue }
            let prefix = directory == "/" ? "/" : "\(directory)/"
            for entry in entries where entry.kind != .directory {
                let base = RotationName.base(of: entry.name)
                guard base != entry.name, let since = familySince[prefix + base] else { continue }
                let path = prefix + entry.name
                guard let facts = try? Unix.facts(of: path), facts.kind == .file, book.file(at: facts) == nil,
                    facts.modified / 1_000_000 >= since, (facts.born ?? .max) / 1_000_000 >= since,
                    !selection.excludes(Selection.names(path)), !selection.includes(path)
                else { continue }
                found.append(Walk.Found(path: path, facts: facts))
            }
        }
        return found.sorted { a, b in
            a.facts.modified == b.facts.modified
                ? RotationName.isOlder(a.path, b.path) : a.facts.modified < b.facts.modified
        }
    }

    /// The files that rotation has made of a path.
    static func siblings(of path: String) -> [Walk.Found] {
        guard let slash = path.lastIndex(of: "/") else { return [] }
        let directory = slash == path.startIndex ? "/" : String(path[..<slash])
        let name = String(path[path.index(after: slash)...])
        guard let entries = try? Unix.entries(in: directory) else { return [] }
        return entries.compactMap { entry in
            guard entry.name != name, RotationName.base(of: entry.name) == name else { return nil }
            let path = directory == "/" ? "/\(entry.name)" : "\(directory)/\(entry.name)"
            guard let facts = try? Unix.facts(of: path), facts.kind == .file else { return nil }
            return Walk.Found(path: path, facts: facts)
        }
    }
}
