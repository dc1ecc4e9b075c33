import Glibc

/// A dotted path into JSON texts, such as `.user.id` or `items[0].name` (the first dot may be left out). Names with dots or
/// brackets stand in quotes, as in jq: `.labels."app.name"` or `.labels["app.name"]`.
package struct JSONPath: Equatable, Sendable {
    /// One step down.
    package enum Step: Equatable, Sendable {
        /// To a member, by the UTF-8 of its name.
        case member([UInt8])
        /// To an element, from 0.
        case element(Int)
    }

    /// The steps from the whole text down. None: the text itself, written `.`.
    package let steps: [Step]

    /// Reads a path; nil for what is none (an empty step, an index that is not closed or no number).
    package init?(_ text: String) {
        var rest = Array(text.utf8)[...]
        guard !rest.isEmpty else { return nil }
        if rest.first == UInt8(ascii: ".") { rest.removeFirst() }
        var steps: [Step] = []
        var expectsName = true
        while let byte = rest.first {
            if byte == UInt8(ascii: "["), rest.dropFirst().first == UInt8(ascii: "\"") {
                rest.removeFirst()
                guard let name = Self.takeQuoted(&rest), rest.popFirst() == UInt8(ascii: "]") else { return nil }
                steps.append(.member(name))
                expectsName = false
                continue
            }
            if byte == UInt8(ascii: "[") {
                guard let close = rest.firstIndex(of: UInt8(ascii: "]")), close - rest.startIndex > 1,
                    rest[(rest.startIndex + 1)..<close].allSatisfy({ $0 &- UInt8(ascii: "0") < 10 }),
                    let index = Int(String(decoding: rest[(rest.startIndex + 1)..<close], as: UTF8.self))
                else { return nil }
                steps.append(.element(index))
                rest = rest[(close + 1)...]
                expectsName = false
                continue
            }
            if !expectsName {
                guard byte == UInt8(ascii: ".") else { return nil }
                rest.removeFirst()
            }
            if rest.first == UInt8(ascii: "\"") {
                guard let name = Self.takeQuoted(&rest) else { return nil }
                steps.append(.member(name))
                expectsName = false
                continue
            }
            let name = rest.prefix { $0 != UInt8(ascii: ".") && $0 != UInt8(ascii: "[") }
            guard !name.isEmpty else { return nil }
            steps.append(.member(Array(name)))
            rest = rest[name.endIndex...]
            expectsName = false
        }
        self.steps = steps
    }

    /// Takes a name in quotes, in which a backslash stands before what is to be taken as it is; nil: it does not end.
    private static func takeQuoted(_ rest: inout ArraySlice<UInt8>) -> [UInt8]? {
        var name: [UInt8] = []
        rest = rest.dropFirst()
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "\"") { return name }
            guard byte == UInt8(ascii: "\\") else {
                name.append(byte)
                continue
            }
            guard let next = rest.popFirst() else { return nil }
            name.append(next)
        }
        return nil
    }

    /// The value at the path, nil if there is none. Of a member that is there twice, the last counts, as in jq.
    ///
    /// The whole text is checked, so that whether it is refused does not depend on the path.
    package func find(in text: UnsafeRawBufferPointer) throws(JSONError) -> JSONToken? {
        var names = JSONScratch()
        return try find(in: try unsafe JSONText.parse(text), &names)
    }

    /// The same in a text that has been checked; names with escapes are written to `names`.
    package func find(in text: JSONToken, _ names: inout JSONScratch) throws(JSONError) -> JSONToken? {
        var token = text
        for step in steps {
            guard let inner = try Self.descend(into: token, step, &names) else { return nil }
            token = inner
        }
        return token
    }

    private static func descend(
        into token: JSONToken, _ step: Step, _ names: inout JSONScratch
    ) throws(JSONError) -> JSONToken? {
        var scanner = unsafe JSONScanner(token.bytes)
        var found: JSONToken?
        switch step {
        case .element(let wanted):
            guard token.kind == .array else { return nil }
            var index = 0
            try scanner.elements { element in
                if index == wanted { found = element }
                index += 1
            }
        case .member(let wanted):
            guard token.kind == .object else { return nil }
            try scanner.members { name, value in
                let isWanted = unsafe wanted.withUnsafeBytes { wanted in
                    let name = unsafe names.content(of: name)
                    guard name.count == wanted.count, let left = name.baseAddress, let right = wanted.baseAddress else {
                        return false
                    }
                    return unsafe memcmp(left, right, wanted.count) == 0
                }
                names.begin()
                if isWanted { found = value }
            }
        }
        return found
    }
}

extension JSONScanner {
    /// Hands the members of the object that begins here to `body`.
    mutating func members(_ body: (JSONToken, JSONToken) -> Void) throws(JSONError) {
        try require(UInt8(ascii: "{"), .object)
        skipSpace()
        if take(UInt8(ascii: "}")) { return }
        while true {
            skipSpace()
            let name = try string()
            skipSpace()
            try require(UInt8(ascii: ":"), .colon)
            skipSpace()
            body(name, try value(maximumDepth: Self.deepest))
            skipSpace()
            if take(UInt8(ascii: "}")) { return }
            try require(UInt8(ascii: ","), .commaOrBrace)
        }
    }

    /// Hands the elements of the array that begins here to `body`.
    mutating func elements(_ body: (JSONToken) -> Void) throws(JSONError) {
        try require(UInt8(ascii: "["), .array)
        skipSpace()
        if take(UInt8(ascii: "]")) { return }
        while true {
            skipSpace()
            body(try value(maximumDepth: Self.deepest))
            skipSpace()
            if take(UInt8(ascii: "]")) { return }
            try require(UInt8(ascii: ","), .commaOrBracket)
        }
    }
}
