/// Reads or writes protocol values, field by field.
///
/// A message says its layout once, in ``WireCodable/code(with:)``, and that one text serves both directions: a
/// ``WireReader`` assigns to the fields, a ``WireWriter`` copies from them. Which field lives in which version is the
/// `since:` and `until:` of its line.
package protocol WireCoder {
    /// The api_version of the request header. It rules request and response alike.
    var version: Int16 { get }
    /// Where the next byte is read from or written to.
    var position: Int { get }
    /// True if fields are assigned, false if they are copied out.
    var isReading: Bool { get }

    mutating func code(_ value: inout UInt8) throws(WireError)
    mutating func code(_ value: inout UInt16) throws(WireError)
    mutating func code(_ value: inout UInt32) throws(WireError)
    mutating func code(_ value: inout UInt64) throws(WireError)
    /// `u16` length and UTF-8; read as an `i16` length where zero and below mean empty.
    mutating func code(_ value: inout String) throws(WireError)
    /// `u32` length and bytes.
    mutating func code(_ value: inout [UInt8]) throws(WireError)
    /// `i32` length and bytes that are kept as a slice of what is read: nothing is copied.
    mutating func code(_ value: inout ArraySlice<UInt8>) throws(WireError)
    /// `i32` length and bytes that stay where they are. Reading gives their place; writing writes the length alone
    /// and leaves the bytes out, for whoever sends them from elsewhere (``WireWriter/gaps``).
    mutating func codeInPlace(_ range: inout Range<Int>) throws(WireError)
    /// A zig-zag varint of up to 64 bits.
    mutating func codeVarint(_ value: inout Int64) throws(WireError)
    /// Raw bytes without a length: `count` of them when reading, all of `value` when writing.
    mutating func codeRaw(_ value: inout [UInt8], count: Int) throws(WireError)
    /// A count in front of items: checked against what is left, of which each item takes a byte at least, before
    /// anything is allocated.
    mutating func codeCount(_ count: Int, width: CountWidth) throws(WireError) -> Int
    /// `u32` length, then what `body` reads or writes. When reading, `body` sees no byte beyond that length, and
    /// what it leaves is skipped, as the official peers do with trailing bytes.
    mutating func codeSized(_ body: (inout Self) throws(WireError) -> Void) throws(WireError)
}

/// How a count is written.
package enum CountWidth: Sendable {
    /// `u32`, read as `i32`; below 1 means none.
    case vector
    /// `u16`, of a map.
    case map
}

/// A value that the protocol carries.
package protocol WireCodable {
    /// What a field holds that the version at hand does not carry.
    init()
    /// The layout, in the order of the wire.
    mutating func code<C: WireCoder>(with coder: inout C) throws(WireError)
}

extension WireCoder {
    @inlinable
    package func carries(since: Int16, until: Int16 = .max) -> Bool { version >= since && version <= until }

    package mutating func code(_ value: inout Bool) throws(WireError) {
        let at = position
        var byte: UInt8 = value ? 1 : 0
        try code(&byte)
        guard byte <= 1 else { throw WireError(.invalidBool(byte), at: at) }
        value = byte == 1
    }

    package mutating func code(_ value: inout Int8) throws(WireError) {
        var bits = UInt8(bitPattern: value)
        try code(&bits)
        value = Int8(bitPattern: bits)
    }

    package mutating func code(_ value: inout Int16) throws(WireError) {
        var bits = UInt16(bitPattern: value)
        try code(&bits)
        value = Int16(bitPattern: bits)
    }

    package mutating func code(_ value: inout Int32) throws(WireError) {
        var bits = UInt32(bitPattern: value)
        try code(&bits)
        value = Int32(bitPattern: bits)
    }

    package mutating func code(_ value: inout Int64) throws(WireError) {
        var bits = UInt64(bitPattern: value)
        try code(&bits)
        value = Int64(bitPattern: bits)
    }

    package mutating func code(_ value: inout Float) throws(WireError) {
        var bits = value.bitPattern
        try code(&bits)
        value = Float(bitPattern: bits)
    }

    package mutating func code(_ value: inout Double) throws(WireError) {
        var bits = value.bitPattern
        try code(&bits)
        value = Double(bitPattern: bits)
    }

    /// `u64` seconds and `u32` nanoseconds: never negative, rounded down to the nanosecond.
    package mutating func code(_ value: inout Duration) throws(WireError) {
        let at = position
        let (seconds, attoseconds) = value.components
        guard seconds >= 0, attoseconds >= 0 else { throw WireError(.invalid("negative duration"), at: at) }
        var wireSeconds = UInt64(seconds)
        var nanoseconds = UInt32(attoseconds / 1_000_000_000)
        try code(&wireSeconds)
        try code(&nanoseconds)
        guard isReading else { return }
        guard let whole = Int64(exactly: wireSeconds), nanoseconds < 1_000_000_000 else {
            throw WireError(.invalid("duration out of range"), at: at)
        }
        value = Duration(secondsComponent: whole, attosecondsComponent: Int64(nanoseconds) * 1_000_000_000)
    }

    package mutating func code<T: WireCodable>(_ value: inout T) throws(WireError) { try value.code(with: &self) }

    package mutating func code<T: WireCodable>(_ value: inout T, since: Int16, until: Int16 = .max) throws(WireError) {
        if carries(since: since, until: until) { try code(&value) }
    }

    /// The tag in front of an enum's fields: `tag` when writing, what the wire says when reading.
    package mutating func codeTag(_ tag: UInt8) throws(WireError) -> UInt8 {
        var tag = tag
        try code(&tag)
        return tag
    }

    /// The payload of an enum's variant: what is written, if the value at hand is of that variant (`current`), and
    /// what was read. The variants of an enum are coded whatever the version (protocol: enums).
    package mutating func payload<T: WireCodable>(_ current: T?) throws(WireError) -> T {
        var value = current ?? T()
        try code(&value)
        return value
    }
}
