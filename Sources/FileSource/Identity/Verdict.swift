import Unix

/// What a file at hand has in it, as far as it is compared.
protocol FileContent {
    /// Bytes; nil: they are not known before all of it was decompressed.
    var size: Int? { get }
    /// Place, size and times when it was opened.
    var place: Unix.FileFacts { get }
    /// The same now.
    var facts: Unix.FileFacts { get }
    /// The number of its first bytes, at most ``Head/longest``; nil: it has fewer. Whatever is asked about them, it is of the
    /// same moment.
    func number(ofFirst length: Int) throws -> UInt64?
    /// The number of the bytes before a position; nil: it does not reach there.
    func number(of length: Int, before position: Int) throws -> UInt64?
    /// As it is now.
    func again() -> Self?
    /// The same bytes; nil: it is compressed.
    func head() throws -> Head?
    /// It is decided what it is: of its first bytes no more is asked for than ``head()``. There may be thousands of files.
    func forgetBytes() throws
    /// How many bytes it has in common with another one from the beginning on, of which `known` need not be looked at.
    func common(with other: Self, from known: Int) throws -> Common
}

/// What two contents have in common from their beginnings on.
struct Common: Equatable, Sendable {
    var length: Int
    /// The one ends there, and the other.
    var isWhole: Bool
    var isWholeOther: Bool
}

/// What became of a file that is known, as far as one that is at hand says it. This is the whole of the decision for two
/// files; ``Recognition`` makes it for all of a look.
///
/// | place | head | mark before the position | then it is |
/// |---|---|---|---|
/// | the same | the same, or none was known | the same | the same |
/// | the same | other, or shorter | - | cut |
/// | the same | the same | other, or it does not reach there | cut |
/// | another | none was known | - | another file: nothing was sent of the known one |
/// | another | other | - | another file |
/// | another | as far as it goes the same, but shorter | - | perhaps a copy in the making, if rotation gave it its name |
/// | another | the same | the same | a copy, if rotation gave it its name or the position is far enough |
/// | another | the same | it does not reach there, but has what stood before an earlier place | a copy from before more was read |
/// | another | the same | it does not reach there | perhaps a copy in the making |
/// | another | the same | other | another file: they have a header in common |
/// | perhaps: the number of the inode alone | other | - | another file |
///
/// What may have happened to the name does not matter: renamed once or twice, it is the same by its place; compressed,
/// copied or moved to another file system, it is a copy; deleted and made anew with the number of the inode, its time of
/// birth is another; cut, grown or appended to after it was renamed, head and mark say so.
enum Verdict: Equatable, Sendable {
    /// It is this one, and goes on at the position.
    case same
    /// It is this one, but cut and perhaps written anew: what stands there is of a new generation.
    case truncated
    /// It has nothing to do with it, though it may have the number of the inode.
    case other
    /// It is another file with the same content up to the position: a copy, or itself on another file system or
    /// compressed.
    case copy
    /// It may become a copy; all that it has now was read before.
    case earlierCopy
    /// It may become a copy: it has the same beginning, and ends before the position.
    case partOfCopy
}

extension Verdict {
    /// - Parameters:
    ///   - known: what is known, as of `position`.
    ///   - content: the file at hand.
    ///   - isRotationName: its name says that it is what became of the known file.
    static func judge(
        _ known: Evidence, at position: Int, _ content: some FileContent, isRotationName: Bool = false
    ) throws -> Verdict {
        let likeness = try content.likeness(to: known.head)
        func hasMark() throws -> Bool {
            guard content.size.map({ $0 >= position }) ?? true else { return false }
            return try known.markLength == 0
                || content.number(of: known.markLength, before: position) == known.mark
        }
        switch known.isPlace(of: content.place) {
        case true?:
            return try (likeness == .same || known.head.length == 0) && hasMark() ? .same : .truncated
        case nil:
            // Without a time of birth, the content decides.
            if known.head.length == 0 { return position == 0 ? .same : .other }
            if likeness == .different { return .other }
            return try likeness == .same && hasMark() ? .same : .truncated
        case false?:
            guard known.head.length > 0 else { return .other }
            switch likeness {
            case .different: return .other
            case .soFar: return isRotationName ? .partOfCopy : .other
            case .same:
                // A file of another name must have more in common than a header.
                guard isRotationName || position >= Evidence.proof else { return .other }
                // Asked once: it may be growing.
                if known.markLength == 0, try content.reaches(position) { return .copy }
                if known.markLength > 0, let number = try content.number(of: known.markLength, before: position) {
                    return number == known.mark ? .copy : .other
                }
                guard let isPast = try content.hasPast(of: known.past) else { return .partOfCopy }
                return isPast ? .earlierCopy : .other
            }
        }
    }
}

/// What the beginning of a file says.
enum Likeness: Equatable, Sendable {
    case same, different
    /// The same, but shorter.
    case soFar
}

extension FileContent {
    /// Compares its beginning.
    func likeness(to head: Head) throws -> Likeness {
        if let number = try number(ofFirst: head.length) { return number == head.number ? .same : .different }
        for (step, known) in zip(Head.steps, head.shorter).reversed() {
            if let number = try number(ofFirst: step) { return number == known ? .soFar : .different }
        }
        return .soFar
    }

    /// Whether it has what stood before the last place that it reaches; nil: it reaches none.
    func hasPast(of marks: PastMarks) throws -> Bool? {
        for mark in marks.all.reversed() {
            if let number = try number(of: PastMarks.length, before: mark.position) { return number == mark.number }
        }
        return nil
    }

    /// Whether it has so many bytes.
    func reaches(_ position: Int) throws -> Bool {
        try position == 0 || number(of: 1, before: position) != nil
    }
}
