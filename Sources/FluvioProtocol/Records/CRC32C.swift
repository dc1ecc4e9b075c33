import CISAL

/// CRC-32C (Castagnoli), the checksum of batches and of snappy's framing.
package enum CRC32C {
    /// The checksum of `bytes`. `checksum` is that of the bytes before them, so that pieces can be summed one by one.
    package static func checksum(of bytes: UnsafeRawBufferPointer, continuing checksum: UInt32 = 0) -> UInt32 {
        guard let base = bytes.baseAddress else { return checksum }
        var state = ~checksum
        var position = 0
        while position < bytes.count {
            // The library counts in `int`, and takes a pointer that it could write to, but does not.
            let count = min(bytes.count - position, 1 << 30)
            let piece = unsafe UnsafeMutableRawPointer(mutating: base + position)
            state = unsafe crc32_iscsi(piece.assumingMemoryBound(to: UInt8.self), CInt(count), state)
            position += count
        }
        return ~state
    }
}
