import CLZMA
import CZlib
import CZstd

/// How a file is compressed. Its first bytes say so, and not its name.
enum FileCompression: String, CaseIterable, Sendable {
    case gzip, zstd, xz

    /// What its files begin with.
    private var magic: [UInt8] {
        switch self {
        case .gzip: [0x1f, 0x8b, 0x08]
        case .zstd: [0x28, 0xb5, 0x2f, 0xfd]
        case .xz: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]
        }
    }

    /// The compression of a file that begins with these bytes; nil: none.
    init?(beginning bytes: some Collection<UInt8>) {
        if let one = Self.allCases.first(where: { bytes.starts(with: $0.magic) }) {
            self = one
        } else if bytes.count >= 4, Self.beginsSkippable(bytes) {
            self = .zstd
        } else {
            return nil
        }
    }

    /// Whether this is, or may become, a frame of zstd that holds no data; that of pzstd(1) begins with one.
    private static func beginsSkippable(_ bytes: some Collection<UInt8>) -> Bool {
        guard let first = bytes.first else { return false }
        return first & 0xf0 == 0x50 && [0x2a, 0x4d, 0x18].starts(with: bytes.dropFirst().prefix(3))
    }

    /// Whether a file that has these bytes so far may turn out to be compressed.
    static func mayBegin(_ bytes: some Collection<UInt8>) -> Bool {
        allCases.contains { bytes.count < $0.magic.count && $0.magic.starts(with: bytes) }
            || 2..<4 ~= bytes.count && beginsSkippable(bytes)
    }
}

/// Compressed data that is not what it should be.
struct DecodingError: Error, Equatable, Sendable, CustomStringConvertible {
    let description: String
}

/// One step of a decoder.
struct DecodingStep: Equatable, Sendable {
    /// Bytes that were taken and given.
    var consumed: Int
    var produced: Int
    /// A member, frame or stream is whole, its checksum is right; another may follow.
    var isWhole: Bool
    /// What follows cannot be decoded.
    var damage: DecodingError?
}

/// Decodes one member after the other.
protocol StreamDecoder: AnyObject {
    func decode(
        _ input: UnsafeRawBufferPointer, _ output: UnsafeMutableRawBufferPointer
    ) throws(DecodingError) -> DecodingStep
}

extension FileCompression {
    /// Whether another member can begin like this. Frames of zstd have several beginnings, which its decoder knows.
    func mayBegin(_ bytes: ArraySlice<UInt8>) -> Bool {
        self == .zstd || bytes.starts(with: (self == .gzip ? [0x1f, 0x8b] : [0xfd, 0x37]).prefix(bytes.count))
    }

    /// A decoder at the beginning of a member.
    func decoder() throws(DecodingError) -> any StreamDecoder {
        switch self {
        case .gzip: try GzipDecoder()
        case .zstd: try ZstdDecoder()
        case .xz: try XZDecoder()
        }
    }
}

@safe
private final class GzipDecoder: StreamDecoder {
    private let stream: UnsafeMutablePointer<z_stream>

    init() throws(DecodingError) {
        unsafe stream = .allocate(capacity: 1)
        unsafe stream.initialize(to: z_stream())
        // 15 bits of window, and 16 says gzip.
        guard unsafe inflateInit2_(stream, 15 + 16, ZLIB_VERSION, CInt(MemoryLayout<z_stream>.size)) == Z_OK else {
            throw DecodingError(description: "no memory for zlib")
        }
    }

    deinit {
        _ = unsafe inflateEnd(stream)
        unsafe stream.deallocate()
    }

    func decode(
        _ input: UnsafeRawBufferPointer, _ output: UnsafeMutableRawBufferPointer
    ) throws(DecodingError) -> DecodingStep {
        unsafe stream.pointee.next_in = UnsafeMutablePointer(
            mutating: input.baseAddress?.assumingMemoryBound(to: UInt8.self))
        unsafe stream.pointee.avail_in = UInt32(input.count)
        unsafe stream.pointee.next_out = output.baseAddress?.assumingMemoryBound(to: UInt8.self)
        unsafe stream.pointee.avail_out = UInt32(output.count)
        let code = unsafe inflate(stream, Z_NO_FLUSH)
        let isSound = code == Z_OK || code == Z_STREAM_END || code == Z_BUF_ERROR
        let step = unsafe DecodingStep(
            consumed: input.count - Int(stream.pointee.avail_in),
            produced: output.count - Int(stream.pointee.avail_out),
            isWhole: code == Z_STREAM_END,
            damage: isSound ? nil : DecodingError(description: "the gzip data is damaged"))
        if step.isWhole { _ = unsafe inflateReset(stream) }
        return step
    }
}

@safe
private final class ZstdDecoder: StreamDecoder {
    private let stream: OpaquePointer

    init() throws(DecodingError) {
        guard let stream = unsafe ZSTD_createDStream() else { throw DecodingError(description: "no memory for zstd") }
        unsafe self.stream = stream
        // Frames of long windows (zstd --long) too.
        _ = unsafe ZSTD_DCtx_setParameter(stream, ZSTD_d_windowLogMax, 27)
    }

    deinit { _ = unsafe ZSTD_freeDStream(stream) }

    func decode(
        _ input: UnsafeRawBufferPointer, _ output: UnsafeMutableRawBufferPointer
    ) throws(DecodingError) -> DecodingStep {
        var source = unsafe ZSTD_inBuffer(src: input.baseAddress, size: input.count, pos: 0)
        var target = unsafe ZSTD_outBuffer(dst: output.baseAddress, size: output.count, pos: 0)
        let left = unsafe ZSTD_decompressStream(stream, &target, &source)
        guard ZSTD_isError(left) == 0 else {
            let isTooLarge = ZSTD_getErrorCode(left) == ZSTD_error_frameParameter_windowTooLarge
            return DecodingStep(
                consumed: 0, produced: 0, isWhole: false,
                damage: DecodingError(
                    description: isTooLarge
                        ? "the zstd data wants more than 128M of memory (--long above 27)" : "the zstd data is damaged")
            )
        }
        return unsafe DecodingStep(consumed: source.pos, produced: target.pos, isWhole: left == 0)
    }
}

@safe
private final class XZDecoder: StreamDecoder {
    private let stream: UnsafeMutablePointer<lzma_stream>
    /// Memory that a stream may ask for: what xz -9 needs, and more.
    private static let memory: UInt64 = 256 << 20

    init() throws(DecodingError) {
        unsafe stream = .allocate(capacity: 1)
        unsafe stream.initialize(to: lzma_stream())
        try begin()
    }

    deinit {
        unsafe lzma_end(stream)
        unsafe stream.deallocate()
    }

    private func begin() throws(DecodingError) {
        guard unsafe lzma_stream_decoder(stream, Self.memory, 0) == LZMA_OK else {
            throw DecodingError(description: "no memory for xz")
        }
    }

    func decode(
        _ input: UnsafeRawBufferPointer, _ output: UnsafeMutableRawBufferPointer
    ) throws(DecodingError) -> DecodingStep {
        unsafe stream.pointee.next_in = input.baseAddress?.assumingMemoryBound(to: UInt8.self)
        unsafe stream.pointee.avail_in = input.count
        unsafe stream.pointee.next_out = output.baseAddress?.assumingMemoryBound(to: UInt8.self)
        unsafe stream.pointee.avail_out = output.count
        let code = unsafe lzma_code(stream, LZMA_RUN)
        let isSound = code == LZMA_OK || code == LZMA_STREAM_END || code == LZMA_BUF_ERROR
        let step = unsafe DecodingStep(
            consumed: input.count - stream.pointee.avail_in, produced: output.count - stream.pointee.avail_out,
            isWhole: code == LZMA_STREAM_END,
            damage: isSound ? nil : DecodingError(description: "the xz data is damaged"))
        if step.isWhole { try begin() }
        return step
    }
}
