import Unix

/// A pattern for paths, with braces already taken apart: `*`, `?`, `[a-z]`, `[!a-z]` and `\` within a name, and `**` as a
/// name of its own for any number of directories.
///
/// A name that begins with a dot is matched only by a pattern that does, as in shells; `**` passes no such directories.
struct Glob: Equatable, Sendable {
    /// What stands between two slashes.
    enum Segment: Equatable, Sendable {
        /// A name without anything special.
        case name([UInt8])
        /// A pattern for one name.
        case pattern([Token])
        /// `**`.
        case any
    }

    /// A part of a pattern for a name.
    enum Token: Equatable, Sendable {
        case byte(UInt8)
        /// `?`: one character.
        case one
        /// `*`
        case many
        /// `[…]`: one of these, or none of them.
        case set(ranges: [ClosedRange<UInt32>], isNegated: Bool)
    }

    /// Whether the path is from the root.
    let isAbsolute: Bool
    let segments: [Segment]

    /// Whether nothing in it is special: it names one path.
    var isLiteral: Bool {
        segments.allSatisfy { segment in
            if case .name = segment { true } else { false }
        }
    }

    private init(isAbsolute: Bool, segments: [Segment]) {
        self.isAbsolute = isAbsolute
        self.segments = segments
    }

    /// All that a text stands for once its braces are taken apart: `a/{b,c}/*.log` is two patterns.
    ///
    /// - Throws: a class or brace that is not closed, a lone backslash, more than 1,000 patterns.
    static func parse(_ text: String) throws(GlobError) -> [Glob] {
        guard !text.isEmpty else { throw GlobError(text, "is empty") }
        let texts = try Braces.expand(Unix.bytes(of: text), of: text)
        var globs: [Glob] = []
        for bytes in texts { globs.append(try one(bytes, of: text)) }
        return globs
    }

    /// A path as it is, in which nothing is special.
    static func literal(_ path: String) -> Glob {
        let names = Unix.bytes(of: path).split(separator: UInt8(ascii: "/")).filter { !$0.elementsEqual(".".utf8) }
            .map { Segment.name(Array($0)) }
        return Glob(isAbsolute: path.hasPrefix("/"), segments: names)
    }

    /// The same pattern with more behind it.
    func appending(_ more: [Segment]) -> Glob { Glob(isAbsolute: isAbsolute, segments: segments + more) }

    private static func one(_ bytes: [UInt8], of text: String) throws(GlobError) -> Glob {
        var segments: [Segment] = []
        for part in bytes.split(separator: UInt8(ascii: "/")) {
            // `./a` is `a`.
            if part.elementsEqual(".".utf8) { continue }
            if part.elementsEqual("**".utf8) {
                if segments.last != .any { segments.append(.any) }
                continue
            }
            let tokens = try tokens(part, of: text)
            var name: [UInt8]? = []
            for token in tokens {
                if case .byte(let byte) = token { name?.append(byte) } else { name = nil }
            }
            segments.append(name.map { .name($0) } ?? .pattern(tokens))
        }
        guard !segments.isEmpty else { throw GlobError(text, "names no file") }
        return Glob(isAbsolute: bytes.first == UInt8(ascii: "/"), segments: segments)
    }

    private static func tokens(_ part: ArraySlice<UInt8>, of text: String) throws(GlobError) -> [Token] {
        var tokens: [Token] = []
        var rest = part
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "?"): tokens.append(.one)
            case UInt8(ascii: "*"):
                if tokens.last != .many { tokens.append(.many) }
            case UInt8(ascii: "["): tokens.append(try set(&rest, of: text))
            case UInt8(ascii: "\\"):
                guard let next = rest.popFirst() else { throw GlobError(text, "ends in a lone backslash") }
                tokens.append(.byte(next))
            default: tokens.append(.byte(byte))
            }
        }
        return tokens
    }

    private static func set(_ rest: inout ArraySlice<UInt8>, of text: String) throws(GlobError) -> Token {
        var isNegated = false
        if let first = rest.first, first == UInt8(ascii: "!") || first == UInt8(ascii: "^") {
            isNegated = true
            rest.removeFirst()
        }
        var ranges: [ClosedRange<UInt32>] = []
        var isFirst = true
        while !rest.isEmpty {
            let first = ByteCharacter.take(&rest)
            if first == UInt32(UInt8(ascii: "]")), !isFirst { return .set(ranges: ranges, isNegated: isNegated) }
            isFirst = false
            if first == UInt32(UInt8(ascii: "[")), rest.first == UInt8(ascii: ":"), let name = NamedClass.take(&rest) {
                guard let members = NamedClass.ranges(name) else {
                    throw GlobError(text, "has an unknown class [:\(name):]")
                }
                ranges += members
                continue
            }
            let low = first == UInt32(UInt8(ascii: "\\")) && !rest.isEmpty ? ByteCharacter.take(&rest) : first
            // `a-]` ends in a dash.
            if rest.first == UInt8(ascii: "-"), let next = rest.dropFirst().first, next != UInt8(ascii: "]") {
                rest.removeFirst()
                let high = ByteCharacter.take(&rest)
                guard low <= high else { throw GlobError(text, "has a class that runs backwards") }
                ranges.append(low...high)
            } else {
                ranges.append(low...low)
            }
        }
        throw GlobError(text, "has [ without ]")
    }

    // MARK: Matching

    /// Whether the path, given by its names, is meant.
    func matches(_ names: [[UInt8]]) -> Bool { Self.matches(segments[...], names[...]) }

    private static func matches(_ segments: ArraySlice<Segment>, _ names: ArraySlice<[UInt8]>) -> Bool {
        guard let segment = segments.first else { return names.isEmpty }
        if segment == .any {
            let rest = segments.dropFirst()
            // A last `**` is all files below.
            if rest.isEmpty { return !names.isEmpty && names.allSatisfy { $0.first != UInt8(ascii: ".") } }
            var skipped = names
            while true {
                if matches(rest, skipped) { return true }
                guard let name = skipped.popFirst(), name.first != UInt8(ascii: ".") else { return false }
            }
        }
        guard let name = names.first, matches(segment, name) else { return false }
        return matches(segments.dropFirst(), names.dropFirst())
    }

    /// Whether one name fits one segment.
    static func matches(_ segment: Segment, _ name: [UInt8]) -> Bool {
        switch segment {
        case .name(let wanted): return wanted == name
        case .any: return name.first != UInt8(ascii: ".")
        case .pattern(let tokens):
            if name.first == UInt8(ascii: "."), tokens.first != .byte(UInt8(ascii: ".")) { return false }
            return matches(tokens, name)
        }
    }

    /// In time that is the product of the lengths at the most: only the last `*` is ever gone back to.
    private static func matches(_ tokens: [Token], _ name: [UInt8]) -> Bool {
        var (token, byte) = (0, 0)
        var star: (token: Int, byte: Int)?
        while byte < name.count {
            if token < tokens.count, tokens[token] == .many {
                star = (token, byte)
                token += 1
            } else if token < tokens.count, let size = fits(tokens[token], name[byte...]) {
                token += 1
                byte += size
            } else if let last = star {
                let next = last.byte + ByteCharacter.size(name[last.byte...])
                token = last.token + 1
                byte = next
                star = (last.token, next)
            } else {
                return false
            }
        }
        return tokens[token...].allSatisfy { $0 == .many }
    }

    /// How many of these bytes a token takes, of which there is one at least; nil: it does not fit.
    private static func fits(_ token: Token, _ bytes: ArraySlice<UInt8>) -> Int? {
        switch token {
        case .byte(let wanted): return wanted == bytes.first ? 1 : nil
        case .one, .many: return ByteCharacter.size(bytes)
        case .set(let ranges, let isNegated):
            var rest = bytes
            let number = ByteCharacter.take(&rest)
            return ranges.contains { $0.contains(number) } != isNegated ? bytes.count - rest.count : nil
        }
    }
}

/// What is wrong with a pattern.
struct GlobError: Error, Equatable, Sendable, CustomStringConvertible {
    let description: String

    init(_ text: String, _ problem: String) { description = "'\(text)' \(problem)" }
}
