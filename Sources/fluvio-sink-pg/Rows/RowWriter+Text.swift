import Glibc
import ToolSupport

/// Values as the server's text input reads them (PostgreSQL: COPY, text format).
extension RowWriter {
    mutating func text(_ cell: Cell, _ type: ColumnType.Scalar, _ elements: inout CellReader) throws(ValueFault) {
        switch cell {
        case .null: put("\\N")
        case .list(let token):
            put(UInt8(ascii: "{"))
            var fault: ValueFault?
            var isFirst = true
            token.forEachElement { element in
                guard fault == nil else { return }
                do throws(ValueFault) {
                    guard element.kind != .array || type == .jsonb || type == .json else { throw .nested }
                    let cell = try elements.scalar(element, type)
                    if !isFirst { put(UInt8(ascii: ",")) }
                    isFirst = false
                    if case .null = cell {
                        put("NULL")
                    } else {
                        put(UInt8(ascii: "\""))
                        let start = count
                        scalarText(cell, type)
                        quoteElement(from: start)
                        put(UInt8(ascii: "\""))
                    }
                } catch {
                    fault = error
                }
            }
            if let fault { throw fault }
            put(UInt8(ascii: "}"))
        case .text, .json, .bytes:
            let start = count
            scalarText(cell, type)
            escapeCopy(from: start)
        default:
            // Nothing that COPY gives a meaning to is in these.
            scalarText(cell, type)
        }
    }

    /// Quotes and backslashes in an element get a backslash, and then all of it is escaped for COPY.
    private mutating func quoteElement(from start: Int) {
        let extra = specials(from: start) { $0 == 0x22 || $0 == 0x5c }
        if extra > 0 { spread(from: start, by: extra) { $0 == 0x22 || $0 == 0x5c ? $0 : 0 } }
        escapeCopy(from: start)
    }

    private func specials(from start: Int, _ isSpecial: (UInt8) -> Bool) -> Int {
        var number = 0
        for index in start..<count where isSpecial(unsafe base[index]) { number += 1 }
        return number
    }

    /// Puts a backslash before each byte for which `escape` gives another than 0, and that one in its place.
    private mutating func spread(from start: Int, by extra: Int, _ escape: (UInt8) -> UInt8) {
        reserve(extra)
        var source = count
        var target = count + extra
        count = target
        while source > start {
            source -= 1
            let byte = unsafe base[source]
            let escaped = escape(byte)
            target -= 1
            unsafe base[target] = escaped == 0 ? byte : escaped
            if escaped != 0 {
                target -= 1
                unsafe base[target] = 0x5c
            }
        }
    }

    /// What COPY gives a meaning to (PostgreSQL: COPY, text format).
    @inline(__always)
    private static func copyEscape(_ byte: UInt8) -> UInt8 {
        switch byte {
        case 0x5c: 0x5c
        case 0x08: UInt8(ascii: "b")
        case 0x09: UInt8(ascii: "t")
        case 0x0a: UInt8(ascii: "n")
        case 0x0b: UInt8(ascii: "v")
        case 0x0c: UInt8(ascii: "f")
        case 0x0d: UInt8(ascii: "r")
        default: 0
        }
    }

    private mutating func escapeCopy(from start: Int) {
        // Most values have none: eight bytes at a time, whether there is a backslash or a control character.
        var index = start
        var extra = 0
        while index + 8 <= count {
            let word = unsafe UnsafeRawPointer(base + index).loadUnaligned(as: UInt64.self)
            let backslashes = word ^ 0x5c5c_5c5c_5c5c_5c5c
            let zeros = (backslashes &- 0x0101_0101_0101_0101) & ~backslashes
            let controls = (word &- 0x0e0e_0e0e_0e0e_0e0e) & ~word
            if (zeros | controls) & 0x8080_8080_8080_8080 != 0 {
                for place in index..<index + 8 where Self.copyEscape(unsafe base[place]) != 0 { extra += 1 }
            }
            index += 8
        }
        while index < count {
            if Self.copyEscape(unsafe base[index]) != 0 { extra += 1 }
            index += 1
        }
        if extra > 0 { spread(from: start, by: extra, Self.copyEscape) }
    }

    /// A value as the server's text input reads it, without escapes.
    private mutating func scalarText(_ cell: Cell, _ type: ColumnType.Scalar) {
        switch cell {
        case .null, .list: break
        case .bool(let truth): put(truth ? UInt8(ascii: "t") : UInt8(ascii: "f"))
        case .integer(let number): decimal(number)
        case .double(let number):
            if number.isNaN {
                put("NaN")
            } else if number.isInfinite {
                put(number < 0 ? "-Infinity" : "Infinity")
            } else if type == .float4 {
                put(bytesOf: "\(Float(number))")
            } else {
                put(bytesOf: "\(number)")
            }
        case .digits(let bytes), .text(let bytes), .json(let bytes): unsafe put(bytes)
        case .bytes(let bytes):
            put("\\x")
            reserve(2 * bytes.count)
            for index in 0..<bytes.count {
                let byte = unsafe bytes[index]
                unsafe base[count] = Self.hexadecimal(byte >> 4)
                unsafe base[count + 1] = Self.hexadecimal(byte & 15)
                count += 2
            }
        case .microseconds(let time):
            switch (type, time) {
            case (.time, _): timeOfDay(time)
            case (_, PostgresTime.infinity): put("infinity")
            case (_, PostgresTime.negativeInfinity): put("-infinity")
            default:
                let day = PostgresTime.microsecondsPerDay
                let days = (time - (time < 0 ? day - 1 : 0)) / day
                let isBefore = date(days)
                put(0x20)
                timeOfDay(time - days * day)
                if type == .timestamptz { put("+00") }
                if isBefore { put(" BC") }
            }
        case .days(let days):
            switch days {
            case .max: put("infinity")
            case .min: put("-infinity")
            default: if date(Int64(days)) { put(" BC") }
            }
        case .uuid(let high, let low):
            for index in 0..<32 {
                if [8, 12, 16, 20].contains(index) { put(UInt8(ascii: "-")) }
                let word = index < 16 ? high : low
                put(Self.hexadecimal(UInt8(truncatingIfNeeded: word >> UInt64(60 - index % 16 * 4)) & 15))
            }
        }
    }

    private mutating func put(bytesOf text: String) {
        for byte in text.utf8 { put(byte) }
    }

    private static func hexadecimal(_ digit: UInt8) -> UInt8 { digit < 10 ? UInt8(ascii: "0") + digit : 0x57 + digit }
}
