import Documents

// Forms of numbers and bytes, appended without a text or an array of their own.
extension OutputWriter {
    /// Appends bytes of an array.
    package mutating func append(_ bytes: [UInt8]) throws(OutputError) {
        let room = try unsafe reserve(bytes.count)
        for index in bytes.indices { unsafe room[index] = bytes[index] }
        commit(bytes.count)
    }

    /// Appends a whole number in decimal.
    package mutating func append(number: Int64) throws(OutputError) {
        let room = try unsafe reserve(DecimalDigits.room)
        commit(unsafe DecimalDigits.write(number, to: room))
    }

    /// Appends a number as four bytes.
    package mutating func append(bigEndian number: Int32) throws(OutputError) {
        let room = try unsafe reserve(4)
        for index in 0..<4 { unsafe room[index] = UInt8(truncatingIfNeeded: number >> (24 - 8 * index)) }
        commit(4)
    }

    /// Bytes that are encoded at a time: whole groups of three.
    private static var piece: Int { 24_576 }

    /// Appends bytes as base64 with padding.
    package mutating func append(base64 bytes: UnsafeRawBufferPointer) throws(OutputError) {
        try unsafe inPieces(bytes) { piece, output throws(OutputError) in
            let room = try unsafe output.reserve(Base64.encodedLength(piece.count))
            output.commit(unsafe Base64.encode(piece, to: room))
        }
    }

    /// Appends bytes as pairs of lower case digits.
    package mutating func append(hexadecimal bytes: UnsafeRawBufferPointer) throws(OutputError) {
        let digits: StaticString = "0123456789abcdef"
        try unsafe inPieces(bytes) { piece, output throws(OutputError) in
            let room = try unsafe output.reserve(2 * piece.count)
            for index in 0..<piece.count {
                unsafe room[2 * index] = digits.utf8Start[Int(piece[index] >> 4)]
                unsafe room[2 * index + 1] = digits.utf8Start[Int(piece[index] & 15)]
            }
            output.commit(2 * piece.count)
        }
    }

    /// Appends bytes as a JSON string; as one in base64 where they are no UTF-8.
    package mutating func append(json bytes: UnsafeRawBufferPointer) throws(OutputError) {
        try append(byte: UInt8(ascii: "\""))
        if unsafe JSONText.isUTF8(bytes) {
            var start = 0
            while start < bytes.count {
                var end = min(start + Self.piece, bytes.count)
                // Not within a character.
                while end < bytes.count, unsafe bytes[end] & 0xc0 == 0x80 { end -= 1 }
                let piece = unsafe UnsafeRawBufferPointer(rebasing: bytes[start..<end])
                let room = try unsafe reserve(JSONString.room(piece.count))
                commit(unsafe JSONString.escape(piece, to: room, escapesNonASCII: false) ?? 0)
                start = end
            }
        } else {
            try unsafe append(base64: bytes)
        }
        try append(byte: UInt8(ascii: "\""))
    }

    private mutating func inPieces(
        _ bytes: UnsafeRawBufferPointer,
        _ body: (UnsafeRawBufferPointer, inout OutputWriter) throws(OutputError) -> Void
    ) throws(OutputError) {
        var start = 0
        while start < bytes.count {
            let end = min(start + Self.piece, bytes.count)
            try unsafe body(UnsafeRawBufferPointer(rebasing: bytes[start..<end]), &self)
            start = end
        }
    }
}
