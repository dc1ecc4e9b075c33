/// Reads protocol values from bytes. Every length is checked against what is left before it is used.
package struct WireReader: WireCoder {
    package let version: Int16
    package private(set) var position: Int
    package var isReading: Bool { true }

    private let bytes: [UInt8]
    private var end: Int

    /// Reads `range` of `bytes`; positions in errors count from the start of `bytes`.
    package init(_ bytes: [UInt8], range: Range<Int>? = nil, version: Int16) {
        let range = (range ?? 0..<bytes.count).clamped(to: 0..<bytes.count)
        self.bytes = bytes
        self.version = version
        position = range.lowerBound
        end = range.upperBound
    }

    /// Bytes not yet read.
    package var left: Int { end - position }

    /// The most items of a vector: far more than any cluster has of anything, and few enough to hold.
    package static let maximumCount = 1 << 20

    private mutating func take(_ count: Int) throws(WireError) -> Int {
        guard count <= left else { throw WireError(.truncated(needed: count, left: left), at: position) }
        defer { position += count }
        return position
    }

    package mutating func code(_ value: inout UInt8) throws(WireError) {
        value = bytes[try take(1)]
    }

    package mutating func code(_ value: inout UInt16) throws(WireError) { value = try bigEndian(UInt16.self) }
    package mutating func code(_ value: inout UInt32) throws(WireError) { value = try bigEndian(UInt32.self) }
    package mutating func code(_ value: inout UInt64) throws(WireError) { value = try bigEndian(UInt64.self) }

    private mutating func bigEndian<T: FixedWidthInteger>(_: T.Type) throws(WireError) -> T {
        let start = try take(T.bitWidth / 8)
        var value: T = 0
        for index in start..<position { value = value << 8 | T(truncatingIfNeeded: bytes[index]) }
        return value
    }

    package mutating func code(_ value: inout String) throws(WireError) {
        let length = Int(try bigEndian(Int16.self))
        guard length > 0 else {
            value = ""
            return
        }
        let start = try take(length)
        guard let text = String(validating: bytes[start..<position], as: UTF8.self) else {
            throw WireError(.invalidUTF8, at: start)
        }
        value = text
    }

    package mutating func code(_ value: inout [UInt8]) throws(WireError) {
        let length = Int(try bigEndian(UInt32.self))
        try codeRaw(&value, count: length)
    }

    package mutating func codeRaw(_ value: inout [UInt8], count: Int) throws(WireError) {
        guard count >= 0 else { throw WireError(.negativeLength(count), at: position) }
        let start = try take(count)
        value = Array(bytes[start..<position])
    }

    package mutating func codeVarint(_ value: inout Int64) throws(WireError) {
        let at = position
        var bits: UInt64 = 0
        var shift: UInt64 = 0
        while true {
            let byte = bytes[try take(1)]
            // The tenth byte holds the last bit of 64.
            guard shift < 63 || (shift == 63 && byte <= 1) else { throw WireError(.varintTooLong, at: at) }
            bits |= UInt64(byte & 0x7f) << shift
            if byte & 0x80 == 0 { break }
            shift += 7
        }
        value = Int64(bitPattern: bits >> 1) ^ -Int64(bitPattern: bits & 1)
    }

    package mutating func codeCount(_: Int, width: CountWidth) throws(WireError) -> Int {
        let at = position
        let count =
            switch width {
            case .vector: max(0, Int(try bigEndian(Int32.self)))
            case .map: Int(try bigEndian(UInt16.self))
            }
        let limit = min(left, Self.maximumCount)
        guard count <= limit else { throw WireError(.tooLong(count, limit: limit), at: at) }
        return count
    }

    package mutating func codeSized(_ body: (inout Self) throws(WireError) -> Void) throws(WireError) {
        let length = Int(try bigEndian(UInt32.self))
        let start = try take(length)
        position = start
        let outer = end
        end = start + length
        try body(&self)
        position = end
        end = outer
    }

    package mutating func code(_ value: inout ArraySlice<UInt8>) throws(WireError) {
        value = bytes[try sizedRange()]
    }

    package mutating func codeInPlace(_ range: inout Range<Int>) throws(WireError) { range = try sizedRange() }

    /// Steps over an `i32` length and that many bytes, and says where they stand: for payloads that are handed on
    /// in place.
    package mutating func sizedRange() throws(WireError) -> Range<Int> {
        let at = position
        let length = Int(try bigEndian(Int32.self))
        guard length >= 0 else { throw WireError(.negativeLength(length), at: at) }
        let start = try take(length)
        return start..<position
    }
}
