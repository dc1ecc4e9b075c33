import Glibc
import Unix

/// An open file that is to be recognised: its head and mark for whatever is known, each read once.
final class Probe: FileContent {
    let place: Unix.FileFacts
    let input: any ByteInput
    private var numbers: [Int: UInt64?] = [:]
    private var first: [UInt8]?
    private var headOnly: Head?

    /// Bytes; nil: it is compressed.
    var size: Int? { input.isPlain ? place.size : nil }

    /// Opens a file.
    init(_ path: String) throws {
        // A FIFO without a writer would not let go.
        let file = try FileDescriptor.open(path, O_RDONLY | O_NONBLOCK)
        place = try Unix.facts(of: file.raw)
        input = try Inputs.make(file)
    }

    /// Opens an open file once more, whatever its name is now.
    convenience init(descriptor: CInt) throws { try self.init("/proc/self/fd/\(descriptor)") }

    func again() -> Probe? { try? Probe(descriptor: input.descriptor) }

    /// Place, size and times now.
    var facts: Unix.FileFacts { (try? Unix.facts(of: input.descriptor)) ?? place }

    /// The first bytes of a file as it is, as they were when they were asked for first: what is compared with them and
    /// what is kept of them are of one moment, whatever is done to the file meanwhile.
    private func beginning() throws -> [UInt8] {
        if let first { return first }
        let input = input
        let bytes = try unsafe withUnsafeTemporaryAllocation(byteCount: Head.longest, alignment: 1) { room in
            // What was too short to say that it is compressed is no text by what has come since.
            let most = place.size < Inputs.longestMagic ? place.size : Head.longest
            return unsafe Array(room.prefix(min(most, try input.read(into: room, at: 0))))
        }
        first = bytes
        return bytes
    }

    func forgetBytes() throws {
        headOnly = try head()
        first = nil
    }

    func number(ofFirst length: Int) throws -> UInt64? {
        if let known = numbers[length] { return known }
        // What was decompressed once stays what it is.
        let bytes = input.isPlain ? try beginning() : try input.beginning(length) ?? []
        let number =
            bytes.count < length ? nil : unsafe bytes[..<length].withUnsafeBytes { unsafe Evidence.number(of: $0) }
        numbers[length] = .some(number)
        return number
    }

    func number(of length: Int, before position: Int) throws -> UInt64? {
        guard let bytes = try tail(length, before: position) else { return nil }
        return unsafe bytes.withUnsafeBytes { unsafe Evidence.number(of: $0) }
    }

    /// The bytes before a position; nil if the file does not reach there.
    func tail(_ length: Int, before position: Int) throws -> [UInt8]? {
        guard length <= position else { return nil }
        var bytes = [UInt8](repeating: 0, count: length)
        let read = try unsafe bytes.withUnsafeMutableBytes { try unsafe input.read(into: $0, at: position - length) }
        return read == length ? bytes : nil
    }

    func head() throws -> Head? {
        if let headOnly { return headOnly }
        return input.isPlain ? Head(of: try beginning()) : nil
    }

    func common(with other: Probe, from known: Int) throws -> Common {
        var (mine, theirs) = ([UInt8](repeating: 0, count: 65_536), [UInt8](repeating: 0, count: 65_536))
        var offset = known
        while true {
            let count = try unsafe mine.withUnsafeMutableBytes { try unsafe input.read(into: $0, at: offset) }
            let same = try unsafe theirs.withUnsafeMutableBytes { try unsafe other.input.read(into: $0, at: offset) }
            let both = min(count, same)
            if mine[..<both] != theirs[..<both] {
                let differs = (0..<both).first { mine[$0] != theirs[$0] } ?? both
                return Common(length: offset + differs, isWhole: false, isWholeOther: false)
            }
            offset += both
            if both < mine.count { return Common(length: offset, isWhole: count == both, isWholeOther: same == both) }
        }
    }
}

/// Files by what is in them.
enum Inputs {
    /// Bytes by which compressed data is known.
    static let longestMagic = 6

    /// The input for an open file.
    static func make(_ file: consuming FileDescriptor) throws -> any ByteInput {
        var magic = [UInt8](repeating: 0, count: longestMagic)
        let raw = file.raw
        let count = try unsafe magic.withUnsafeMutableBytes { try unsafe Unix.read(raw, into: $0, at: 0) }
        if let compression = FileCompression(beginning: magic[..<count]) {
            return try CompressedInput(file, compression)
        }
        return PlainInput(file)
    }
}
