import Glibc
import ToolSupport
import Unix

// Looking at the directories.
extension SourcePump {
    /// After news of names, a look waits a moment: there are more to come, as a rule.
    static let moment = Duration.milliseconds(20)
    /// How much rarer looks are where inotify can be relied on.
    private static let stretch = 10
    /// Looks that were not of one moment, in a row, before one is taken all the same.
    static let patience = 100
    /// A file that may become a copy of a known one is not taken for a new one before it was quiet for this long.
    private static let suspicion = Duration.seconds(5)

    func scanIfDue() throws {
        let news = watcher.take()
        for path in news.changed {
            guard let id = book.file(named: path), files[id] != nil else { continue }
            look(at: path)
        }
        if news.isStructural { nextScan = min(nextScan, .now + Self.moment) }
        guard MonotonicTime.now >= nextScan else { return }
        _ = try scan(wasTold: news.isStructural)
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

    /// A look at everything. False: it was not of one moment, and is to be taken again.
    func scan(wasTold: Bool = true) throws -> Bool {
        counts.update { $0.scans += 1 }
        var look = takeLook()
        tell(look.troubles)
        let isNew = watcher.watch(look.directories, links: look.links)
        let isEventful = isNew || isEventful(look)
        if isEventful {
            let next = takeLook()
            let agrees = next.agrees(with: look)
            look = next
            guard agrees || restless >= Self.patience else { return lookAgain() }
        }
        isToRecognise = false
        guard isEventful else {
            let changes = book.looked(atKnown: look.named) + book.looked(atSiblings: look.siblings)
            if !wasTold { tellWatcher(changes) }
            for change in changes { take(change) }
            suspects = [:]
            looked()
            return true
        }
        present = Set(look.named.map(\.path))
        let candidates = candidates(in: look)
        var recognition = Recognition(
            look, known: known(in: look, candidates), book: book,
            open: { [descriptors] in try Self.open($0, below: descriptors) },
            newID: newID)
        // The only one that has it, so that it is not copied.
        book = FileBook()
        recognition.decide(candidates: candidates, isQuiet: isQuiet, compared: alreadyCompared)
        book = recognition.book
        if !wasTold, !isFirstScan {
            tellWatcher(recognition.decisions.compactMap { if case .changed(let change) = $0 { change } else { nil } })
        }
        if recognition.isWhole {
            // The others are decided.
            let waiting = Set(
                recognition.decisions.compactMap { if case .waits(let found, _, _) = $0 { found.path } else { nil } })
            suspects = suspects.filter { waiting.contains($0.key) }
        }
        let truncations = cuts
        var isStale = false
        for decision in recognition.decisions {
            if let new = decision.new, cuts != truncations {
                book.remove(new)
                isStale = true
            } else {
                try act(on: decision)
            }
        }
        guard !isStale, recognition.isWhole || restless >= Self.patience else { return lookAgain() }
        looked()
        return true
    }

    /// Opens a file, unless what else there is to be done needs the last descriptors: checkpoints and producers.
    private static func open(_ path: String, below limit: Int) throws -> Probe {
        let probe = try Probe(path)
        let rest = 4 * mostLanes(descriptors: limit) + 24
        if probe.input.descriptor >= limit - rest { throw SystemError(code: EMFILE, call: "open", subject: path) }
        return probe
    }

    /// A look was of one moment; the next is to come.
    private func looked() {
        restless = 0
        isFirstScan = false
        let interval = watcher.isReliable ? options.scanInterval * Self.stretch : options.scanInterval
        // What cannot be read may take long to become readable, and a look at thousands of files costs something.
        let isWaiting = !suspects.isEmpty || !missing.isSubset(of: unreadable)
        nextScan = .now + min(interval, isWaiting ? Self.moment * 5 : missing.isEmpty ? interval : .seconds(2))
    }

    private func lookAgain() -> Bool {
        restless += 1
        isToRecognise = true
        nextScan = .now + Self.moment
        return false
    }

    private func takeLook() -> Look {
        let places = Set(missing.compactMap { files[$0].map { Paths.directory(of: $0.record.path) } })
        var look = Look(selection, families: { familySince[$0] != nil }, places: places)
        look.named = selected(look.named)
        return look
    }

    /// Whether more has happened than that files have grown.
    private func isEventful(_ look: Look) -> Bool {
        isToRecognise || !missing.isEmpty || book.isEventful(look.named)
            || look.siblings.contains { book.file(at: $0.facts) == nil && mayBeNew($0) }
    }

    /// Those that may be new, in the order in which they are dealt with: by their age, and those with the name that
    /// rotation gives before those in their place.
    private func candidates(in look: Look) -> [Walk.Found] {
        func isRotated(_ file: Walk.Found) -> Bool { family(of: file.path) != file.path }
        let named = look.named.filter { book.file(at: $0.facts) == nil }.map { ($0, isRotated($0)) }
        return look.siblings.filter(mayBeNew)
            + named.filter(\.1).map(\.0).sorted(by: Look.isOlder)
            + named.filter { !$0.1 }.map(\.0).sorted(by: Look.isOlder)
    }

    /// Files that rotation has made of known ones, and that nobody has seen before they were rotated: twice between two
    /// looks, or copied. Those from before their family was known are none of them.
    private func mayBeNew(_ sibling: Walk.Found) -> Bool {
        guard let since = familySince[RotationName.base(ofPath: sibling.path)] else { return false }
        return sibling.facts.modified / 1_000_000 >= since && (sibling.facts.born ?? .max) / 1_000_000 >= since
    }

    /// Those that `--newer-than` and `--from time:` do not pass over. What is known stays.
    private func selected(_ found: [Walk.Found]) -> [Walk.Found] {
        guard let oldest = options.oldest else { return found }
        let known = Set(files.values.map(\.record.evidence.inode))
        return found.filter { $0.facts.modified / 1_000_000 >= oldest || known.contains($0.facts.inode) }
    }

    /// All files that another one can be a copy of, or become.
    private func known(in look: Look, _ candidates: [Walk.Found]) -> [Recognition<Probe>.Known] {
        let elsewhere = familiesElsewhere(in: look, candidates)
        return files.values.filter(\.isLasting).sorted { Self.isBefore($0.record, $1.record) }.map { file in
            lookAtHead(of: file)
            let (evidence, position) = file.knownContent
            let state: Recognition<Probe>.State =
                if file.reader != nil {
                    .open
                } else if missing.contains(file.id) {
                    file.isCut ? .cut : .missing
                } else {
                    file.record.state == .gone ? .gone : .closed
                }
            return .init(
                id: file.id, family: elsewhere[file.id] ?? file.family, evidence: evidence, position: position,
                state: state,
                isLive: file.record.state == .active,
                facts: { file.reader.flatMap { try? Unix.facts(of: $0.descriptor) } },
                content: { [weak self] in self?.content(of: file) })
        }
    }

    private func content(of file: SourceFile) -> Probe? {
        if let reader = file.reader { return try? Probe(descriptor: reader.descriptor) }
        guard !file.isCut, let probe = try? Probe(file.record.path),
            file.record.evidence.isPlace(of: probe.place) == true
        else { return nil }
        return probe
    }

    /// Whether a file has not changed for so long that it is not being made.
    private func isQuiet(_ file: Walk.Found) -> Bool {
        let limit = Self.suspicion
        if Moment.present - file.facts.modified / 1_000_000 >= limit.wholeNanoseconds / 1_000_000 { return true }
        guard let suspect = suspects[file.path], suspect.size == file.facts.size, suspect.place == Place(file.facts)
        else { return false }
        return MonotonicTime.now - suspect.since >= limit
    }

    private func alreadyCompared(_ file: Walk.Found, _ original: FileID) -> Int {
        guard let before = compared[Place(file.facts)], before.original == original else { return 0 }
        return min(before.common, file.facts.size)
    }

    private func tellWatcher(_ changes: [FileBook.Change]) {
        for change in changes {
            if case .touched(let id) = change, let path = book.entries[id]?.path {
                watcher.missed(in: path)
            }
        }
    }

    /// After the first look: what was asked for and is not there.
    func tellAbsences() {
        for absence in selection.absences(present) {
            // Files that are there may be passed over for their age.
            if absence.kind == .unmatched, options.choosesByAge { continue }
            let wasRead =
                familySince[absence.path] != nil || files.values.contains { $0.record.path == absence.path }
            let remark = absence.remark(isOnce: options.isOnce, wasRead: wasRead)
            guard remark.isError else {
                diagnostics.note("\(absence.text): \(remark.text)")
                continue
            }
            diagnostics.error("\(absence.text): \(remark.text)")
            isIncomplete = true
        }
    }

    private func tell(_ troubles: [SystemError]) {
        for trouble in troubles where toldTroubles.insert(trouble.description).inserted {
            diagnostics.error("\(trouble); it is tried again")
            isIncomplete = true
        }
        if let trouble = watcher.trouble, toldTroubles.insert("watch").inserted {
            let hint =
                switch trouble.code {
                case ENOSPC: " (fs.inotify.max_user_watches is used up)"
                case EMFILE: " (fs.inotify.max_user_instances is used up)"
                default: ""
                }
            diagnostics.note(
                "\(trouble)\(hint); changes are found by looking every \(Durations.text(options.scanInterval))")
        }
    }
}
