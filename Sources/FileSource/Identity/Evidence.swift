import FluvioProtocol
import Unix

/// What is known of a file's content and place, so that it is known again whatever happens to its name. Nothing is
/// computed from the file to name it: it gets a random number when it is seen first, and this says which file has it.
struct Evidence: Equatable, Sendable {
    /// Bytes of the beginning that are compared at the most.
    static let longestHead = 1024
    /// Bytes before the position that are compared at the most.
    static let longestMark = 64
    var device: UInt64
    var inode: UInt64
    /// Nil where the file system does not say.
    var born: Int64?
    /// Bytes of the beginning that ``head`` is of.
    var headLength = 0
    var head: UInt64 = 0
    /// Bytes before the position that ``mark`` is of.
    var markLength = 0
    var mark: UInt64 = 0
    /// Bytes when it was looked at last.
    var size = 0
    /// When its content had changed last then, in nanoseconds since 1970.
    var modified: Int64 = 0

    /// Names a place.
    init(device: UInt64, inode: UInt64, born: Int64?) { (self.device, self.inode, self.born) = (device, inode, born) }

    /// Takes over what statx(2) says.
    init(_ facts: Unix.FileFacts) {
        (device, inode, born) = (facts.device, facts.inode, facts.born)
        (size, modified) = (facts.size, facts.modified)
    }

    /// The number of some bytes: by it two contents are told apart.
    static func number(of bytes: UnsafeRawBufferPointer) -> UInt64 { unsafe KeyHash.hash(bytes) }

    /// Whether it can be the same file by its place. Nil: another file may have got the number of one that is gone.
    func isPlace(of facts: Unix.FileFacts) -> Bool? {
        guard device == facts.device, inode == facts.inode else { return false }
        guard let born, let other = facts.born else { return nil }
        return born == other
    }
}

/// What became of a file that is known, as far as the file at hand says it.
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
    /// It may become a copy: it has the same beginning, and ends before the position.
    case partOfCopy
}

extension Verdict {
    /// - Parameters:
    ///   - known: what is known, as of `position`.
    ///   - facts: the file at hand.
    ///   - size: its bytes, decompressed; nil: not known, and at least as far as its head and mark could be read.
    ///   - head: the number of its first `known.headLength` bytes; nil: it has fewer.
    ///   - mark: the number of the `known.markLength` bytes before the position; nil: it does not reach there.
    ///   - isRotationName: its name says that it is what became of the known file.
    static func judge(
        _ known: Evidence, at position: Int, _ facts: Unix.FileFacts, size: Int?, head: UInt64?, mark: UInt64?,
        isRotationName: Bool = false
    ) -> Verdict {
        let hasHead = head == known.head && head != nil
        let reaches = size.map { $0 >= position } ?? (mark != nil)
        let hasMark = reaches && (known.markLength == 0 || mark == known.mark)
        switch known.isPlace(of: facts) {
        case true?:
            if hasHead || known.headLength == 0, hasMark { return .same }
            return .truncated
        case nil:
            // Without a time of birth, the content decides.
            if known.headLength == 0 { return position == 0 ? .same : .other }
            if hasHead, hasMark { return .same }
            return hasHead ? .truncated : .other
        case false?:
            // A file of another name must have more in common than a header.
            let proves = isRotationName ? known.headLength > 0 : position >= Evidence.longestHead + Evidence.longestMark
            guard hasHead, proves else { return .other }
            if hasMark { return .copy }
            return reaches ? .other : .partOfCopy
        }
    }
}
