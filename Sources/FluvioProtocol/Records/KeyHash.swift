/// Which partition a keyed record belongs to: the same as with the official client, so that its records and ours
/// of one key stay in one partition (protocol: partitioner).
package enum KeyHash {
    /// SipHash-2-4 under a zero key, over the length of `key` (`u64`, little endian) and its bytes.
    package static func hash(_ key: UnsafeRawBufferPointer) -> UInt64 {
        var state = SipState()
        state.absorb(UInt64(key.count))
        let whole = key.count & ~7
        var position = 0
        while position < whole {
            state.absorb(
                UInt64(littleEndian: unsafe key.loadUnaligned(fromByteOffset: position, as: UInt64.self)))
            position += 8
        }
        // The last word: what is left, and the number of all bytes in its highest byte.
        var last = UInt64(truncatingIfNeeded: key.count &+ 8) << 56
        for index in position..<key.count { last |= UInt64(unsafe key[index]) << UInt64(8 * (index - position)) }
        state.absorb(last)
        return state.finish()
    }

    /// The partition of a record with this key (which may be empty) in a topic of `count` partitions; 0 if `count`
    /// is below 1.
    package static func partition(forKey key: UnsafeRawBufferPointer, count: Int) -> Int {
        guard count > 0 else { return 0 }
        return unsafe Int(hash(key) % UInt64(count))
    }
}

private struct SipState {
    var v0: UInt64 = 0x736f_6d65_7073_6575
    var v1: UInt64 = 0x646f_7261_6e64_6f6d
    var v2: UInt64 = 0x6c79_6765_6e65_7261
    var v3: UInt64 = 0x7465_6462_7974_6573

    mutating func absorb(_ word: UInt64) {
        v3 ^= word
        round()
        round()
        v0 ^= word
    }

    mutating func finish() -> UInt64 {
        v2 ^= 0xff
        for _ in 0..<4 { round() }
        return v0 ^ v1 ^ v2 ^ v3
    }

    private mutating func round() {
        v0 &+= v1
        v1 = rotated(v1, 13) ^ v0
        v0 = rotated(v0, 32)
        v2 &+= v3
        v3 = rotated(v3, 16) ^ v2
        v0 &+= v3
        v3 = rotated(v3, 21) ^ v0
        v2 &+= v1
        v1 = rotated(v1, 17) ^ v2
        v2 = rotated(v2, 32)
    }

    private func rotated(_ word: UInt64, _ count: UInt64) -> UInt64 { word << count | word >> (64 - count) }
}
