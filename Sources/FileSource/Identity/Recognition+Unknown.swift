import Unix

// Files of no known place: what each of them is.
extension Recognition {
    /// Step 4.
    mutating func decide(
        on file: Walk.Found, isQuiet: Bool, compared: (Walk.Found, FileID) -> Int
    ) {
        guard let content = content(of: file, for: nil) else { return }
        let isNamed = isNamed.contains(file.path)
        let family = family(of: file)
        do {
            if family != file.path {
                // It may be a copy of what stands now in a file that was cut and written anew.
                for number in doubtful where known[number].family == family {
                    guard try isItself(known[number]) else { return }
                }
                doubtful.removeAll { !known[$0].isLive && proved[known[$0].id] != nil }
            }
            var partial: (id: FileID, common: Int, isWhole: Bool)?
            var from = 0
            let candidates = try index.candidates(for: content, family)
            if let any = candidates.any, family != file.path { partial = (known[any].id, 0, false) }
            search: for index in candidates.found {
                let one = known[index]
                // Files of other families may well have the same lines, as long as both are there.
                guard one.family == family || one.state != .open else { continue }
                let isRotation = family == one.family && family != file.path
                let verdict = try Verdict.judge(one.evidence, at: one.position, content, isRotationName: isRotation)
                switch verdict {
                case .same, .truncated, .other: continue
                case .copy:
                    guard let other = one.content() else {
                        // Nothing was taken of it: that of which more is known has it.
                        if one.position == 0, isOfAnother(file, content, than: one, compared) { continue }
                        guard isWhole else { return }
                        // All of it was read: more than that is no copy of it, unless there is much that proves it.
                        if one.state == .closed, one.position < Evidence.proof, try content.reaches(one.position + 1) {
                            continue
                        }
                        return move(index, to: file, content)
                    }
                    let common = try content.common(with: other, from: 0)
                    guard try isItself(one) else { return }
                    if common.isWhole { return copies(file, content, of: one.id, isNamed: isNamed) }
                    // It was written anew under its name, with more: only that is to be sent.
                    if common.isWholeOther, other.place.links == 0, common.length >= Evidence.proof {
                        from = common.length
                        break search
                    }
                case .partOfCopy, .earlierCopy:
                    let before = compared(file, one.id)
                    guard let other = one.content() else {
                        // It was cut after it was copied, while more was written and read.
                        let isRead = verdict == .earlierCopy && isQuiet
                        partial = (one.id, before, isRead || before > 0 && before == content.size)
                        continue
                    }
                    let common = try content.common(with: other, from: before)
                    guard try isItself(one) else { return }
                    if common.isWhole {
                        // Made by somebody who leaves the original as it is: there is too much of it for a header.
                        let isCopy = isQuiet && common.length >= Evidence.proof
                        partial = (one.id, content.size == nil ? 0 : common.length, isCopy)
                    }
                }
            }
            if let partial {
                // The original was cut after it was copied, and had been read further than the copy.
                if partial.isWhole { return copies(file, content, of: partial.id, isNamed: isNamed) }
                if !isQuiet {
                    decisions.append(.waits(file, of: partial.id, common: partial.common))
                    return
                }
            }
            begin(file, content, from: from, isNamed: isNamed)
        } catch {
            decisions.append(.isUnreadable(nil, file, error))
        }
    }

    /// Whether a known file that is at hand is what it was: what it was compared with else means nothing.
    mutating func isItself(_ one: Known) throws -> Bool {
        guard one.state == .open else { return true }
        let facts = one.facts()
        if let facts, facts == proved[one.id] { return true }
        // Its content now, and not when it was opened.
        guard let now = one.content() else { return true }
        switch try Verdict.judge(one.evidence, at: one.position, now) {
        case .same, .copy:
            proved[one.id] = facts
            return true
        case .truncated, .other, .partOfCopy, .earlierCopy:
            decisions.append(.mustBeCut(one.id))
            isWhole = false
            return false
        }
    }

    private mutating func copies(_ file: Walk.Found, _ content: Content, of original: FileID, isNamed: Bool) {
        let id = newID()
        book.add(id, file.path, file.facts, isNamed: isNamed)
        decisions.append(.copies(id, file, content, of: original, isNamed: isNamed))
    }

    private mutating func begin(
        _ file: Walk.Found, _ content: Content, from: Int, isNamed: Bool
    ) {
        let id = newID()
        book.add(id, file.path, file.facts, isNamed: isNamed)
        decisions.append(.begins(id, file, content, from: from, isNamed: isNamed))
        add(id, file, content)
    }

    /// So that a copy of it in the same look is known.
    mutating func add(_ id: FileID, _ file: Walk.Found, _ content: Content) {
        var evidence = Evidence(content.place)
        if let head = try? content.head() { evidence.head = head }
        try? content.forgetBytes()
        let family = family(of: file)
        let isLive = family == file.path || RotationName.isDated(path: file.path)
        add(
            Known(
                id: id, family: family, evidence: evidence, position: 0, state: .open, isLive: isLive,
                facts: { content.facts }, content: { content.again() }))
    }
}
