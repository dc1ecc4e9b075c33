/// Writes protocol values into a growing array.
package struct WireWriter: WireCoder {
    /// The longest text that peers read back: they take the length as `i16` (protocol: primitive encoding).
    package static let maximumTextLength = 32_767

    package let version: Int16
    package var position: Int { bytes.count }
    package var isReading: Bool { false }

    /// What has been written.
    package private(set) var bytes: [UInt8]
    /// Where bytes belong that are not among ``bytes``, in ascending order. The lengths written count them.
    package private(set) var gaps: [WireGap] = []
    private var gapBytes = 0

    /// Appends to `bytes`, which may be empty or hold a prefix.
    package init(version: Int16, appendingTo bytes: consuming [UInt8] = []) {
        self.version = version
        self.bytes = bytes
    }

    package mutating func code(_ value: inout UInt8) { bytes.append(value) }
    package mutating func code(_ value: inout UInt16) { append(value) }
    package mutating func code(_ value: inout UInt32) { append(value) }
    package mutating func code(_ value: inout UInt64) { append(value) }

    private mutating func append<T: FixedWidthInteger & UnsignedInteger>(_ value: T) {
        var shift = T.bitWidth
        while shift > 0 {
            shift -= 8
            bytes.append(UInt8(truncatingIfNeeded: value >> T(shift)))
        }
    }

    package mutating func code(_ value: inout String) throws(WireError) {
        let length = value.utf8.count
        guard length <= Self.maximumTextLength else {
            throw WireError(.tooLong(length, limit: Self.maximumTextLength), at: position)
        }
        append(UInt16(length))
        bytes.append(contentsOf: value.utf8)
    }

    package mutating func code(_ value: inout [UInt8]) throws(WireError) {
        try checkLength(value.count)
        append(UInt32(value.count))
        bytes.append(contentsOf: value)
    }

    package mutating func code(_ value: inout ArraySlice<UInt8>) throws(WireError) {
        try checkLength(value.count)
        append(UInt32(value.count))
        bytes.append(contentsOf: value)
    }

    package mutating func codeInPlace(_ range: inout Range<Int>) throws(WireError) {
        try checkLength(range.count)
        append(UInt32(range.count))
        gaps.append(WireGap(position: position, count: range.count))
        gapBytes += range.count
    }

    package mutating func codeRaw(_ value: inout [UInt8], count _: Int) { bytes.append(contentsOf: value) }

    package mutating func codeVarint(_ value: inout Int64) {
        var bits = UInt64(bitPattern: value << 1) ^ UInt64(bitPattern: value >> 63)
        while bits > 0x7f {
            bytes.append(UInt8(truncatingIfNeeded: bits) | 0x80)
            bits >>= 7
        }
        bytes.append(UInt8(bits))
    }

    package mutating func codeCount(_ count: Int, width: CountWidth) throws(WireError) -> Int {
        switch width {
        case .vector:
            try checkLength(count)
            append(UInt32(count))
        case .map:
            guard count <= Int(UInt16.max) else {
                throw WireError(.tooLong(count, limit: Int(UInt16.max)), at: position)
            }
            append(UInt16(count))
        }
        return count
    }

    package mutating func codeSized(_ body: (inout Self) throws(WireError) -> Void) throws(WireError) {
        let start = position
        let gapBytesBefore = gapBytes
        append(UInt32(0))
        try body(&self)
        let length = position - start - 4 + gapBytes - gapBytesBefore
        try checkLength(length)
        patch(UInt32(length), at: start)
    }

    /// ``bytes``, if nothing was left out of them.
    func wholeBytes() throws(WireError) -> [UInt8] {
        if let gap = gaps.first(where: { $0.count > 0 }) {
            throw WireError(.invalid("\(gap.count) bytes are elsewhere"), at: gap.position)
        }
        return bytes
    }

    private func checkLength(_ length: Int) throws(WireError) {
        guard length <= Int(Int32.max) else { throw WireError(.tooLong(length, limit: Int(Int32.max)), at: position) }
    }

    /// Overwrites four bytes written before.
    package mutating func patch(_ value: UInt32, at position: Int) {
        for index in 0..<4 { bytes[position + index] = UInt8(truncatingIfNeeded: value >> (24 - 8 * UInt32(index))) }
    }
}

/// Bytes that belong into what was written, but were left out.
package struct WireGap: Equatable, Sendable {
    /// Before which byte of ``WireWriter/bytes`` they belong.
    package var position: Int
    /// How many they are.
    package var count: Int

    package init(position: Int, count: Int) {
        self.position = position
        self.count = count
    }
}
