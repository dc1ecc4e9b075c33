import Glibc
import ToolSupport

/// Understands what a record has for a column: makes cells of JSON values, keys and whole values.
struct CellReader: ~Copyable {
    /// Where strings with escapes are written to.
    var scratch = JSONScratch()
    /// Times without a zone are in UTC.
    private let assumesUTC: Bool
    /// Numbers and times are wanted in binary; else their text does, if the server reads it as it is understood here.
    private let isBinary: Bool

    init(assumesUTC: Bool, isBinary: Bool) { (self.assumesUTC, self.isBinary) = (assumesUTC, isBinary) }

    /// The cell of a JSON value.
    @inline(__always)
    mutating func cell(_ token: JSONToken, _ column: ColumnStep) throws(ValueFault) -> Cell {
        if case .null = token.kind { return .null }
        if column.isArray {
            guard case .array = token.kind else { throw .wrongKind(token.kind) }
            return .list(token)
        }
        return try scalar(token, column.scalar, column.unit, column.encoding)
    }

    /// The cell of an element, or of a value whose column is no array.
    mutating func scalar(
        _ token: JSONToken, _ type: ColumnType.Scalar, _ unit: TimeUnit? = nil, _ encoding: BytesEncoding = .utf8
    ) throws(ValueFault) -> Cell {
        if case .null = token.kind { return .null }
        switch type {
        case .json, .jsonb:
            try unsafe JSONHazards.check(token.bytes)
            return unsafe .json(token.bytes)
        case .text, .other:
            // Other values as they are written: a number, an object.
            let content = unsafe content(of: token)
            // Only an escape can stand for a NUL.
            if token.hasEscapes { try unsafe Self.refuseNUL(content) }
            return unsafe .text(content)
        case .bytea:
            guard case .string = token.kind else { return unsafe .bytes(token.bytes) }
            return try unsafe bytes(content(of: token), encoding)
        case .bool:
            switch token.kind {
            case .bool: return unsafe .bool(token.bytes.first == UInt8(ascii: "t"))
            case .string: return .bool(try unsafe Self.truth(content(of: token)))
            default: throw .wrongKind(token.kind)
            }
        case .int2, .int4, .int8, .float4, .float8, .numeric:
            switch token.kind {
            case .number: return try unsafe number(token.bytes, type, isJSON: true)
            case .string: return try unsafe number(content(of: token), type, isJSON: false)
            default: throw .wrongKind(token.kind)
            }
        case .timestamptz, .timestamp, .date, .time:
            switch token.kind {
            case .string: return try unsafe moment(content(of: token), type)
            case .number:
                guard let unit else { throw .wrongKind(.number) }
                return try unsafe Self.epoch(token.bytes, type, unit)
            default: throw .wrongKind(token.kind)
            }
        case .uuid:
            guard case .string = token.kind else { throw .wrongKind(token.kind) }
            return try unsafe Self.uuid(content(of: token))
        }
    }

    /// The cell of bytes that are no JSON: a key, or a value as a whole.
    mutating func cell(
        bytes: UnsafeRawBufferPointer, _ column: ColumnStep
    ) throws(ValueFault) -> Cell {
        let type = column.scalar
        switch type {
        case .bytea: return unsafe .bytes(bytes)
        case .json, .jsonb:
            let token: JSONToken
            do throws(JSONError) {
                token = try unsafe JSONText.parse(bytes)
            } catch {
                throw .notJSON(error)
            }
            try unsafe JSONHazards.check(token.bytes)
            return unsafe .json(token.bytes)
        default: break
        }
        guard unsafe JSONText.isUTF8(bytes) else { throw .notUTF8 }
        switch type {
        case .text, .other:
            try unsafe Self.refuseNUL(bytes)
            return unsafe .text(bytes)
        case .bool: return .bool(try unsafe Self.truth(bytes))
        case .int2, .int4, .int8, .float4, .float8, .numeric: return try unsafe number(bytes, type, isJSON: false)
        case .uuid: return try unsafe Self.uuid(bytes)
        default:
            if let unit = column.unit, unsafe Numbers.isDecimal(bytes) {
                return try unsafe Self.epoch(bytes, type, unit)
            }
            return try unsafe moment(bytes, type)
        }
    }

    /// The time of a record, in milliseconds since 1970.
    static func cell(timestamp: Int64, _ type: ColumnType.Scalar) throws(ValueFault) -> Cell {
        switch type {
        case .int8, .numeric: return .integer(timestamp)
        case .timestamptz, .timestamp:
            guard let time = PostgresTime.microseconds(fromMilliseconds: timestamp) else { throw .outOfRange }
            return .microseconds(time)
        case .date:
            let day = Int64(86_400_000)
            return .days(Int32(truncatingIfNeeded: (timestamp - (timestamp < 0 ? day - 1 : 0)) / day - 10_957))
        default: throw .malformed
        }
    }

    private static func refuseNUL(_ bytes: UnsafeRawBufferPointer) throws(ValueFault) {
        guard let base = bytes.baseAddress else { return }
        if unsafe memchr(base, 0, bytes.count) != nil { throw .nul }
    }

    private static func truth(_ bytes: UnsafeRawBufferPointer) throws(ValueFault) -> Bool {
        switch unsafe String(decoding: bytes.prefix(6), as: UTF8.self).lowercased() {
        case "true", "t", "yes", "y", "on", "1": return true
        case "false", "f", "no", "n", "off", "0": return false
        default: throw .malformed
        }
    }

    /// - Parameter isJSON: it is a number of a checked JSON text.
    @inline(__always)
    private func number(
        _ bytes: UnsafeRawBufferPointer, _ type: ColumnType.Scalar, isJSON: Bool
    ) throws(ValueFault) -> Cell {
        switch type {
        case .int2, .int4, .int8:
            guard let number = unsafe Numbers.integer(bytes) else {
                throw unsafe Numbers.isInteger(bytes) ? .outOfRange : .malformed
            }
            let fits =
                switch type {
                case .int2: Int16(exactly: number) != nil
                case .int4: Int32(exactly: number) != nil
                default: true
                }
            guard fits else { throw .outOfRange }
            return unsafe isBinary ? .integer(number) : .digits(bytes)
        case .numeric:
            if !isJSON {
                if unsafe Numbers.special(bytes) != nil { return unsafe .digits(bytes) }
                guard unsafe Numbers.isDecimal(bytes) else { throw .malformed }
            }
            guard unsafe Numbers.exponent(bytes).magnitude <= UInt(JSONHazards.maximumExponent) else { throw .exponent }
            return unsafe .digits(bytes)
        default:
            if !isJSON {
                if let special = unsafe Numbers.special(bytes) {
                    return unsafe isBinary ? .double(special) : .digits(bytes)
                }
                guard unsafe Numbers.isDecimal(bytes) else { throw .malformed }
            }
            if !isBinary { return unsafe .digits(bytes) }
            if type == .float4 {
                guard let number = unsafe Numbers.float(bytes) else { throw .outOfRange }
                return .double(Double(number))
            }
            guard let number = unsafe Numbers.double(bytes) else { throw .outOfRange }
            return .double(number)
        }
    }

    /// What a token means; only a string with escapes is copied.
    @inline(__always)
    private mutating func content(of token: JSONToken) -> UnsafeRawBufferPointer {
        guard case .string = token.kind else { return unsafe token.bytes }
        guard token.hasEscapes else {
            return unsafe UnsafeRawBufferPointer(rebasing: token.bytes[1..<token.bytes.count - 1])
        }
        return unsafe scratch.content(of: token)
    }

    private func moment(_ bytes: UnsafeRawBufferPointer, _ type: ColumnType.Scalar) throws(ValueFault) -> Cell {
        if type == .timestamptz, let time = unsafe InstantReader.microseconds(bytes) {
            // The server reads this form as it is read here.
            return unsafe isBinary ? .microseconds(time) : .digits(bytes)
        }
        var reader = unsafe MomentReader(bytes)
        if type == .time {
            guard let time = reader.timeOfDay() else { throw .malformed }
            return .microseconds(time)
        }
        if let isPositive = unsafe MomentReader.infinity(bytes) {
            if type == .date { return .days(isPositive ? .max : .min) }
            return .microseconds(isPositive ? PostgresTime.infinity : PostgresTime.negativeInfinity)
        }
        guard let moment = reader.moment() else { throw .malformed }
        if type == .date {
            guard PostgresTime.days.contains(moment.days) else { throw .outOfRange }
            return .days(Int32(truncatingIfNeeded: moment.days))
        }
        if type == .timestamptz, moment.zone == nil, !assumesUTC { throw .withoutZone }
        let (start, overflow) = moment.days.multipliedReportingOverflow(by: PostgresTime.microsecondsPerDay)
        let (time, overflow2) = start.addingReportingOverflow(moment.microseconds)
        let (utc, overflow3) = time.subtractingReportingOverflow((moment.zone ?? 0) * 1_000_000)
        guard !overflow, !overflow2, !overflow3, PostgresTime.range.contains(utc) else { throw .outOfRange }
        return .microseconds(utc)
    }

    /// A number of units since 1970; a fraction is rounded to the microsecond.
    static func epoch(
        _ bytes: UnsafeRawBufferPointer, _ type: ColumnType.Scalar, _ unit: TimeUnit
    ) throws(ValueFault) -> Cell {
        var microseconds: Int64
        if let whole = unsafe Numbers.integer(bytes) {
            if unit == .nanoseconds {
                let (quotient, remainder) = whole.quotientAndRemainder(dividingBy: 1000)
                microseconds = quotient + (remainder >= 500 ? 1 : remainder < -500 ? -1 : 0)
                guard let time = PostgresTime.scaled(microseconds, by: 1) else { throw .outOfRange }
                microseconds = time
            } else {
                guard let time = PostgresTime.scaled(whole, by: unit.microseconds) else { throw .outOfRange }
                microseconds = time
            }
        } else {
            guard unsafe Numbers.isDecimal(bytes), let number = unsafe Numbers.double(bytes) else { throw .malformed }
            let scaled = unit == .nanoseconds ? number / 1000 : number * Double(unit.microseconds)
            guard scaled.magnitude < 9e18,
                let time = PostgresTime.scaled(Int64(scaled.rounded(.toNearestOrEven)), by: 1)
            else { throw .outOfRange }
            microseconds = time
        }
        switch type {
        case .timestamptz, .timestamp: return .microseconds(microseconds)
        case .date:
            let day = PostgresTime.microsecondsPerDay
            return .days(Int32(truncatingIfNeeded: (microseconds - (microseconds < 0 ? day - 1 : 0)) / day))
        default: throw .wrongKind(.number)
        }
    }

    static func uuid(_ bytes: UnsafeRawBufferPointer) throws(ValueFault) -> Cell {
        var high: UInt64 = 0
        var low: UInt64 = 0
        var count = 0
        var position = 0
        let braces = unsafe bytes.first == UInt8(ascii: "{") && bytes.last == UInt8(ascii: "}") && bytes.count > 2
        let end = braces ? bytes.count - 1 : bytes.count
        if braces { position = 1 }
        while position < end {
            let byte = unsafe bytes[position]
            position += 1
            let digit: UInt8
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = byte - UInt8(ascii: "a") + 10
            case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = byte - UInt8(ascii: "A") + 10
            // Between groups of four, as the server has it.
            case UInt8(ascii: "-")
            where count > 0 && count % 4 == 0 && count < 32 && position < end
                && (unsafe bytes[position]) != UInt8(ascii: "-"):
                continue
            default: throw .malformed
            }
            guard count < 32 else { throw .malformed }
            if count < 16 { high = high << 4 | UInt64(digit) } else { low = low << 4 | UInt64(digit) }
            count += 1
        }
        guard count == 32 else { throw .malformed }
        return .uuid(high, low)
    }

    private mutating func bytes(
        _ content: UnsafeRawBufferPointer, _ encoding: BytesEncoding
    ) throws(ValueFault) -> Cell {
        switch encoding {
        case .utf8: return unsafe .bytes(content)
        case .base64:
            guard let bytes = unsafe scratch.decodeBase64(content) else { throw .malformed }
            return unsafe .bytes(bytes)
        case .hex:
            guard let bytes = unsafe scratch.decodeHexadecimal(content) else { throw .malformed }
            return unsafe .bytes(bytes)
        }
    }
}
