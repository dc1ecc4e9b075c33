import FluvioClient
import ToolSupport

/// Which part of a partition is read, as `--from` says it.
struct OffsetRange: Equatable, Sendable {
    /// Where reading begins.
    enum Start: Equatable, Sendable {
        case position(StartPosition)
        /// At the first record that is not older.
        case time(Moment)
    }

    /// Where it ends.
    enum Stop: Equatable, Sendable {
        /// Nowhere.
        case never
        /// Where the partition ends now.
        case end
        /// Before this offset.
        case offset(Int64)
        /// Before the first record that is not older.
        case time(Moment)
        /// So long after the time where it begins.
        case after(Duration)
    }

    /// Nil: not said, which is where a stored position is, or the beginning.
    var start: Start?
    var stop = Stop.never
}

/// Ranges for all partitions, and others for single ones.
struct OffsetRanges: Equatable, Sendable {
    /// Which end of the range is said where only one is, as kcat does it.
    enum Half: Equatable, Sendable {
        case start, stop
    }

    var all = OffsetRange()
    var single: [UInt32: OffsetRange] = [:]
    var half: Half?
    /// Said to go on where the last run was.
    var isStored = false

    /// The same, with the other end of a range that was said before.
    func completing(_ before: OffsetRanges) -> OffsetRanges {
        guard let half else { return self }
        var ranges = before
        switch half {
        case .start: ranges.all.start = all.start
        case .stop: ranges.all.stop = all.stop
        }
        return ranges
    }

    subscript(partition: UInt32) -> OffsetRange { single[partition] ?? all }
}

extension ValueKind where Value == OffsetRanges {
    /// See ``OffsetRangeText``.
    static var ranges: ValueKind {
        ValueKind("RANGE", completion: .choices(["beginning", "end", ":end", "stored"]), parse: OffsetRangeText.parse)
    }
}

/// Ranges as text, in the grammar of rpk: `START`, `START:STOP`, `:STOP` or `START-STOP`, where START is `beginning`,
/// `end`, `N`, `+N`, `-N` or `@TIME`, and STOP is `end`, `N` or (after `@`) a time; and `P=RANGE,P=RANGE` for single
/// partitions.
enum OffsetRangeText {
    static func parse(_ text: String) throws(ValueError) -> OffsetRanges {
        if text == "stored" { return OffsetRanges(isStored: true) }
        if let half = half(text) { return half }
        guard text.contains("=") else { return OffsetRanges(all: try range(text[...], of: text)) }
        var ranges = OffsetRanges()
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            guard let sign = part.firstIndex(of: "=") else {
                ranges.all = try range(part, of: text)
                continue
            }
            guard let number = offset(part[..<sign]), let partition = UInt32(exactly: number),
                ranges.single[partition] == nil
            else { throw ValueError("'\(text)': '\(part[..<sign])' is no partition, or was named before") }
            ranges.single[partition] = try range(part[part.index(after: sign)...], of: text)
        }
        return ranges
    }

    /// `s@TIME` or `e@TIME`, where a bare number counts milliseconds, however few.
    private static func half(_ text: String) -> OffsetRanges? {
        let isStart = text.hasPrefix("s@")
        guard isStart || text.hasPrefix("e@") else { return nil }
        let time = text.dropFirst(2)
        guard let moment = offset(time).map({ Moment.at($0) }) ?? Moments.parse(String(time)) else { return nil }
        return isStart
            ? OffsetRanges(all: OffsetRange(start: .time(moment)), half: .start)
            : OffsetRanges(all: OffsetRange(stop: .time(moment)), half: .stop)
    }

    private static func range(_ text: Substring, of whole: String) throws(ValueError) -> OffsetRange {
        let found = text.first == "@" ? times(text.dropFirst()) : offsets(text)
        if let found { return found }
        throw ValueError(
            "'\(whole)' is none of beginning, end, an offset N, +N, -N, N:M, N:, :M, :end, @TIME, @TIME:TIME, stored")
    }

    private static func offsets(_ text: Substring) -> OffsetRange? {
        if let start = start(text) { return OffsetRange(start: .position(start)) }
        // `5-10` is `5:10`; `-5` was a start.
        let separator = text.firstIndex(of: ":") ?? text.dropFirst().firstIndex(of: "-")
        guard let separator else { return nil }
        let first = text[..<separator]
        let second = text[text.index(after: separator)...]
        guard !first.isEmpty || !second.isEmpty else { return nil }
        let begin = start(first)
        guard first.isEmpty || begin != nil else { return nil }
        var range = OffsetRange(start: begin.map { .position($0) })
        switch second {
        case "": break
        case "end", "latest": range.stop = .end
        default:
            guard let stop = offset(second) else { return nil }
            range.stop = .offset(stop)
        }
        return range
    }

    private static func start(_ text: Substring) -> StartPosition? {
        switch text {
        case "beginning", "start", "earliest", "oldest": return .beginning
        case "end", "latest", "newest": return .end
        default: break
        }
        switch text.first {
        case "+": return offset(text.dropFirst()).map { .afterBeginning($0) }
        case "-": return offset(text.dropFirst()).map { .beforeEnd($0) }
        default: return offset(text).map { .offset($0) }
        }
    }

    private static func offset(_ text: Substring) -> Int64? {
        guard !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return Int64(text)
    }

    /// A time, or 0, where time began: of other bare numbers of few digits nobody knows whether they are seconds.
    private static func moment(_ text: Substring) -> Moment? { text == "0" ? .at(0) : Moments.parse(String(text)) }

    /// What stands behind `@`. Times may have colons themselves, so every one of them is tried as the separator.
    private static func times(_ text: Substring) -> OffsetRange? {
        if let moment = moment(text) { return OffsetRange(start: .time(moment)) }
        for separator in text.indices where text[separator] == ":" {
            let first = String(text[..<separator])
            let second = String(text[text.index(after: separator)...])
            let start = moment(first[...]).map(OffsetRange.Start.time)
            guard first.isEmpty || start != nil else { continue }
            if second.isEmpty, !first.isEmpty { return OffsetRange(start: start) }
            if second == "end" { return OffsetRange(start: start, stop: .end) }
            guard let moment = Moments.parse(second) else { continue }
            // A bare duration counts from where the range begins.
            if case .ago(let duration) = moment, second.first?.isNumber == true, !first.isEmpty {
                return OffsetRange(start: start, stop: .after(duration))
            }
            return OffsetRange(start: start, stop: .time(moment))
        }
        return nil
    }
}

extension ValueKind where Value == OffsetRanges {
    /// A number of records after the first.
    static var head: ValueKind { count { .afterBeginning($0) } }

    /// A number of records before the end.
    static var tail: ValueKind { count { .beforeEnd($0) } }

    private static func count(_ make: @escaping @Sendable (Int64) -> StartPosition) -> ValueKind {
        let number = ValueKind<Int64>.integer("N", in: 0...Int64.max)
        return ValueKind("N") { text throws(ValueError) in
            OffsetRanges(all: OffsetRange(start: .position(make(try number.parse(text)))))
        }
    }
}
