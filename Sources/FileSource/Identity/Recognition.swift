import Unix

/// Which of the files that are known each file of a look is, and what is to be done about it: pure, but for the contents
/// that it has opened. It is shown a look that is of one moment (``Look/agrees(with:)``), and decides in this order:
///
/// 1. Known files that are not open (after a start, or as they were cut) are found by their place. Where head and mark are
///    there, they go on; else they were cut, and what stands there is new.
/// 2. Those that were cut, or whose place is nowhere, are found by their content, in what rotation has made: a copy, or
///    compressed; or in what was renamed over them and begins as they did. While one is in the making that may become it,
///    they wait; else they are lost, as far as they were not read. As whoever removes a file has made its copy before,
///    nothing is missed in a look of one moment.
/// 3. Names that known files have left and got.
/// 4. Files of no known place: what begins with all of one that has no name any more is that one; a copy of a known one
///    has nothing of its own; what may become one waits, until it was quiet: then it is one where it has more in common
///    with it than a header may; all others are new.
///
/// A file that has another place when it is opened than it had in the look ends it: it is looked again.
struct Recognition<Content: FileContent> {
    /// Which files have which names, with what was decided.
    var book: FileBook
    var decisions: [Decision] = []
    /// Whether all was decided: else it is looked again soon.
    var isWhole = true

    private let look: Look
    let isNamed: Set<String>
    private let open: (String) throws -> Content?
    let newID: () -> FileID
    var known: [Known]
    private var contents: [String: Content] = [:]
    var index = ContentIndex()
    /// Names that known files had before rotation.
    private var families: Set<String> = []
    /// Files that were seen to be cut just now.
    private var cutNow: Set<FileID> = []
    /// Files that were what they were, and as what they were seen just before.
    var proved: [FileID: Unix.FileFacts] = [:]
    /// Numbers of those that are to be proved before a file is compared with any: all once, and what is written to again.
    var doubtful: [Int] = []

    /// - Parameters:
    ///   - known: all that are known, those that came first before others.
    ///   - book: as it was left by the look before.
    ///   - open: opens a file; nil if there is none.
    init(
        _ look: Look, known: [Known], book: FileBook, open: @escaping (String) throws -> Content?,
        newID: @escaping () -> FileID
    ) {
        (self.look, self.book, self.open, self.newID) = (look, book, open, newID)
        isNamed = Set(look.named.map(\.path))
        self.known = []
        for one in known { add(one) }
    }

    mutating func add(_ one: Known) {
        index.add(known.count, one.family, one.evidence.head)
        doubtful.append(known.count)
        known.append(one)
        families.insert(one.family)
    }

    /// The name of a file before rotation.
    func family(of file: Walk.Found) -> String {
        RotationName.family(ofPath: file.path) { families.contains($0) || isNamed.contains($0) }
    }

    /// Decides.
    ///
    /// - Parameters:
    ///   - candidates: files among those of the look that may be new.
    ///   - isQuiet: whether a file has not changed for so long that it is not being made.
    ///   - compared: bytes that a file is known to have in common with another one.
    mutating func decide(
        candidates: [Walk.Found], isQuiet: (Walk.Found) -> Bool, compared: (Walk.Found, FileID) -> Int
    ) {
        findPlaces()
        if isWhole { findContents(isQuiet, compared) }
        guard isWhole else { return }
        let found = decisions.count
        for change in book.looked(at: look.named) {
            // What is found is decided on below.
            if case .found = change { continue }
            decisions.append(.changed(change))
        }
        for change in book.looked(atSiblings: look.siblings) { decisions.append(.changed(change)) }
        let (before, count) = (book, decisions.count)
        // What is written to comes first, as others may be copies of it.
        let live = candidates.filter { family(of: $0) == $0.path }
        let rotated = candidates.filter { family(of: $0) != $0.path }
        for file in live + rotated where isWhole && book.file(at: file.facts) == nil {
            decide(on: file, isQuiet: isQuiet(file), compared: compared)
        }
        let made = decisions[count...]
        decisions.removeSubrange(count...)
        guard isWhole else {
            // What is older than others must not come after them. What was cut takes nothing over of what stands there now.
            book = before
            let cuts = made.filter { if case .mustBeCut = $0 { true } else { false } }
            decisions.insert(contentsOf: cuts, at: found)
            return
        }
        func isOfLive(_ decision: Decision) -> Bool {
            guard case .begins(_, let file, _, _) = decision else { return false }
            return family(of: file) == file.path
        }
        func isCopy(_ decision: Decision) -> Bool { if case .copies = decision { true } else { false } }
        decisions += made.filter { !isOfLive($0) && !isCopy($0) }
        decisions += made.filter(isOfLive)
        decisions += made.filter(isCopy)
    }

    /// A file goes on in another one.
    ///
    /// - Parameter replaced: bytes that it has in common with it, where that has its name now.
    mutating func move(_ number: Int, to file: Walk.Found, _ content: Content, replaced: Int? = nil) {
        let isNamed = isNamed.contains(file.path)
        let id = known[number].id
        known[number].state = .open
        known[number].content = { content.again() }
        known[number].facts = { content.facts }
        (known[number].evidence.device, known[number].evidence.inode) = (file.facts.device, file.facts.inode)
        known[number].evidence.born = file.facts.born
        book.remove(id)
        book.add(id, file.path, file.facts, isNamed: isNamed)
        decisions.append(
            replaced.map { .isReplaced(id, file, content, common: $0, isNamed: isNamed) }
                ?? .goesOn(id, file, content, isNamed: isNamed))
    }

    /// The content of a file of the look; nil: it cannot be opened, or is another one by now.
    mutating func content(of file: Walk.Found, for id: FileID?) -> Content? {
        if let content = contents[file.path] { return content }
        do {
            guard let content = try open(file.path), Place(content.place) == Place(file.facts) else {
                isWhole = false
                return nil
            }
            contents[file.path] = content
            return content
        } catch {
            decisions.append(.isUnreadable(id, file, error))
            return nil
        }
    }

    /// Step 1.
    private mutating func findPlaces() {
        let wanted = known.indices.filter { [.missing, .closed, .gone].contains(known[$0].state) }
        guard !wanted.isEmpty else { return }
        var places: [UInt64: [Walk.Found]] = [:]
        for file in look.all { places[file.facts.inode, default: []].append(file) }
        for index in wanted {
            let one = known[index]
            let file = (places[one.evidence.inode] ?? []).first {
                one.evidence.isPlace(of: $0.facts) != false && book.file(at: $0.facts) == nil
            }
            guard let file else { continue }
            let isNamed = isNamed.contains(file.path)
            if one.state != .missing, file.facts.size == one.evidence.size, file.facts.modified == one.evidence.modified
            {
                book.add(one.id, file.path, file.facts, isNamed: isNamed)
                decisions.append(.rests(one.id, file, isNamed: isNamed))
                continue
            }
            guard let content = content(of: file, for: one.id) else {
                guard isWhole else { return }
                continue
            }
            do {
                switch try Verdict.judge(one.evidence, at: one.position, content) {
                case .same:
                    known[index].state = .open
                    known[index].content = { content.again() }
                    known[index].facts = { content.facts }
                    if let head = try content.head(), head.length > one.evidence.head.length {
                        known[index].evidence.head = head
                        self.index.add(index, one.family, head)
                    }
                    try content.forgetBytes()
                    book.add(one.id, file.path, file.facts, isNamed: isNamed)
                    decisions.append(.opens(one.id, file, content, isNamed: isNamed))
                case .truncated:
                    if one.state == .missing { known[index].state = .cut }
                    // What stands there is not its own.
                    known[index].content = { nil }
                    cutNow.insert(one.id)
                    decisions.append(.wasCut(one.id, file))
                    // Its beginning may have been looked at before it was cut.
                    guard let anew = content.again() else {
                        isWhole = false
                        return
                    }
                    contents[file.path] = anew
                    let next = newID()
                    book.add(next, file.path, file.facts, isNamed: isNamed)
                    decisions.append(.beginsAnew(next, after: one.id, file, anew, isNamed: isNamed))
                    add(next, file, anew)
                case .other, .copy, .partOfCopy, .earlierCopy: continue
                }
            } catch {
                decisions.append(.isUnreadable(one.id, file, error))
            }
        }
    }

    /// Step 2.
    private mutating func findContents(
        _ isQuiet: (Walk.Found) -> Bool, _ compared: (Walk.Found, FileID) -> Int
    ) {
        let unreadable = decisions.compactMap { if case .isUnreadable(let id?, _, _) = $0 { id } else { nil } }
        search: for index in known.indices where known[index].state == .missing || known[index].state == .cut {
            let one = known[index]
            if unreadable.contains(one.id) { continue }
            // A copy may have been made since the look.
            var awaits = cutNow.contains(one.id)
            for file in look.all where book.file(at: file.facts) == nil {
                let isRotation = isRotation(file, of: one)
                // It was written anew beside it, and got its name, where there is enough of it to say so.
                let hasName = file.path == one.family && one.evidence.head.length == Head.longest
                guard isRotation || hasName || one.position >= Evidence.proof else { continue }
                guard let content = content(of: file, for: nil) else {
                    guard isWhole else { return }
                    continue
                }
                let verdict = try? Verdict.judge(
                    one.evidence, at: one.position, content, isRotationName: isRotation || hasName)
                switch verdict {
                case .copy:
                    // That of which more is known has it.
                    if isOfAnother(file, content, than: one, compared) { continue }
                    guard isWhole else { return }
                    move(index, to: file, content)
                    continue search
                case .partOfCopy, .earlierCopy:
                    // What was seen to be all there before the original was cut is not going to be more. Nor is what has all
                    // that it was to have: who cuts a file has made its copy.
                    let isWhole =
                        content.size.map { size in
                            size > 0 && size == compared(file, one.id) || one.state == .cut && verdict == .earlierCopy
                        } ?? false
                    awaits = awaits || isRotation && !isWhole && !isQuiet(file)
                // It cannot be decoded as yet.
                case nil: awaits = awaits || isRotation && !isQuiet(file)
                case .same, .truncated, .other: continue
                }
            }
            if !awaits {
                let isAgain = standsElsewhere(one)
                guard isWhole else { return }
                known[index].state = .gone
                decisions.append(.isLost(one.id, isAgain: isAgain))
            }
        }
    }

    /// Whether another file of its family, which may have another one's place by now, begins as it did, and has as much: its
    /// bytes are sent with that.
    private mutating func standsElsewhere(_ one: Known) -> Bool {
        let head = one.evidence.head
        guard one.state == .missing, head.length > 0, head.length >= min(Head.longest, one.evidence.size) else {
            return false
        }
        return look.all.contains { file in
            guard family(of: file) == one.family, file.facts.size >= one.evidence.size,
                let content = content(of: file, for: nil)?.again()
            else { return false }
            return (try? content.likeness(to: head)) == .same
        }
    }

    /// Whether a file is a copy of a known one of which more was seen than of this one.
    mutating func isOfAnother(
        _ file: Walk.Found, _ content: Content, than one: Known, _ compared: (Walk.Found, FileID) -> Int
    ) -> Bool {
        for other in known where other.id != one.id && other.family == one.family && other.state != .gone {
            guard
                other.position > one.position
                    || other.position == one.position && other.evidence.head.length > one.evidence.head.length
            else { continue }
            switch try? Verdict.judge(
                other.evidence, at: other.position, content, isRotationName: isRotation(file, of: other))
            {
            case .copy, .earlierCopy:
                // They may have no more than a header in common, where that can be seen.
                guard other.state == .open, let theirs = other.content(),
                    let common = try? content.common(with: theirs, from: compared(file, other.id)),
                    (try? isItself(other)) == true, !common.isWhole
                else { return true }
            case .same, .truncated, .other, .partOfCopy, nil: continue
            }
        }
        return false
    }

    /// Whether the name of a file says that it is what became of a known one.
    private func isRotation(_ file: Walk.Found, of one: Known) -> Bool {
        let family = family(of: file)
        return family == one.family && family != file.path
    }
}
