import Glibc
import Unix

/// A compressed file, by the offsets that its content has. It is decoded from its beginning, and what was given last is
/// kept, as lines that are not whole are asked for again.
final class CompressedInput: ByteInput {
    private static let chunk = 64 << 10

    private let file: FileDescriptor
    private let compression: FileCompression
    private var decoder: any StreamDecoder
    /// Bytes of the file that are decoded.
    private var consumed = 0
    /// Whether nothing, or whole members, were decoded.
    private var isBetween = true
    /// Whether all that the file has is decoded.
    private var isAtEnd = false
    private(set) var damage: DecodingError?
    /// Size and time of change of the file in which damage was found: another one is read anew.
    private var damaged: (size: Int, modified: Int64)?
    /// Content from ``start`` on.
    private var kept: [UInt8] = []
    private var start = 0
    /// The first bytes of the content.
    private var first: [UInt8] = []
    private var raw = [UInt8](repeating: 0, count: CompressedInput.chunk)
    private var output = [UInt8](repeating: 0, count: 4 * CompressedInput.chunk)

    init(_ file: consuming FileDescriptor, _ compression: FileCompression) throws(DecodingError) {
        self.file = file
        self.compression = compression
        decoder = try compression.decoder()
    }

    var descriptor: CInt { file.raw }
    var isPlain: Bool { false }
    var isWhole: Bool { isBetween && isAtEnd }

    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws -> Int {
        let count = try unsafe readSound(into: buffer, at: offset)
        if count < buffer.count, let damage { throw damage }
        return count
    }

    func readSound(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws -> Int {
        if try offset < start || isMended() { try rewind() }
        while start + kept.count < offset + buffer.count, try decode(keeping: offset) {}
        let from = offset - start
        guard from >= 0, from < kept.count else { return 0 }
        let count = min(buffer.count, kept.count - from)
        unsafe kept.withUnsafeBytes { bytes in
            unsafe buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[from..<(from + count)]))
        }
        return count
    }

    func beginning(_ count: Int) throws -> [UInt8]? {
        while first.count < count, try decode(keeping: start) {}
        if first.count < count, let damage { throw damage }
        return first.count >= count ? Array(first.prefix(count)) : nil
    }

    /// About four times what is left of the file.
    func remaining(of size: Int) -> Int? { max(0, size - consumed) * 4 }

    /// Whether the file is not the one in which damage was found.
    private func isMended() throws -> Bool {
        guard let damaged else { return false }
        let facts = try Unix.facts(of: file.raw)
        return facts.size != damaged.size || facts.modified != damaged.modified
    }

    private func spoil(_ damage: DecodingError?) throws {
        guard let damage else { return }
        let facts = try Unix.facts(of: file.raw)
        (self.damage, damaged) = (damage, (facts.size, facts.modified))
    }

    private func rewind() throws {
        decoder = try compression.decoder()
        (consumed, isBetween, isAtEnd, start) = (0, true, false, 0)
        (kept, damage, damaged) = ([], nil, nil)
    }

    /// Decodes some more; false: there is nothing at the moment, or nothing more because of the damage.
    private func decode(keeping offset: Int) throws -> Bool {
        guard damage == nil else { return false }
        let descriptor = file.raw
        let place = consumed
        let count = try unsafe raw.withUnsafeMutableBytes { try unsafe Unix.read(descriptor, into: $0, at: place) }
        // Programs that write whole blocks fill the last one up, as with gzip(1) and xz(1).
        let padding = isBetween && consumed > 0 ? raw[..<count].prefix { $0 == 0 }.count : 0
        if padding > 0 {
            consumed += padding
            isAtEnd = padding == count && count < Self.chunk
            return true
        }
        if isBetween, consumed > 0, count > 0, !compression.mayBegin(raw[..<count]) {
            try spoil(DecodingError(description: "what stands behind the \(compression.rawValue) data is passed over"))
            return false
        }
        let decoder = self.decoder
        let result = unsafe raw.withUnsafeBytes { raw in
            unsafe output.withUnsafeMutableBytes { output in
                Result { () throws(DecodingError) in
                    try unsafe decoder.decode(UnsafeRawBufferPointer(rebasing: raw[..<count]), output)
                }
            }
        }
        let step = try result.get()
        try spoil(step.damage)
        consumed += step.consumed
        if step.isWhole { isBetween = true } else if step.consumed > 0 || step.produced > 0 { isBetween = false }
        isAtEnd = count == 0 && step.produced == 0 || step.consumed == count && count < Self.chunk && step.isWhole
        let produced = output[..<step.produced]
        if first.count < Head.longest, start + kept.count <= first.count {
            first += produced.prefix(Head.longest - first.count)
        }
        // What lies before the place that is asked for is not asked for again.
        let drop = min(kept.count, max(0, offset - start))
        if drop >= Self.chunk {
            kept.removeFirst(drop)
            start += drop
        }
        kept += produced
        return step.consumed > 0 || step.produced > 0
    }
}
