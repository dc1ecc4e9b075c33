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
    /// A zig-zag varint of up to 64 bits.
    mutating func codeVarint(_ value: inout Int64) throws(WireError)
    /// Raw bytes without a length: `count` of them when reading, all of `value` when writing.
    mutating func codeRaw(_ value: inout [UInt8], count: Int) throws(WireError)
    /// A count in front of items that take at least `minimumItemSize` bytes each (0 counts as 1 byte): checked
    /// against what is left before anything is allocated.
    mutating func codeCount(_ count: Int, width: CountWidth, minimumItemSize: Int) throws(WireError) -> Int
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

    package mutating func code<T: WireCodable>(_ value: inout T) throws(WireError) { try value.code(with: &self) }

    package mutating func code<T: WireCodable>(_ value: inout T, since: Int16, until: Int16 = .max) throws(WireError) {
        if carries(since: since, until: until) { try code(&value) }
    }

    /// An option: a `bool`, then the value if it is 1.
    package mutating func code<T: WireCodable>(_ value: inout T?) throws(WireError) {
        var present = value != nil
        try code(&present)
        guard present else {
            value = nil
            return
        }
        var some = value ?? T()
        try code(&some)
        value = some
    }

    package mutating func code<T: WireCodable>(_ value: inout T?, since: Int16, until: Int16 = .max) throws(WireError) {
        if carries(since: since, until: until) { try code(&value) }
    }

    /// A vector: a count, then the items.
    package mutating func code<T: WireCodable>(_ value: inout [T], minimumItemSize: Int = 1) throws(WireError) {
        let count = try codeCount(value.count, width: .vector, minimumItemSize: minimumItemSize)
        if isReading {
            value.removeAll(keepingCapacity: true)
            value.reserveCapacity(count)
            for _ in 0..<count {
                var item = T()
                try code(&item)
                value.append(item)
            }
        } else {
            for index in value.indices { try code(&value[index]) }
        }
    }

    package mutating func code<T: WireCodable>(
        _ value: inout [T], since: Int16, until: Int16 = .max
    ) throws(WireError) {
        if carries(since: since, until: until) { try code(&value) }
    }

    /// A map: a `u16` count, then key and value, written in ascending order of the keys.
    package mutating func code<K: WireCodable & Hashable & Comparable, V: WireCodable>(
        _ value: inout [K: V]
    ) throws(WireError) {
        let count = try codeCount(value.count, width: .map, minimumItemSize: 1)
        if isReading {
            value.removeAll()
            for _ in 0..<count {
                var key = K()
                var item = V()
                try code(&key)
                try code(&item)
                value[key] = item
            }
        } else {
            for (key, item) in value.sorted(by: { $0.key < $1.key }) {
                var key = key
                var item = item
                try code(&key)
                try code(&item)
            }
        }
    }

    /// A tag of one byte with the rule of the wire for unknown numbers: an error.
    package mutating func code<T: RawRepresentable>(_ value: inout T) throws(WireError)
    where T.RawValue == UInt8 {
        let at = position
        var raw = value.rawValue
        try code(&raw)
        guard let known = T(rawValue: raw) else {
            throw WireError(.unknownTag(type: "\(T.self)", tag: Int(raw)), at: at)
        }
        value = known
    }

    /// The tag in front of an enum's fields: `tag` when writing, what the wire says when reading.
    package mutating func codeTag(_ tag: UInt8) throws(WireError) -> UInt8 {
        var tag = tag
        try code(&tag)
        return tag
    }
}

// The primitives, so that options, vectors and maps of them need no code of their own.
extension UInt8: WireCodable {
    package mutating func code<C: WireCoder>(with coder: inout C) throws(WireError) { try coder.code(&self) }
}
extension Bool: WireCodable {
    package mutating func code<C: WireCoder>(with coder: inout C) throws(WireError) { try coder.code(&self) }
}
extension UInt16: WireCodable {
    package mutating func code<C: WireCoder>(with coder: inout C) throws(WireError) { try coder.code(&self) }
}
extension UInt32: WireCodable {
    package mutating func code<C: WireCoder>(with coder: inout C) throws(WireError) { try coder.code(&self) }
}
extension UInt64: WireCodable {
    package mutating func code<C: WireCoder>(with coder: inout C) throws(WireError) { try coder.code(&self) }
}
extension Int16: WireCodable {
    package mutating func code<C: WireCoder>(with coder: inout C) throws(WireError) { try coder.code(&self) }
}
extension Int32: WireCodable {
    package mutating func code<C: WireCoder>(with coder: inout C) throws(WireError) { try coder.code(&self) }
}
extension Int64: WireCodable {
    package mutating func code<C: WireCoder>(with coder: inout C) throws(WireError) { try coder.code(&self) }
}
extension String: WireCodable {
    package mutating func code<C: WireCoder>(with coder: inout C) throws(WireError) { try coder.code(&self) }
}
