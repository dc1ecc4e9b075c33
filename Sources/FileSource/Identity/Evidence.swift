import FluvioProtocol
import Unix

/// The beginning of a file, by which contents are told apart. Shorter beginnings of it are kept too: what is being copied
/// can be refuted before it is as long.
struct Head: Equatable, Sendable {
    /// Bytes that are compared at the most.
    static let longest = 1024
    /// Shorter beginnings that are kept.
    static let steps = [16, 64, 256]

    /// Bytes that ``number`` is of.
    var length = 0
    var number: UInt64 = 0
    /// The numbers of the first 16, 64 and 256 bytes, as far as it is longer.
    var shorter: [UInt64] = []

    /// Nothing.
    init() {}

    /// That of a file that begins with these bytes.
    init(of bytes: UnsafeRawBufferPointer) {
        length = min(bytes.count, Self.longest)
        number = unsafe Evidence.number(of: UnsafeRawBufferPointer(rebasing: bytes[..<length]))
        for step in Self.steps where step < length {
            shorter.append(unsafe Evidence.number(of: UnsafeRawBufferPointer(rebasing: bytes[..<step])))
        }
    }

    /// That of a file that begins with these bytes.
    init(of bytes: [UInt8]) { self = unsafe bytes.withUnsafeBytes { unsafe Head(of: $0) } }
}

/// What is known of a file's content and place, so that it is known again whatever happens to its name. Nothing is
/// computed from the file to name it: it gets a random number when it is seen first, and this says which file has it.
struct Evidence: Equatable, Sendable {
    /// Bytes before the position that are compared at the most.
    static let longestMark = 64
    /// A position from which on head and mark prove by themselves that two contents are the same.
    static let proof = Head.longest + longestMark

    var device: UInt64
    var inode: UInt64
    /// Nil where the file system does not say.
    var born: Int64?
    var head = Head()
    /// Bytes before the position that ``mark`` is of.
    var markLength = 0
    var mark: UInt64 = 0
    /// Places before the position that were passed.
    var past = PastMarks()
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

    /// What statx(2) said when it was looked at last.
    var facts: Unix.FileFacts {
        Unix.FileFacts(device: device, inode: inode, born: born, size: size, modified: modified)
    }

    /// The bytes before the position.
    mutating func take(mark bytes: [UInt8]) {
        markLength = bytes.count
        mark = unsafe bytes.withUnsafeBytes { unsafe Self.number(of: $0) }
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
