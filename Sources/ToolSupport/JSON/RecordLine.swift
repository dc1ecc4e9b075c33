import Documents
import Glibc

/// Writes the records of one partition as JSON lines.
///
/// `{"topic":"logs","partition":0,"offset":42,"timestamp":1795334082917,"key":null,"value":"text"}`: fixed order, no
/// spaces, all of the fields always there. `key_enc` / `value_enc` follow their member and say how its bytes are
/// written: absent = the UTF-8 of the string, `base64`, or `json` = the JSON text itself. Keep one per partition: what
/// is the same from record to record is kept as bytes. In kcat's names `tstype` and `ts` (-1: none) are the timestamp, and
/// `payload`, `payload_enc` the value.
@safe
package struct RecordLine: ~Copyable {
    /// The timestamp of a record that has none (protocol: record batch, first_timestamp).
    package static let noTimestamp: Int64 = -1

    /// Longest value that is escaped in one step; longer ones leave in pieces.
    private static let pieceSize = 32 * 1024

    private let style: RecordLineStyle
    private let hasKey: Bool
    private let hasValue: Bool
    /// `{"topic":"logs","partition":0,"offset":42,"timestamp":1795334082917,"key":null,"value":`
    private let head: UnsafeMutablePointer<UInt8>
    private let offsetStart: Int
    private var offsetEnd = 0
    private var timestampStart = 0
    private var timestampEnd = 0
    /// Length of the head up to the colon of the key, and of all of it.
    private var keyEnd = 0
    private var end = 0
    private var offset: Int64 = 0
    private var timestamp = RecordLine.noTimestamp

    /// For the records of this partition.
    package init(topic: String, partition: UInt32, style: RecordLineStyle = RecordLineStyle()) {
        self.style = style
        hasKey = style.fields.contains(.key)
        hasValue = style.fields.contains(.value)
        var prefix = Array((style.isSequence ? "\u{1e}{" : "{").utf8)
        func begin(_ name: String) {
            prefix += Array((prefix.last == UInt8(ascii: "{") ? "\"\(name)\":" : ",\"\(name)\":").utf8)
        }
        if style.fields.contains(.topic) {
            begin("topic")
            prefix += JSONString.quoted(topic, escapesNonASCII: style.escapesNonASCII)
        }
        if style.fields.contains(.partition) {
            begin("partition")
            prefix += Array("\(partition)".utf8)
        }
        if style.fields.contains(.offset) { begin("offset") }
        offsetStart = prefix.count
        // What follows: two numbers, a time, five names.
        unsafe head = .allocate(capacity: prefix.count + 200)
        for index in prefix.indices { unsafe head[index] = prefix[index] }
        rebuild(offset: 0, timestamp: Self.noTimestamp)
    }

    deinit { unsafe head.deallocate() }

    /// Appends one line with its line feed.
    ///
    /// - Parameters:
    ///   - timestamp: milliseconds since 1970 UTC, or ``noTimestamp``.
    ///   - isToken: the value is JSON that is to stand as it is, and is not what the record holds.
    package mutating func write(
        offset: Int64, timestamp: Int64, key: UnsafeRawBufferPointer?, value: UnsafeRawBufferPointer,
        isToken: Bool = false, to output: inout OutputWriter
    ) throws(OutputError) {
        if offset != self.offset || timestamp != self.timestamp { advance(to: offset, timestamp) }
        if hasKey, let key = unsafe key {
            try unsafe output.append(UnsafeRawBufferPointer(start: head, count: keyEnd))
            try unsafe append(key, "\",\"key_enc\":\"base64\"", valueName, to: &output)
        } else {
            try unsafe output.append(UnsafeRawBufferPointer(start: head, count: end))
            if !hasValue { try output.append("}\n") }
        }
        guard hasValue else { return }
        if isToken {
            try unsafe output.append(value)
            return try output.append("}\n")
        }
        switch style.value {
        case .json where unsafe JSONText.isSpliceable(value):
            try unsafe output.append(value)
            try output.append(isKcat ? ",\"payload_enc\":\"json\"}\n" : ",\"value_enc\":\"json\"}\n")
        case .base64: try unsafe appendBase64(value, valueIsBase64, "}\n", to: &output)
        case .text, .json: try unsafe append(value, valueIsBase64, "}\n", to: &output)
        }
    }

    /// What stands between a key and its value.
    private var valueName: StaticString { hasValue ? (isKcat ? ",\"payload\":" : ",\"value\":") : "}\n" }

    private var isKcat: Bool { style.names == .kcat }

    private var valueIsBase64: StaticString {
        isKcat ? "\",\"payload_enc\":\"base64\"" : "\",\"value_enc\":\"base64\""
    }
}

// MARK: - The head

extension RecordLine {
    /// Brings offset and timestamp up to date: mostly by counting their digits up.
    @inline(__always)
    private mutating func advance(to newOffset: Int64, _ newTimestamp: Int64) {
        let steps = newOffset &- offset
        let time = newTimestamp &- timestamp
        let limit: Range<Int64> = 0..<10_000
        if limit.contains(steps), limit.contains(time), offset >= 0, newOffset >= offset,
            timestamp >= 0 && newTimestamp >= timestamp || time == 0,
            !style.fields.contains(.time) || time == 0,
            unsafe offsetStart == offsetEnd || DecimalDigits.add(UInt64(steps), to: head, offsetStart, offsetEnd),
            unsafe timestampStart == timestampEnd
                || DecimalDigits.add(UInt64(time), to: head, timestampStart, timestampEnd)
        {
            offset = newOffset
            timestamp = newTimestamp
        } else {
            rebuild(offset: newOffset, timestamp: newTimestamp)
        }
    }

    @inline(never)
    private mutating func rebuild(offset: Int64, timestamp: Int64) {
        var end = offsetStart
        if style.fields.contains(.offset) { unsafe end += DecimalDigits.write(offset, to: head + end) }
        offsetEnd = end
        if style.fields.contains(.timestamp) {
            if isKcat {
                put(
                    timestamp == Self.noTimestamp
                        ? ",\"tstype\":\"unknown\",\"ts\":" : ",\"tstype\":\"create\",\"ts\":", at: &end)
            } else {
                put(",\"timestamp\":", at: &end)
            }
        }
        timestampStart = end
        if style.fields.contains(.timestamp) {
            if timestamp == Self.noTimestamp, !isKcat {
                put("null", at: &end)
            } else {
                unsafe end += DecimalDigits.write(timestamp, to: head + end)
            }
        }
        timestampEnd = end
        if style.fields.contains(.time) {
            put(",\"time\":", at: &end)
            unsafe end += UTCTime.writeQuoted(timestamp, to: head + end)
        }
        if hasKey { put(",\"key\":", at: &end) }
        keyEnd = end
        if hasKey { put("null", at: &end) }
        if hasValue { put(valueName, at: &end) }
        self.end = end
        self.offset = offset
        self.timestamp = timestamp
    }

    /// Appends to the head; without the comma right after the brace.
    private func put(_ text: StaticString, at end: inout Int) {
        var count = text.utf8CodeUnitCount
        var source = unsafe text.utf8Start
        if unsafe source[0] == UInt8(ascii: ","), unsafe head[end - 1] == UInt8(ascii: "{") {
            unsafe source += 1
            count -= 1
        }
        unsafe memcpy(head + end, source, count)
        end += count
    }
}

// MARK: - Keys and values

extension RecordLine {
    /// Appends a string, or base64 with the member that says so, then what follows.
    @inline(__always)
    private func append(
        _ bytes: UnsafeRawBufferPointer, _ isBase64: StaticString, _ following: StaticString,
        to output: inout OutputWriter
    ) throws(OutputError) {
        if bytes.count > Self.pieceSize { return try unsafe appendLarge(bytes, isBase64, following, to: &output) }
        let room = try unsafe output.reserve(JSONString.room(bytes.count) + 32)
        unsafe room.pointee = UInt8(ascii: "\"")
        if let count = unsafe JSONString.escape(bytes, to: room + 1, escapesNonASCII: style.escapesNonASCII) {
            unsafe room[1 + count] = UInt8(ascii: "\"")
            unsafe memcpy(room + 2 + count, following.utf8Start, following.utf8CodeUnitCount)
            output.commit(2 + count + following.utf8CodeUnitCount)
        } else {
            try unsafe appendBase64(bytes, isBase64, following, to: &output)
        }
    }

    /// Whether the whole is UTF-8 has to be known before its first piece is written.
    @inline(never)
    private func appendLarge(
        _ bytes: UnsafeRawBufferPointer, _ isBase64: StaticString, _ following: StaticString,
        to output: inout OutputWriter
    ) throws(OutputError) {
        guard unsafe JSONText.isUTF8(bytes) else {
            return try unsafe appendBase64(bytes, isBase64, following, to: &output)
        }
        try output.append(byte: UInt8(ascii: "\""))
        var start = 0
        while start < bytes.count {
            var end = min(start + Self.pieceSize, bytes.count)
            // Not within a character.
            while end < bytes.count, unsafe bytes[end] & 0xc0 == 0x80 { end -= 1 }
            let piece = unsafe UnsafeRawBufferPointer(rebasing: bytes[start..<end])
            let room = try unsafe output.reserve(JSONString.room(piece.count))
            let count = unsafe JSONString.escape(piece, to: room, escapesNonASCII: style.escapesNonASCII)
            output.commit(count ?? 0)
            start = end
        }
        try output.append(byte: UInt8(ascii: "\""))
        try output.append(following)
    }

    @inline(never)
    private func appendBase64(
        _ bytes: UnsafeRawBufferPointer, _ isBase64: StaticString, _ following: StaticString,
        to output: inout OutputWriter
    ) throws(OutputError) {
        try output.append(byte: UInt8(ascii: "\""))
        var start = 0
        while start < bytes.count {
            // Pieces of whole groups of three have no padding.
            let piece = unsafe UnsafeRawBufferPointer(
                rebasing: bytes[start..<min(start + Self.pieceSize / 3 * 3, bytes.count)])
            let room = try unsafe output.reserve(Base64.encodedLength(piece.count))
            output.commit(unsafe Base64.encode(piece, to: room))
            start += piece.count
        }
        try output.append(isBase64)
        try output.append(following)
    }
}
