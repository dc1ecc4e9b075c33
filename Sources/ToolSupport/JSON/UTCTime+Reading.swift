extension UTCTime {
    /// Milliseconds since 1970 UTC of `YYYY-MM-DD[(T| )HH:MM[:SS[.fff]][Z|+HH:MM]]`, as RFC 3339 has it and people type it:
    /// without a zone UTC, without a time the beginning of the day, digits behind the third of a fraction passed over.
    /// Nil: it is none.
    static func milliseconds(_ text: String) -> Int64? {
        var text = text
        return text.withUTF8 { bytes in unsafe milliseconds(UnsafeRawBufferPointer(bytes)) }
    }

    /// The same of bytes.
    static func milliseconds(_ bytes: UnsafeRawBufferPointer) -> Int64? {
        var text = unsafe Text(bytes: bytes)
        guard let year = text.number(4, 1...9999), text.take("-"), let month = text.number(2, 1...12), text.take("-"),
            let day = text.number(2, 1...days(inMonth: month, of: year))
        else { return nil }
        let date = days(year: year, month: month, day: day) * 86_400_000
        if text.isEmpty { return date }
        guard text.take("T") || text.take("t") || text.take(" "), let hour = text.number(2, 0...23), text.take(":"),
            let minute = text.number(2, 0...59)
        else { return nil }
        var time = date + hour * 3_600_000 + minute * 60_000
        if text.take(":") {
            guard let second = text.number(2, 0...60) else { return nil }
            time += second * 1000
            if text.take(".") || text.take(",") {
                guard let fraction = text.fraction() else { return nil }
                time += fraction
            }
        }
        if text.isEmpty { return time }
        if text.take("Z") || text.take("z") { return text.isEmpty ? time : nil }
        let isEast = text.take("+")
        guard isEast || text.take("-"), let hours = text.number(2, 0...23), text.take(":") || !text.isEmpty,
            let minutes = text.number(2, 0...59), text.isEmpty
        else { return nil }
        let shift = (hours * 60 + minutes) * 60_000
        return isEast ? time - shift : time + shift
    }

    /// What is still to be read.
    @safe
    private struct Text {
        var bytes: UnsafeRawBufferPointer
        private var next = 0

        init(bytes: UnsafeRawBufferPointer) { unsafe self.bytes = bytes }

        var isEmpty: Bool { unsafe next == bytes.count }

        mutating func take(_ character: Unicode.Scalar) -> Bool {
            guard unsafe next < bytes.count, unsafe UInt32(bytes[next]) == character.value else { return false }
            next += 1
            return true
        }

        private mutating func digit() -> Int64? {
            guard unsafe next < bytes.count, case 0x30...0x39 = unsafe bytes[next] else { return nil }
            defer { next += 1 }
            return unsafe Int64(bytes[next]) - 0x30
        }

        mutating func number(_ count: Int, _ range: ClosedRange<Int64>) -> Int64? {
            var value: Int64 = 0
            for _ in 0..<count {
                guard let digit = digit() else { return nil }
                value = value * 10 + digit
            }
            return range.contains(value) ? value : nil
        }

        /// Thousandths.
        mutating func fraction() -> Int64? {
            guard let tenths = digit() else { return nil }
            var value = tenths * 100
            var weight: Int64 = 10
            while let digit = digit() {
                value += digit * weight
                weight /= 10
            }
            return value
        }
    }
}
