import ToolSupport
import Unix

// Where a file begins that is not known.
extension SourceOptions {
    /// Files that have not changed since, in milliseconds since 1970, are passed over; nil: none are.
    var oldest: Int64? {
        let now = Moment.present
        let newer = newerThan.map { now - $0.wholeNanoseconds / 1_000_000 }
        guard case .time(let moment) = from else { return newer }
        return max(newer ?? .min, moment.milliseconds(now: now))
    }

    /// The place behind the last whole line.
    func lastEnd(in probe: Probe) throws -> Int {
        guard let encoding else { return try LineEnds.last(in: probe, delimiter: delimiter) }
        guard let beginning = try probe.input.beginning(encoding.unit) else { return 0 }
        let delimiter = try FileText(encoding, delimiter: delimiter).resolve(beginning)
        return try LineEnds.last(in: probe, delimiter: delimiter, unit: encoding.unit)
    }
}

/// Where lines end.
enum LineEnds {
    /// The place behind the last whole line of a file.
    ///
    /// - Parameter unit: bytes of the shortest character, at multiples of which a delimiter begins.
    static func last(in probe: Probe, delimiter: [UInt8], unit: Int = 1) throws -> Int {
        var end = probe.place.size
        while end > 0 {
            let length = min(65_536, end)
            guard let bytes = try probe.tail(length, before: end) else { return end }
            var index = length - delimiter.count
            while index >= 0 {
                if (end - length + index) % unit == 0,
                    bytes[index..<(index + delimiter.count)].elementsEqual(delimiter)
                {
                    return end - length + index + delimiter.count
                }
                index -= 1
            }
            // A delimiter may stand across.
            end -= length
            if end > 0 { end += delimiter.count - 1 }
            if length <= delimiter.count { break }
        }
        return 0
    }
}
