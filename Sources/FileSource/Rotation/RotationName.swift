/// Names that rotation gives: `app.log.1`, `app.log-20261125.gz`, `app-2026-11-25.log`, `app.log.old`.
enum RotationName {
    private static let compressed = [".gz", ".zst", ".xz"]

    /// The name of what was rotated, given the name it has now; the name itself if rotation did not give it.
    ///
    /// Of `app-2026-11-25.log` it is `app.log`.
    static func base(of name: String) -> String {
        var rest = name[...]
        var name = name
        if let suffix = compressed.first(where: { rest.hasSuffix($0) }) {
            rest = rest.dropLast(suffix.count)
            if !rest.isEmpty { name = String(rest) }
        }
        if rest.hasSuffix(".old") || rest.hasSuffix(".bak") { return nonEmpty(rest.dropLast(4), name) }
        if let cut = cutStamp(rest) { return nonEmpty(cut, name) }
        // The stamp may stand before the extension.
        if let dot = rest.lastIndex(of: "."), dot != rest.startIndex, let cut = cutStamp(rest[..<dot]) {
            return cut.isEmpty ? name : String(cut) + rest[dot...]
        }
        return name
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
    static func base(ofPath path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return base(of: path) }
        return path[...slash] + base(of: String(path[path.index(after: slash)...]))
    }

    /// The name before `.1`, `-20261125`, `.2026-11-25T12:00`, …; nil if no such stamp ends it.
    private static func cutStamp(_ name: Substring) -> Substring? {
        var start = name.endIndex
        var digits = 0
        while start > name.startIndex {
            let before = name.index(before: start)
            let character = name[before]
            guard character.isASCII, character.isNumber || "-_.:TZ+".contains(character) else { break }
            if character.isNumber { digits += 1 }
            start = before
        }
        // A stamp begins with a dot, a dash or an underscore: `log2` is a name.
        while start < name.endIndex, !"-._".contains(name[start]) { start = name.index(after: start) }
        guard digits > 0, start < name.endIndex, start > name.startIndex else { return nil }
        return name[start...].contains(where: \.isNumber) ? name[..<start] : nil
    }
}
