// Records that no delimiter ends: behind their length, or JSON texts.

/// How far the end of a JSON text has been looked for. Only brackets and strings count: what is wrong inside, whoever
/// reads the text will say.
struct JSONTextScan {
    /// Open brackets.
    var depth = 0
    var isInString = false
    var isEscaped = false
    /// A first byte was seen that is no white space.
    var hasBegun = false
    /// Line feeds passed.
    var lines = 0
}

extension RecordReader {
    // MARK: - Behind a length

    /// Takes the record at `start` if it is in the buffer.
    mutating func takePrefixed() -> InputStep? {
        guard let (length, header) = prefix() else { return nil }
        let here = end - start - header
        if length <= limit {
            guard here >= length else { return nil }
            line += 1
            let record = unsafe InputRecord(
                bytes: UnsafeRawBufferPointer(start: buffer + start + header, count: length), line: line,
                position: base + start, length: length, isTerminated: true)
            start += header + length
            return .record(record)
        }
        if here + skipped >= length {
            line += 1
            let record = unsafe InputRecord(
                bytes: UnsafeRawBufferPointer(start: buffer + start + header, count: limit), line: line,
                position: base + start, length: length, isTerminated: true)
            start += header + length - skipped
            base += skipped
            skipped = 0
            return .oversize(record)
        }
        let excess = here - limit
        if excess > 0 {
            skipped += excess
            end -= excess
        }
        return nil
    }

    /// The length at `start`, and how many bytes it takes itself; nil: not all of it is here. A length that cannot be is
    /// one that no input ever reaches.
    private func prefix() -> (length: Int, size: Int)? {
        if framing == .lengthPrefixed {
            guard end - start >= 4 else { return nil }
            var length = 0
            for index in 0..<4 { length = unsafe length << 8 | Int(buffer[start + index]) }
            return (length, 4)
        }
        var length: UInt64 = 0
        for index in 0..<10 {
            guard start + index < end else { return nil }
            let byte = unsafe UInt64(buffer[start + index])
            length |= (byte & 0x7f) << UInt64(7 * index)
            if byte < 0x80 {
                let fits = index < 9 || byte <= 1
                return (fits ? Int(clamping: length) : .max / 4, index + 1)
            }
        }
        return (.max / 4, 10)
    }

    /// What is left at the end of the source: a record that is not whole.
    mutating func takeCut() -> InputStep? {
        guard start < end || skipped > 0 else { return nil }
        line += 1
        let (length, header) = prefix() ?? (0, end - start)
        let record = unsafe InputRecord(
            bytes: UnsafeRawBufferPointer(start: buffer + start + header, count: min(end - start - header, limit)),
            line: line, position: base + start, length: max(length, end - start - header + skipped),
            isTerminated: false, isCut: true)
        start = end
        scanned = end
        skipped = 0
        return .record(record)
    }

    // MARK: - JSON texts

    /// Length of the JSON text at `start` if its end is in the buffer; white space in front of it is passed.
    mutating func findTextEnd() -> Int? {
        while scanned < end {
            let byte = unsafe buffer[scanned]
            if byte == UInt8(ascii: "\n") { text.lines += 1 }
            if !text.hasBegun {
                scanned += 1
                // A record separator (RFC 7464) is as good as a space.
                if byte <= 0x20 {
                    start = scanned
                    continue
                }
                text.hasBegun = true
                line = text.lines
                text.isInString = byte == UInt8(ascii: "\"")
                text.depth = byte == UInt8(ascii: "{") || byte == UInt8(ascii: "[") ? 1 : 0
                continue
            }
            if text.isInString {
                scanned += 1
                if text.isEscaped {
                    text.isEscaped = false
                } else if byte == UInt8(ascii: "\\") {
                    text.isEscaped = true
                } else if byte == UInt8(ascii: "\"") {
                    text.isInString = false
                    if text.depth == 0 { return finishText() }
                }
                continue
            }
            // A number or a word ends with what cannot be part of it.
            if text.depth == 0, byte <= 0x20 || byte == UInt8(ascii: "{") || byte == UInt8(ascii: "[") {
                if byte == UInt8(ascii: "\n") { text.lines -= 1 }
                return finishText()
            }
            scanned += 1
            switch byte {
            case UInt8(ascii: "\""): text.isInString = true
            case UInt8(ascii: "{"), UInt8(ascii: "["): text.depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                text.depth -= 1
                if text.depth <= 0 { return finishText() }
            default: break
            }
        }
        return nil
    }

    private mutating func finishText() -> Int {
        text = JSONTextScan(lines: text.lines)
        return scanned - start
    }
}
