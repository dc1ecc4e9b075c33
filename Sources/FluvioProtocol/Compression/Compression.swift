/// The codec of a batch, by the number in its attributes (protocol: record batch). The numbers of a topic's
/// compression setting are others.
package enum Compression: UInt8, CaseIterable, Sendable {
    case none = 0
    /// RFC 1952, one member.
    case gzip = 1
    /// Snappy's framing format, not a raw block.
    case snappy = 2
    /// The LZ4 frame format.
    case lz4 = 3
    case zstd = 4

    /// How much longer than its input the output can be, in bytes: with room to spare for the frame's header, its
    /// block headers and its end.
    static func maximumGrowth(of count: Int) -> Int { count / 128 + 256 }
}

/// Why a payload could not be compressed or decompressed.
package enum CompressionError: Error, Equatable, Sendable {
    /// The bytes are not what the codec says, or are damaged. The text is the library's.
    case invalid(Compression, String)
    /// The input ends before the compressed frame does.
    case truncated(Compression)
    /// A checksum inside the compressed frame is wrong.
    case checksum(Compression)
    /// The output would be longer than this many bytes.
    case tooLong(limit: Int)
    /// The library could not do its work, for want of memory.
    case outOfMemory(Compression)
}

extension CompressionError: CustomStringConvertible {
    /// A phrase for people.
    package var description: String {
        switch self {
        case .invalid(let codec, let text): "not \(codec): \(text)"
        case .truncated(let codec): "\(codec) data ends too early"
        case .checksum(let codec): "checksum inside the \(codec) data is wrong"
        case .tooLong(let limit): "decompressed size is above the limit of \(limit) bytes"
        case .outOfMemory(let codec): "no memory for \(codec)"
        }
    }
}
