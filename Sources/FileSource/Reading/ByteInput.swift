import Unix

/// Where the bytes of a file come from.
protocol ByteInput: AnyObject {
    /// The open file.
    var descriptor: CInt { get }
    /// Whether offsets are those of the file itself.
    var isPlain: Bool { get }
    /// Bytes from `offset` on; fewer than fit only at the end of what there is. Offsets only go forward, but for the bytes
    /// that were read last.
    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws -> Int
    /// The same, but where the data is damaged, what stands before that.
    func readSound(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws -> Int
    /// The first `count` bytes; nil if they cannot be had any more.
    func beginning(_ count: Int) throws -> [UInt8]?
    /// Whether it ends where it may end: not in the middle of compressed data.
    var isWhole: Bool { get }
    /// What is wrong with the data, and keeps it from being read any further.
    var damage: DecodingError? { get }
    /// About how much is left of a file of that size.
    func remaining(of size: Int) -> Int?
}

/// A file as it is.
final class PlainInput: ByteInput {
    private let file: FileDescriptor

    init(_ file: consuming FileDescriptor) { self.file = file }

    var descriptor: CInt { file.raw }
    var isPlain: Bool { true }
    var isWhole: Bool { true }
    var damage: DecodingError? { nil }

    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws -> Int {
        try unsafe Unix.read(file.raw, into: buffer, at: offset)
    }

    func readSound(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws -> Int {
        try unsafe read(into: buffer, at: offset)
    }

    func beginning(_ count: Int) throws -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: count)
        let raw = file.raw
        let read = try unsafe bytes.withUnsafeMutableBytes { try unsafe Unix.read(raw, into: $0, at: 0) }
        return read == count ? bytes : nil
    }

    func remaining(of size: Int) -> Int? { nil }
}
