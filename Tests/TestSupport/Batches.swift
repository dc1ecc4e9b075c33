package import FluvioProtocol

/// Batches as a producer sends them: uncompressed, base offset and first timestamp of no meaning.
package enum Batches {
    /// One batch of `count` records of `size` bytes each, its first sequence `tag` so that it can be told apart.
    package static func make(_ count: Int = 1, size: Int = 10, tag: Int32 = 0) -> [UInt8] {
        var payload = bigEndian(Int32(count))
        for index in 0..<count {
            var record: [UInt8] = [0]
            record += varint(0) + varint(index) + [0]
            record += varint(size) + [UInt8](repeating: UInt8(truncatingIfNeeded: tag), count: size) + varint(0)
            payload += varint(record.count) + record
        }
        return make(payload: payload, lastOffsetDelta: Int32(count - 1), tag: tag)
    }

    /// A batch of `size` bytes in all that says it holds `count` records. Its payload is nonsense that says it is zstd.
    package static func noise(size: Int, count: Int = 1, tag: Int32 = 0) -> [UInt8] {
        make(
            payload: [UInt8](repeating: UInt8(truncatingIfNeeded: tag), count: size - BatchHeader.size),
            lastOffsetDelta: Int32(count - 1), tag: tag, attributes: 4)
    }

    package static func make(
        payload: [UInt8], lastOffsetDelta: Int32, tag: Int32 = 0, attributes: Int16 = 0
    ) -> [UInt8] {
        var header = BatchHeader()
        header.baseOffset = Int64(lastOffsetDelta)
        header.batchLength = Int32(BatchHeader.size - BatchHeader.preambleSize + payload.count)
        header.lastOffsetDelta = lastOffsetDelta
        header.attributes = attributes
        header.firstSequence = tag
        var bytes = [UInt8](repeating: 0, count: BatchHeader.size) + payload
        seal(&bytes, header)
        return bytes
    }

    /// Writes a header whose CRC is that of the bytes.
    package static func seal(_ bytes: inout [UInt8], _ header: BatchHeader) {
        var header = header
        unsafe bytes.withUnsafeMutableBytes { buffer in
            unsafe header.write(to: buffer, at: 0)
            header.crc = unsafe CRC32C.checksum(
                of: UnsafeRawBufferPointer(rebasing: buffer[BatchHeader.crcStart...]))
            unsafe header.write(to: buffer, at: 0)
        }
    }

    /// The headers of batches back to back.
    package static func headers(_ bytes: [UInt8]) -> [BatchHeader] {
        unsafe bytes.withUnsafeBytes { buffer in
            var headers: [BatchHeader] = []
            var position = 0
            while let header = unsafe BatchHeader(reading: buffer, at: position) {
                headers.append(header)
                position += header.wholeSize
            }
            return headers
        }
    }

    /// Batches back to back, one by one.
    package static func split(_ bytes: [UInt8]) -> [[UInt8]] {
        var rest = bytes[...]
        return headers(bytes).map { header in
            defer { rest = rest.dropFirst(header.wholeSize) }
            return Array(rest.prefix(header.wholeSize))
        }
    }

    package static func bigEndian<T: FixedWidthInteger>(_ value: T) -> [UInt8] {
        stride(from: T.bitWidth - 8, through: 0, by: -8).map { UInt8(truncatingIfNeeded: value >> T($0)) }
    }

    private static func varint(_ value: Int) -> [UInt8] {
        var writer = WireWriter(version: 0)
        var value = Int64(value)
        writer.codeVarint(&value)
        return writer.bytes
    }
}
