import Glibc
import Unix

/// An open file that is to be recognised: its head and mark for whatever is known, each read once.
final class Probe {
    let facts: Unix.FileFacts
    let input: any ByteInput
    private var heads: [Int: UInt64?] = [:]

    /// Opens a file.
    init(_ path: String) throws {
        // A FIFO without a writer would not let go.
        let file = try FileDescriptor.open(path, O_RDONLY | O_NONBLOCK)
        facts = try Unix.facts(of: file.raw)
        input = try Inputs.make(file)
    }

    /// What became of a known file, as far as this one says it.
    func verdict(on known: Evidence, at position: Int, isRotationName: Bool = false) throws -> Verdict {
        let head = try head(known.headLength)
        let mark = try mark(known.markLength, before: position)
        return Verdict.judge(
            known, at: position, facts, size: input.isPlain ? facts.size : nil, head: head, mark: mark,
            isRotationName: isRotationName)
    }

    /// Whether it begins with bytes of this length and number.
    func hasHead(_ known: (length: Int, number: UInt64)) throws -> Bool { try head(known.length) == known.number }

    private func head(_ length: Int) throws -> UInt64? {
        if let known = heads[length] { return known }
        let bytes = try input.beginning(length)
        let number = unsafe bytes?.withUnsafeBytes { unsafe Evidence.number(of: $0) }
        heads[length] = .some(number)
        return number
    }

    private func mark(_ length: Int, before position: Int) throws -> UInt64? {
        guard let bytes = try tail(length, before: position) else { return nil }
        return unsafe bytes.withUnsafeBytes { unsafe Evidence.number(of: $0) }
    }

    /// The bytes before a position; nil if the file does not reach there.
    func tail(_ length: Int, before position: Int) throws -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: length)
        let read = try unsafe bytes.withUnsafeMutableBytes { try unsafe input.read(into: $0, at: position - length) }
        return read == length ? bytes : nil
    }
}

/// Files by what is in them.
enum Inputs {
    /// The input for an open file.
    static func make(_ file: consuming FileDescriptor) throws -> any ByteInput {
        var magic = [UInt8](repeating: 0, count: 6)
        let raw = file.raw
        let count = try unsafe magic.withUnsafeMutableBytes { try unsafe Unix.read(raw, into: $0, at: 0) }
        if let compression = FileCompression(beginning: magic[..<count]) {
            return try CompressedInput(file, compression)
        }
        return PlainInput(file)
    }
}
