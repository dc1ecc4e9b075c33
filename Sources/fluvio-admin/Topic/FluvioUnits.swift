import Documents
import ToolSupport

/// Sizes and durations as Fluvio's own files write them, which is not how command lines here do: K is 1,000 there.
enum FluvioUnits {
    /// Bytes: `2048`, `1.5 KB` (of 1,000), `10 MiB` (of 1,024).
    static func bytes(_ node: YAMLNode) throws(YAMLError) -> UInt64 { try bytes(try node.text()) }

    static func bytes(_ text: String) throws(YAMLError) -> UInt64 {
        let (number, unit) = split(text)
        let letters = ["", "k", "m", "g", "t", "p"]
        var word = unit.lowercased()
        if word.hasSuffix("b") { word.removeLast() }
        let isBinary = word.hasSuffix("i")
        if isBinary { word.removeLast() }
        guard let number, let power = letters.firstIndex(of: word), !isBinary || power > 0 else {
            throw YAMLError("'\(text)' is no size")
        }
        var value = number
        for _ in 0..<power { value *= isBinary ? 1024 : 1000 }
        guard let bytes = UInt64(exactly: value.rounded()) else { throw YAMLError("'\(text)' is too large") }
        return bytes
    }

    /// Whole seconds: `90s`, `1h 30m`, `7days`.
    static func seconds(_ node: YAMLNode) throws(YAMLError) -> UInt32 { try seconds(try node.text()) }

    static func seconds(_ text: String) throws(YAMLError) -> UInt32 {
        var rest = text[...]
        var total = 0.0
        while !rest.allSatisfy(\.isWhitespace) {
            rest = rest.drop { $0.isWhitespace }
            let digits = rest.prefix { $0.isNumber }
            rest = rest.dropFirst(digits.count).drop { $0.isWhitespace }
            let unit = rest.prefix { $0.isLetter }
            rest = rest.dropFirst(unit.count)
            guard let number = Double(digits), let factor = factor(unit) else {
                throw YAMLError("'\(text)' is no duration: as in 90s, 1h 30m or 7days")
            }
            total += number * factor
        }
        guard !text.isEmpty, let seconds = UInt32(exactly: total.rounded(.down)) else {
            throw YAMLError("'\(text)' is no duration of up to \(UInt32.max) seconds")
        }
        return seconds
    }

    private static func factor(_ unit: Substring) -> Double? {
        switch unit {
        case "ns", "nsec": 1e-9
        case "us", "usec": 1e-6
        case "ms", "msec": 1e-3
        case "s", "sec", "secs", "second", "seconds": 1
        case "m", "min", "mins", "minute", "minutes": 60
        case "h", "hr", "hrs", "hour", "hours": 3600
        case "d", "day", "days": 86_400
        case "w", "week", "weeks": 604_800
        case "M", "month", "months": 2_630_016
        case "y", "year", "years": 31_557_600
        default: nil
        }
    }

    private static func split(_ text: String) -> (Double?, Substring) {
        let digits = text.prefix { $0.isNumber || $0 == "." }
        return (Double(digits), text.dropFirst(digits.count).drop { $0.isWhitespace })
    }
}

extension ValueKind where Value == Duration {
    /// A duration as everywhere here, or in the words of the official tools: `1h 30m`, `7days`.
    static var fluvioDuration: ValueKind {
        let own = ValueKind.duration(bare: .seconds)
        return ValueKind("TIME", format: own.format) { text throws(ValueError) in
            do throws(ValueError) {
                return try own.parse(text)
            } catch {
                guard let seconds = try? FluvioUnits.seconds(text), seconds > 0 else { throw error }
                return .seconds(Int64(seconds))
            }
        }
    }
}

extension ValueKind where Value == Int {
    /// A size as everywhere here, or in the words of the official tools: `2 Ki`, `10 MiB`, `1 GB`.
    static func fluvioSize(in range: ClosedRange<Int>) -> ValueKind {
        let own = ValueKind.size(in: range)
        return ValueKind("SIZE", format: own.format) { text throws(ValueError) in
            // Its bounds are checked by the other.
            let bytes = Sizes.parse(text) == nil ? try? FluvioUnits.bytes(text) : nil
            return try own.parse(bytes.map { "\($0)" } ?? text)
        }
    }
}
