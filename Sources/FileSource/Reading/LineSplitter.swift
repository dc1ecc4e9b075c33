import CLinux
import Glibc

/// What is done about a line above the limit.
enum OversizePolicy: String, CaseIterable, Sendable {
    /// Its beginning is a record, the rest is passed over.
    case truncate
    /// Parts of the limit's length are records.
    case split
    /// It is passed over.
    case drop
    /// The tool stops there.
    case stop
}

/// Finds where records end in the bytes of a file: pure. Where they end depends on the bytes alone, and neither on how
/// they came nor on where reading began again, as long as that was between two records.
struct LineSplitter: Sendable {
    /// What stands at a place.
    enum Step: Equatable, Sendable {
        /// A record: its bytes in the window, and where what follows begins there.
        case record(Range<Int>, next: Int)
        /// The beginning of a line that is too long; the rest of it is passed over with the next steps.
        case truncated(Range<Int>, next: Int)
        /// The beginning of a line that is too long, all of which is passed over from `next` on.
        case dropped(Range<Int>, next: Int)
        /// The rest of such a line was passed over, to its end.
        case skipped(next: Int)
        /// A line that is too long, and the tool is to stop.
        case tooLong
        /// Nothing is complete any more; what is left begins here.
        case more(Int)
    }

    private let delimiter: [UInt8]
    private let last: CInt
    /// Delimiters begin at multiples of so many bytes from the beginning of the file.
    let unit: Int
    /// Where the window begins, beyond such a multiple.
    private var phase = 0
    /// Bytes of a record, at the most.
    let limit: Int
    let policy: OversizePolicy
    /// Whether the rest of a long line is being passed over.
    private(set) var isSkipping = false

    /// - Parameters:
    ///   - delimiter: not empty.
    ///   - limit: of a record in bytes, without the delimiter.
    ///   - unit: bytes of the shortest character.
    init(delimiter: [UInt8] = [0x0a], limit: Int, policy: OversizePolicy, unit: Int = 1) {
        self.delimiter = delimiter
        last = CInt(delimiter.last ?? 0x0a)
        self.limit = max(1, limit / unit) * unit
        self.policy = policy
        self.unit = unit
    }

    /// Bytes that a window must hold, at least, for a record to be found in it.
    var reach: Int { limit + delimiter.count + 1 }

    /// The same with another delimiter.
    func with(delimiter: [UInt8]) -> LineSplitter {
        var other = LineSplitter(delimiter: delimiter, limit: limit, policy: policy, unit: unit)
        other.isSkipping = isSkipping
        return other
    }

    /// A window that begins at this place of the file is looked at next.
    mutating func begin(at place: Int) { phase = place % unit }

    /// The step at `start`.
    @inline(__always)
    mutating func next(in window: UnsafeRawBufferPointer, from start: Int) -> Step {
        if isSkipping { return unsafe skip(in: window, from: start) }
        guard let end = unsafe find(in: window, from: start) else {
            return window.count - start >= reach ? tooLong(start, end: nil) : .more(start)
        }
        if end - start <= limit { return .record(start..<end, next: end + delimiter.count) }
        return tooLong(start, end: end)
    }

    /// What is left at the end of a file that is not going to grow; nil if nothing is.
    mutating func rest(in window: UnsafeRawBufferPointer, from start: Int) -> Step? {
        guard start < window.count, !isSkipping else { return nil }
        if window.count - start <= limit { return .record(start..<window.count, next: window.count) }
        return tooLong(start, end: nil)
    }

    /// The rest of a long line is to be passed over.
    mutating func skip() { isSkipping = true }

    /// The step that was taken last is to be taken again.
    mutating func undo(_ before: Bool) { isSkipping = before }

    private mutating func tooLong(_ start: Int, end: Int?) -> Step {
        switch policy {
        case .split: return .record(start..<(start + limit), next: start + limit)
        case .truncate:
            isSkipping = true
            return .truncated(start..<(start + limit), next: start + limit)
        case .drop:
            isSkipping = true
            return .dropped(start..<(start + limit), next: start)
        case .stop: return .tooLong
        }
    }

    private mutating func skip(in window: UnsafeRawBufferPointer, from start: Int) -> Step {
        guard let end = unsafe find(in: window, from: start) else {
            // The last bytes may be the beginning of a delimiter.
            return .more(max(start, window.count - delimiter.count + 1))
        }
        isSkipping = false
        return .skipped(next: end + delimiter.count)
    }

    @inline(__always)
    private func find(in window: UnsafeRawBufferPointer, from start: Int) -> Int? {
        guard let base = window.baseAddress, start < window.count else { return nil }
        if delimiter.count == 1 {
            guard let hit = unsafe memchr(base + start, last, window.count - start) else { return nil }
            return unsafe UnsafeRawPointer(hit) - base
        }
        return unsafe delimiter.withUnsafeBytes { wanted in
            var from = start
            while from < window.count {
                guard
                    let hit = unsafe memmem(
                        base + from, UInt(window.count - from), wanted.baseAddress, UInt(wanted.count))
                else { return nil }
                let place = unsafe UnsafeRawPointer(hit) - base
                if (phase + place) % unit == 0 { return place }
                // The end of one character and the beginning of the next.
                from = place + 1
            }
            return nil
        }
    }
}
