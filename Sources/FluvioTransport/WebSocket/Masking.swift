/// Masking: every byte is combined with one of the four of a key, in turn.
enum Masking {
    /// Copies `source` to `target`, masked (or unmasked: it is the same). They may overlap if `target` is not behind
    /// `source`.
    /// - Parameter phase: how many bytes of the frame came before.
    static func copy(
        _ source: UnsafeRawBufferPointer, to target: UnsafeMutableRawPointer, key: MaskingKey, phase: Int
    ) {
        guard let start = source.baseAddress else { return }
        let shift = UInt32(phase & 3) * 8
        let bits = shift == 0 ? key.bits : key.bits >> shift | key.bits << (32 - shift)
        let wide = SIMD8<UInt32>(repeating: bits.littleEndian)
        var index = 0
        let count = source.count
        while index + 32 <= count {
            let block = unsafe start.loadUnaligned(fromByteOffset: index, as: SIMD8<UInt32>.self)
            unsafe target.storeBytes(of: block ^ wide, toByteOffset: index, as: SIMD8<UInt32>.self)
            index += 32
        }
        while index < count {
            let byte = unsafe start.load(fromByteOffset: index, as: UInt8.self)
            let mask = UInt8(truncatingIfNeeded: bits >> (UInt32(index & 3) * 8))
            unsafe target.storeBytes(of: byte ^ mask, toByteOffset: index, as: UInt8.self)
            index += 1
        }
    }
}
