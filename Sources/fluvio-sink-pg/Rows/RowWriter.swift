import Glibc
import ToolSupport

/// Bytes of one row, as COPY takes them. Grows to the largest row.
@safe
struct RowWriter: ~Copyable {
    private var base: UnsafeMutablePointer<UInt8>
    private var capacity = 4096
    private(set) var count = 0
    let isBinary: Bool

    init(isBinary: Bool) {
        unsafe base = .allocate(capacity: capacity)
        self.isBinary = isBinary
    }

    deinit { unsafe base.deallocate() }

    /// The row so far.
    var bytes: UnsafeRawBufferPointer { unsafe UnsafeRawBufferPointer(start: base, count: count) }

    /// Begins a row.
    mutating func begin(columns: Int) {
        count = 0
        if isBinary { put16(UInt16(columns)) }
    }

    /// Ends it.
    mutating func end() { if !isBinary { put(0x0a) } }

    /// Between two columns.
    mutating func separate() { if !isBinary { put(0x09) } }

    @inline(__always)
    private mutating func reserve(_ more: Int) {
        if capacity - count < more { grow(more) }
    }

    @inline(never)
    private mutating func grow(_ more: Int) {
        let larger = max(capacity * 2, count + more)
        let next = UnsafeMutablePointer<UInt8>.allocate(capacity: larger)
        unsafe next.update(from: base, count: count)
        unsafe base.deallocate()
        unsafe base = next
        capacity = larger
    }

    @inline(__always)
    private mutating func put(_ byte: UInt8) {
        reserve(1)
        unsafe base[count] = byte
        count += 1
    }

    private mutating func put(_ bytes: UnsafeRawBufferPointer) {
        reserve(bytes.count)
        guard let source = bytes.baseAddress else { return }
        unsafe memcpy(base + count, source, bytes.count)
        count += bytes.count
    }

    @inline(__always)
    private mutating func putInteger<Number: FixedWidthInteger>(_ number: Number) {
        reserve(MemoryLayout<Number>.size)
        unsafe UnsafeMutableRawPointer(base + count).storeBytes(of: number.bigEndian, as: Number.self)
        count += MemoryLayout<Number>.size
    }

    private mutating func put16(_ number: UInt16) { putInteger(number) }

    private mutating func put(_ text: StaticString) {
        for index in 0..<text.utf8CodeUnitCount { put(unsafe text.utf8Start[index]) }
    }

    /// The column of staged rows that says what is to be done: of the type "char".
    mutating func operation(_ letter: UInt8) {
        if isBinary { putInteger(Int32(1)) }
        put(letter)
    }

    // MARK: - A value

    /// Writes a value as the column wants it.
    ///
    /// - Parameter elements: makes cells of the elements of an array.
    mutating func write(
        _ cell: Cell, _ type: ColumnType, elements: inout CellReader
    ) throws(ValueFault) {
        if isBinary {
            try binary(cell, type, &elements)
        } else {
            try text(cell, type, &elements)
        }
    }

    // MARK: - Text

    private mutating func text(_ cell: Cell, _ type: ColumnType, _ elements: inout CellReader) throws(ValueFault) {
        switch cell {
        case .null: put("\\N")
        case .list(let token):
            put(UInt8(ascii: "{"))
            var fault: ValueFault?
            var isFirst = true
            token.forEachElement { element in
                guard fault == nil else { return }
                do throws(ValueFault) {
                    guard element.kind != .array || type.scalar == .jsonb || type.scalar == .json else { throw .nested }
                    let cell = try elements.scalar(element, type.scalar)
                    if !isFirst { put(UInt8(ascii: ",")) }
                    isFirst = false
                    if case .null = cell {
                        put("NULL")
                    } else {
                        put(UInt8(ascii: "\""))
                        let start = count
                        scalarText(cell, type.scalar)
                        quoteElement(from: start)
                        put(UInt8(ascii: "\""))
                    }
                } catch {
                    fault = error
                }
            }
            if let fault { throw fault }
            put(UInt8(ascii: "}"))
        default:
            let start = count
            scalarText(cell, type.scalar)
            escapeCopy(from: start)
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

    private mutating func decimal(_ number: Int64, width: Int = 1) {
        var magnitude = number.magnitude
        if number < 0 { put(UInt8(ascii: "-")) }
        reserve(20)
        var length = 1
        var probe = magnitude / 10
        while probe > 0 {
            length += 1
            probe /= 10
        }
        length = max(length, width)
        var index = count + length
        count = index
        for _ in 0..<length {
            index -= 1
            unsafe base[index] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: magnitude % 10)
            magnitude /= 10
        }
    }

    /// Whether it is before Christ, which comes at the end.
    private mutating func date(_ days: Int64) -> Bool {
        let (year, month, day) = PostgresTime.date(days: days)
        decimal(year > 0 ? year : 1 - year, width: 4)
        put(UInt8(ascii: "-"))
        decimal(month, width: 2)
        put(UInt8(ascii: "-"))
        decimal(day, width: 2)
        return year <= 0
    }

    private mutating func timeOfDay(_ microseconds: Int64) {
        let seconds = microseconds / 1_000_000
        decimal(seconds / 3600, width: 2)
        put(UInt8(ascii: ":"))
        decimal(seconds / 60 % 60, width: 2)
        put(UInt8(ascii: ":"))
        decimal(seconds % 60, width: 2)
        let fraction = microseconds % 1_000_000
        if fraction > 0 {
            put(UInt8(ascii: "."))
            decimal(fraction, width: 6)
        }
    }

    // MARK: - Binary

    private mutating func binary(_ cell: Cell, _ type: ColumnType, _ elements: inout CellReader) throws(ValueFault) {
        if case .null = cell {
            putInteger(Int32(-1))
            return
        }
        let start = count
        // The length, which is known in the end.
        putInteger(Int32(0))
        if case .list(let token) = cell {
            try binaryArray(token, type, &elements)
        } else {
            try scalarBinary(cell, type.scalar)
        }
        patch(Int32(count - start - 4), at: start)
    }

    private mutating func patch(_ number: Int32, at place: Int) {
        unsafe UnsafeMutableRawPointer(base + place).storeBytes(of: number.bigEndian, as: Int32.self)
    }

    /// Dimensions, whether there are nulls, the type; size and first index of the one dimension; the elements
    /// (PostgreSQL: array_recv).
    private mutating func binaryArray(
        _ token: JSONToken, _ type: ColumnType, _ elements: inout CellReader
    ) throws(ValueFault) {
        let start = count
        putInteger(Int32(1))
        putInteger(Int32(0))
        putInteger(type.oid)
        putInteger(Int32(0))
        putInteger(Int32(1))
        var fault: ValueFault?
        var number: Int32 = 0
        var hasNulls = false
        token.forEachElement { element in
            guard fault == nil else { return }
            do throws(ValueFault) {
                guard element.kind != .array || type.scalar == .jsonb || type.scalar == .json else { throw .nested }
                let cell = try elements.scalar(element, type.scalar)
                number += 1
                if case .null = cell {
                    hasNulls = true
                    putInteger(Int32(-1))
                } else {
                    let place = count
                    putInteger(Int32(0))
                    try scalarBinary(cell, type.scalar)
                    patch(Int32(count - place - 4), at: place)
                }
            } catch {
                fault = error
            }
        }
        if let fault { throw fault }
        if number == 0 {
            // An empty array has no dimension.
            count = start
            putInteger(Int32(0))
            putInteger(Int32(0))
            putInteger(type.oid)
            return
        }
        patch(hasNulls ? 1 : 0, at: start + 4)
        patch(number, at: start + 12)
    }

    private mutating func scalarBinary(_ cell: Cell, _ type: ColumnType.Scalar) throws(ValueFault) {
        switch cell {
        case .null, .list: break
        case .bool(let truth): put(truth ? 1 : 0)
        case .integer(let number):
            switch type {
            case .int2: putInteger(Int16(truncatingIfNeeded: number))
            case .int4: putInteger(Int32(truncatingIfNeeded: number))
            case .numeric: numeric(number)
            case .text: decimal(number)
            default: putInteger(number)
            }
        case .double(let number):
            if type == .float4 {
                putInteger(Float(number).bitPattern)
            } else {
                putInteger(number.bitPattern)
            }
        case .digits(let bytes): try unsafe BinaryNumeric.write(bytes) { putInteger($0) }
        case .text(let bytes), .bytes(let bytes): unsafe put(bytes)
        case .json(let bytes):
            // The version of jsonb's form; json has none.
            if type == .jsonb { put(1) }
            unsafe put(bytes)
        case .microseconds(let time): putInteger(time)
        case .days(let days): putInteger(days)
        case .uuid(let high, let low):
            putInteger(high)
            putInteger(low)
        }
    }

    private mutating func numeric(_ number: Int64) {
        let text = "\(number)"
        let bytes = Array(text.utf8)
        // Digits alone are always a number.
        try? unsafe bytes.withUnsafeBytes { bytes in try unsafe BinaryNumeric.write(bytes) { putInteger($0) } }
    }
}
