/// What a record of the input is to become. Its slices are good until the parser or the reader is used again.
@safe
package struct ParsedRecord {
    /// The key; nil: none, which an empty one is not.
    package var key: UnsafeRawBufferPointer?
    /// The value.
    package var value: UnsafeRawBufferPointer
    /// Milliseconds since 1970 UTC; ``RecordLine/noTimestamp``: none.
    package var timestamp: Int64
    /// The partition that it names, if it does.
    package var partition: UInt32?
    /// The topic that it names, in UTF-8, if it does.
    package var topic: UnsafeRawBufferPointer?

    @inline(__always)
    init(key: UnsafeRawBufferPointer?, value: UnsafeRawBufferPointer, timestamp: Int64) {
        unsafe self.key = key
        unsafe self.value = value
        self.timestamp = timestamp
        unsafe topic = nil
    }

    /// Bytes of key and value.
    @inline(__always)
    package var size: Int { unsafe (key?.count ?? 0) + value.count }

    /// The same record with another value.
    func with(value: UnsafeRawBufferPointer) -> ParsedRecord {
        var record = self
        unsafe record.value = value
        return record
    }
}

/// What a parser makes of a record of the input.
enum Parsed {
    case record(ParsedRecord)
    /// Left out as an option asks, with this note.
    case skipped(String)
    /// A part of a line that was left out before.
    case passed
    /// Not to be sent, for this reason.
    case refused(String)
}

/// A copy of bytes that stays where it is.
@safe
struct KeptBytes: ~Copyable {
    private let buffer: UnsafeMutableRawBufferPointer

    init(_ bytes: UnsafeRawBufferPointer) {
        // An empty one has an address all the same: a key that is there and empty is not one that is missing.
        unsafe buffer = .allocate(byteCount: max(bytes.count, 1), alignment: 1)
        unsafe buffer.copyMemory(from: bytes)
        count = bytes.count
    }

    init(_ bytes: [UInt8]) {
        unsafe buffer = .allocate(byteCount: max(bytes.count, 1), alignment: 1)
        unsafe buffer.copyBytes(from: bytes)
        count = bytes.count
    }

    private let count: Int

    deinit { unsafe buffer.deallocate() }

    var bytes: UnsafeRawBufferPointer { unsafe UnsafeRawBufferPointer(rebasing: buffer[..<count]) }
}
