/// Names that rotation gives: `app.log.1`, `app.log-20261125.gz`, `app-2026-11-25.log`, `app.log.old`.
enum RotationName {
    private static let compressed = [".gz", ".zst", ".xz"]
    /// What programs add whose files are not read.
    private static let foreign = [".bz2", ".lz4", ".lzma", ".lzo", ".lz", ".br", ".Z", ".zip", ".7z"]

    /// Whether a name is that of a file that such a program has made.
    static func isForeign(_ name: String) -> Bool { foreign.contains { name.hasSuffix($0) } }

    /// What a name says of itself.
    struct Reading {
        /// The name of what was rotated; the name itself if rotation did not give it.
        let base: String
        /// Whether it does not count hosts, workers or parts as well: `app-1.log` may.
        let isSure: Bool
        /// Whether it is of a day, or another time: what is written to may have such a name.
        var isDated = false
    }

    /// The name of what may have been rotated, given the name it has now; the name itself if rotation did not give it.
    ///
    /// Of `app-2026-11-25.log` it is `app.log`.
    static func base(of name: String) -> String { read(name).base }

    /// The name before rotation of a file that has this path now. A number that is no date and does not end the name says
    /// nothing by itself: `host-1.log` and `host-2.log` are two logs, unless there is, or was, a `host.log`.
    static func family(ofPath path: String, isFamily: (String) -> Bool) -> String {
        let (base, reading) = read(path: path)
        return base == path || reading.isSure || isFamily(base) ? base : path
    }

    /// Whether the name of a file is that of a time.
    static func isDated(path: String) -> Bool { read(path: path).reading.isDated }

    static func read(_ name: String) -> Reading {
        var rest = name[...]
        var name = name
        if let suffix = compressed.first(where: { rest.hasSuffix($0) }) {
            rest = rest.dropLast(suffix.count)
            if !rest.isEmpty { name = String(rest) }
        }
        if rest.hasSuffix(".old") || rest.hasSuffix(".bak") {
            return Reading(base: nonEmpty(rest.dropLast(4), name), isSure: true)
        }
        if let cut = cutStamp(rest) {
            let stamp = rest[cut.endIndex...]
            let isDated = isDate(stamp)
            return Reading(base: nonEmpty(cut, name), isSure: isDated || stamp.hasPrefix("."), isDated: isDated)
        }
        // The stamp may stand before the extension.
        if let dot = rest.lastIndex(of: "."), dot != rest.startIndex, let cut = cutStamp(rest[..<dot]) {
            let isDated = isDate(rest[cut.endIndex..<dot])
            return Reading(base: cut.isEmpty ? name : String(cut) + rest[dot...], isSure: isDated, isDated: isDated)
        }
        return Reading(base: name, isSure: true)
    }

    /// Whether a stamp begins with a date: `-20261125`, `.2026-11-25T12:00`, `_202611`, or seconds since 1970.
    private static func isDate(_ stamp: Substring) -> Bool {
        func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }
        let bytes = Array(stamp.utf8.drop { !isDigit($0) })
        let first = bytes.prefix(while: isDigit)
        let isYear = first.starts(with: "19".utf8) || first.starts(with: "20".utf8)
        return switch first.count {
        case 4: isYear && bytes.count >= 7
        case 6: isYear
        case 8...: true
        default: false
        }
    }

    private static func nonEmpty(_ base: Substring, _ name: String) -> String { base.isEmpty ? name : String(base) }

    /// Orders files of one family whose times are the same, as several renames in one tick of the clock leave them: of
    /// `a.2` and `a.1` the first is older, and of dates the one that is before the other.
    static func isOlder(_ a: String, _ b: String) -> Bool {
        if let one = number(a), let other = number(b), one != other { return one > other }
        return a.utf8.lexicographicallyPrecedes(b.utf8)
    }

    /// The number that ends a name, if it counts rotations.
    private static func number(_ path: String) -> Int? {
        var rest = path[...]
        if let suffix = compressed.first(where: { rest.hasSuffix($0) }) { rest = rest.dropLast(suffix.count) }
        guard let dot = rest.lastIndex(of: ".") else { return nil }
        let digits = rest[rest.index(after: dot)...]
        return digits.utf8.count <= 5 ? Int(digits) : nil
    }

    /// The same for a path.
    static func base(ofPath path: String) -> String { read(path: path).base }

    private static func read(path: String) -> (base: String, reading: Reading) {
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else {
            let reading = read(path)
            return (reading.base, reading)
        }
        let reading = read(String(path[path.utf8.index(after: slash)...]))
        return (path[...slash] + reading.base, reading)
    }

    /// The name before `.1`, `-20261125`, `.2026-11-25T12:00`, …; nil if no such stamp ends it.
    private static func cutStamp(_ name: Substring) -> Substring? {
        let bytes = name.utf8
        var start = bytes.endIndex
        var digits = 0
        while start > bytes.startIndex {
            let before = bytes.index(before: start)
            let byte = bytes[before]
            let isDigit = byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
            guard isDigit || isOfStamp(byte) else { break }
            if isDigit { digits += 1 }
            start = before
        }
        guard digits > 0 else { return nil }
        // A stamp begins with a dot, a dash or an underscore: `log2` is a name.
        while start < bytes.endIndex, !begins(bytes[start]) { start = bytes.index(after: start) }
        guard start < bytes.endIndex, start > bytes.startIndex else { return nil }
        let hasDigit = bytes[start...].contains { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }
        return hasDigit ? name[..<start] : nil
    }

    private static func begins(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "_")
    }

    private static func isOfStamp(_ byte: UInt8) -> Bool {
        begins(byte) || byte == UInt8(ascii: ":") || byte == UInt8(ascii: "T") || byte == UInt8(ascii: "Z")
            || byte == UInt8(ascii: "+")
    }
}
