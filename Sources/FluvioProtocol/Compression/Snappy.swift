import CSnappy

/// Snappy's framing format: chunks of up to 64 KiB, each with a masked CRC-32C. The library knows only the blocks.
enum SnappyFraming {
    private static let streamIdentifier: [UInt8] = [0xff, 6, 0, 0, 0x73, 0x4e, 0x61, 0x50, 0x70, 0x59]
    private static let chunkHeaderSize = 4
    private static let checksumSize = 4
    /// The most that a chunk holds before compression.
    private static let maximumChunk = 65_536

    private enum ChunkType {
        static let compressed: UInt8 = 0x00
        static let uncompressed: UInt8 = 0x01
        /// From here on a reader may skip what it does not know.
        static let firstSkippable: UInt8 = 0x80
        static let streamIdentifier: UInt8 = 0xff
    }

    private static func masked(_ checksum: UInt32) -> UInt32 { (checksum >> 15 | checksum << 17) &+ 0xa282_ead8 }

    static func compress(
        _ source: UnsafeRawBufferPointer, appendingTo output: inout [UInt8]
    ) throws(CompressionError) {
        output.append(contentsOf: streamIdentifier)
        var position = 0
        while position < source.count {
            let chunk = unsafe UnsafeRawBufferPointer(
                rebasing: source[position..<min(position + maximumChunk, source.count)])
            var isDone = false
            let room = chunkHeaderSize + checksumSize + snappy_max_compressed_length(chunk.count)
            unsafe output.appendBytes(upTo: room) { unsafe write(chunk, to: $0, isDone: &isDone) }
            guard isDone else { throw .invalid(.snappy, "chunk could not be compressed") }
            position += chunk.count
        }
    }

    private static func write(
        _ chunk: UnsafeRawBufferPointer, to room: UnsafeMutableRawBufferPointer, isDone: inout Bool
    ) -> Int {
        let start = chunkHeaderSize + checksumSize
        guard let target = room.baseAddress, let source = chunk.baseAddress else { return 0 }
        var length = room.count - start
        let status = unsafe snappy_compress(
            source.assumingMemoryBound(to: CChar.self), chunk.count,
            (target + start).assumingMemoryBound(to: CChar.self), &length)
        guard status == SNAPPY_OK else { return 0 }
        // As the official client: compressed only if that saves an eighth.
        let isWorthIt = length < chunk.count - chunk.count / 8
        if !isWorthIt {
            unsafe (target + start).copyMemory(from: source, byteCount: chunk.count)
            length = chunk.count
        }
        let type = isWorthIt ? ChunkType.compressed : ChunkType.uncompressed
        let header = UInt32(type) | UInt32(checksumSize + length) << 8
        unsafe room.storeBytes(of: header.littleEndian, as: UInt32.self)
        let checksum = unsafe masked(CRC32C.checksum(of: chunk))
        unsafe room.storeBytes(of: checksum.littleEndian, toByteOffset: chunkHeaderSize, as: UInt32.self)
        isDone = true
        return start + length
    }

    static func decompress(
        _ source: UnsafeRawBufferPointer, appendingTo output: inout [UInt8], limit: Int
    ) throws(CompressionError) {
        var position = 0
        while position < source.count {
            guard source.count - position >= chunkHeaderSize else { throw .truncated(.snappy) }
            let header = UInt32(
                littleEndian: unsafe source.loadUnaligned(fromByteOffset: position, as: UInt32.self))
            let type = UInt8(truncatingIfNeeded: header)
            let length = Int(header >> 8)
            let start = position + chunkHeaderSize
            guard position > 0 || type == ChunkType.streamIdentifier else {
                throw .invalid(.snappy, "no stream identifier")
            }
            guard length <= source.count - start else { throw .truncated(.snappy) }
            let body = unsafe UnsafeRawBufferPointer(rebasing: source[start..<start + length])
            position = start + length
            switch type {
            case ChunkType.compressed, ChunkType.uncompressed:
                try unsafe decompress(
                    body, isCompressed: type == ChunkType.compressed, appendingTo: &output, limit: limit)
            case ChunkType.streamIdentifier:
                guard unsafe body.elementsEqual(streamIdentifier.dropFirst(chunkHeaderSize)) else {
                    throw .invalid(.snappy, "wrong stream identifier")
                }
            case ChunkType.firstSkippable...: continue
            default: throw .invalid(.snappy, "unknown chunk type \(type)")
            }
        }
        guard position > 0 else { throw .truncated(.snappy) }
    }

    private static func decompress(
        _ body: UnsafeRawBufferPointer, isCompressed: Bool, appendingTo output: inout [UInt8], limit: Int
    ) throws(CompressionError) {
        guard body.count >= checksumSize, let base = body.baseAddress else {
            throw .invalid(.snappy, "chunk without a checksum")
        }
        let checksum = UInt32(littleEndian: unsafe body.loadUnaligned(as: UInt32.self))
        let block = unsafe (base + checksumSize).assumingMemoryBound(to: CChar.self)
        let blockLength = body.count - checksumSize
        var length = blockLength
        if isCompressed {
            guard unsafe snappy_uncompressed_length(block, blockLength, &length) == SNAPPY_OK else {
                throw .invalid(.snappy, "damaged chunk")
            }
        }
        guard length <= maximumChunk else { throw .invalid(.snappy, "chunk of more than 65536 bytes") }
        guard length <= limit - output.count else { throw .tooLong(limit: limit) }
        var isIntact = false
        var isWhole = false
        unsafe output.appendBytes(upTo: length) { room in
            var written = length
            if isCompressed {
                let target = unsafe room.baseAddress?.assumingMemoryBound(to: CChar.self)
                isWhole = unsafe snappy_uncompress(block, blockLength, target, &written) == SNAPPY_OK
            } else {
                unsafe room.copyMemory(from: UnsafeRawBufferPointer(start: block, count: length))
                isWhole = true
            }
            guard isWhole, written == length else { return 0 }
            let result = unsafe UnsafeRawBufferPointer(rebasing: room[..<length])
            isIntact = unsafe masked(CRC32C.checksum(of: result)) == checksum
            return length
        }
        guard isWhole else { throw .invalid(.snappy, "damaged chunk") }
        guard isIntact else { throw .checksum(.snappy) }
    }
}
