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
            let candidates = try index.candidates(for: content, family)
            if let (number, common) = try replaced(by: content, family, candidates.found) {
                // What was compressed, and has no more, need not be decompressed.
                if content.size == nil, common.isWhole {
                    return copies(file, content, of: known[number].id, isNamed: isNamed)
                }
                return move(number, to: file, content, replaced: common.length)
            }
            guard isWhole else { return }
            if let any = candidates.any, family != file.path { partial = (known[any].id, 0, false) }
            // What was given up comes last.
            let lost = candidates.found.filter { known[$0].state == .gone }
            for index in candidates.found.filter({ known[$0].state != .gone }) + lost {
                let one = known[index]
                if one.state == .gone, partial != nil, !isQuiet { break }
                // Files of other families may well have the same lines, as long as both are there.
                guard one.family == family || one.state != .open else { continue }
                let isRotation = family == one.family && family != file.path
                let verdict = try Verdict.judge(one.evidence, at: one.position, content, isRotationName: isRotation)
                switch verdict {
                case .same, .truncated, .other: continue
                case .copy:
                    guard let other = one.content() else {
                        // That of which more is known has it.
                        if isOfAnother(file, content, than: one, compared) { continue }
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
                case .partOfCopy, .earlierCopy:
                    let before = compared(file, one.id)
                    guard let other = one.content() else {
                        // It was cut after it was copied, while more was written and read. Who cuts it has made the copy.
                        let isRead = verdict == .earlierCopy && (isQuiet || content.size != nil)
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
            begin(file, content, isNamed: isNamed)
        } catch {
            decisions.append(.isUnreadable(nil, file, error))
        }
    }

    /// The file that was written anew beside it, with more or not, and has no name any more: all of it stands in what is
    /// new. Of several that with the most bytes.
    private mutating func replaced(
        by content: Content, _ family: String, _ candidates: [Int]
    ) throws -> (number: Int, common: Common)? {
        var longest: (number: Int, common: Common)?
        for number in candidates {
            let one = known[number]
            guard one.state == .open, one.family == family, one.facts()?.links == 0, let other = one.content(),
                other.size != nil
            else { continue }
            let common = try content.common(with: other, from: 0)
            guard try isItself(one) else { return nil }
            if common.isWholeOther, common.length >= max(Head.longest, (longest?.common.length ?? 0) + 1) {
                longest = (number, common)
            }
        }
        return longest
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

    private mutating func begin(_ file: Walk.Found, _ content: Content, isNamed: Bool) {
        let id = newID()
        book.add(id, file.path, file.facts, isNamed: isNamed)
        decisions.append(.begins(id, file, content, isNamed: isNamed))
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
