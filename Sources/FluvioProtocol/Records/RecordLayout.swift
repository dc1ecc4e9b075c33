/// Sizes in a payload (protocol: record batch, payload).
enum RecordLayout {
    /// Bytes of the count in front of the records.
    static let countSize = 4
    /// The shortest record: seven fields of one byte, no key, no value.
    static let minimumRecordSize = 7
}

/// Zig-zag: small numbers of either sign become small.
@inlinable @inline(__always)
func zigZag(_ value: Int64) -> UInt64 { UInt64(bitPattern: value &<< 1 ^ value &>> 63) }

/// As above, of a size, which is never negative.
@inlinable @inline(__always)
func zigZag(_ size: Int) -> UInt64 { UInt64(truncatingIfNeeded: size) &<< 1 }

/// How many bytes the groups of seven bits take, 1 to 10.
@inlinable @inline(__always)
func varintSize(_ bits: UInt64) -> Int {
    // Branches that go the same way for every line of a file beat counting bits.
    if bits < 0x80 { return 1 }
    if bits < 0x4000 { return 2 }
    return (70 &- bits.leadingZeroBitCount) / 7
}

/// A number from the wire, and where the next one begins; its position is -1 if there was none.
@usableFromInline
struct Varint {
    @usableFromInline let value: Int64
    @usableFromInline let next: Int

    @inlinable @inline(__always)
    init(bits: UInt64, next: Int) {
        value = Int64(bitPattern: bits &>> 1) ^ -Int64(bitPattern: bits & 1)
        self.next = next
    }
}

/// Reads a zig-zag varint at `position`, not past `end`; none if it ends there or has more than 64 bits.
@inlinable @inline(__always)
func readVarint(_ base: UnsafeRawPointer, _ position: Int, _ end: Int) -> Varint {
    guard position < end else { return Varint(bits: 0, next: -1) }
    let first = UInt64(unsafe base.load(fromByteOffset: position, as: UInt8.self))
    if first < 0x80 { return Varint(bits: first, next: position &+ 1) }
    // Two bytes: the usual length of a line.
    if position &+ 1 < end {
        let second = UInt64(unsafe base.load(fromByteOffset: position &+ 1, as: UInt8.self))
        if second < 0x80 { return Varint(bits: first & 0x7f | second &<< 7, next: position &+ 2) }
    }
    return unsafe readLongVarint(base, position, end)
}

@usableFromInline @inline(never)
func readLongVarint(_ base: UnsafeRawPointer, _ start: Int, _ end: Int) -> Varint {
    var position = start
    var bits: UInt64 = 0
    var shift: UInt64 = 0
    while position < end {
        let byte = UInt64(unsafe base.load(fromByteOffset: position, as: UInt8.self))
        position &+= 1
        // The tenth byte holds the last bit of 64.
        guard shift < 63 || (shift == 63 && byte <= 1) else { break }
        bits |= (byte & 0x7f) &<< shift
        if byte < 0x80 { return Varint(bits: bits, next: position) }
        shift &+= 7
    }
    return Varint(bits: 0, next: -1)
}

/// Writes a varint and answers where the next byte goes. The caller has made room.
@inlinable @inline(__always)
func writeVarint(_ bits: UInt64, to base: UnsafeMutableRawPointer, at position: Int) -> Int {
    if bits < 0x80 {
        unsafe base.storeBytes(of: UInt8(truncatingIfNeeded: bits), toByteOffset: position, as: UInt8.self)
        return position &+ 1
    }
    if bits < 0x4000 {
        let both = UInt16(truncatingIfNeeded: bits & 0x7f | 0x80 | bits &<< 1 & 0x7f00)
        unsafe base.storeBytes(of: both.littleEndian, toByteOffset: position, as: UInt16.self)
        return position &+ 2
    }
    return unsafe writeLongVarint(bits, to: base, at: position)
}

@usableFromInline @inline(never)
func writeLongVarint(_ number: UInt64, to base: UnsafeMutableRawPointer, at start: Int) -> Int {
    var bits = number
    var position = start
    while bits > 0x7f {
        unsafe base.storeBytes(of: UInt8(truncatingIfNeeded: bits) | 0x80, toByteOffset: position, as: UInt8.self)
        position &+= 1
        bits &>>= 7
    }
    unsafe base.storeBytes(of: UInt8(truncatingIfNeeded: bits), toByteOffset: position, as: UInt8.self)
    return position &+ 1
}
