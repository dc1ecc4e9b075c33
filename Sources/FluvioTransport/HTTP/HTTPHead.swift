/// The head of an HTTP message: its first line and its fields.
struct HTTPHead: Equatable, Sendable {
    /// Bytes that a head may have, the empty line at its end included.
    static let limit = 8 << 10

    /// The first line.
    let start: String
    /// Names in lower case, and values without the spaces around them, in the order in which they came.
    let fields: [Field]

    struct Field: Equatable, Sendable {
        let name: String
        let value: String
    }

    /// Reads a head without the empty line at its end; nil: it is none. Lines may end with LF alone.
    init?(parsing bytes: ArraySlice<UInt8>) {
        var lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map { line in
            line.last == UInt8(ascii: "\r") ? line.dropLast() : line
        }[...]
        while lines.last?.isEmpty == true { lines = lines.dropLast() }
        guard let first = lines.popFirst(), Self.isText(first) else { return nil }
        start = String(decoding: first, as: UTF8.self)
        var fields: [Field] = []
        for line in lines {
            // A line that goes on with the one before it has no name either.
            guard let colon = line.firstIndex(of: UInt8(ascii: ":")), colon > line.startIndex, Self.isText(line),
                line[..<colon].allSatisfy(Self.isToken)
            else { return nil }
            fields.append(
                Field(
                    name: String(decoding: line[..<colon], as: UTF8.self).lowercased(),
                    value: Self.trimmed(line[(colon + 1)...])))
        }
        self.fields = fields
    }

    /// The value of a field; nil: there is none of that name. `name` is in lower case.
    subscript(_ name: String) -> String? { fields.first { $0.name == name }?.value }

    /// The members of lists under a name, in lower case. `name` is in lower case.
    func list(_ name: String) -> [String] {
        fields.filter { $0.name == name }.flatMap { $0.value.split(separator: ",") }.map {
            Self.trimmed(ArraySlice($0.utf8)).lowercased()
        }
    }

    /// The status that an answer begins with; nil: the first line is none of an answer.
    var status: HTTPStatus? {
        let parts = start.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count >= 2, parts[0].hasPrefix("HTTP/1."), parts[1].utf8.count == 3, let code = Int(parts[1]),
            code >= 100
        else { return nil }
        let text = parts.count > 2 ? parts[2].unicodeScalars.filter { " "..."~" ~= $0 } : []
        var reason = ""
        reason.unicodeScalars.append(contentsOf: text.prefix(60))
        return HTTPStatus(code: code, reason: reason)
    }

    private static func isText(_ line: ArraySlice<UInt8>) -> Bool {
        line.allSatisfy { $0 >= 0x20 && $0 != 0x7f || $0 == 0x09 }
    }

    /// What the names of fields are made of (HTTP: token).
    private static func isToken(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }

    private static func trimmed(_ value: ArraySlice<UInt8>) -> String {
        let isSpace = { (byte: UInt8) in byte == 0x20 || byte == 0x09 }
        var value = value.drop(while: isSpace)
        while let last = value.last, isSpace(last) { value = value.dropLast() }
        return String(decoding: value, as: UTF8.self)
    }
}

/// What an HTTP server answers: a number, and its own words for it.
package struct HTTPStatus: Equatable, Sendable {
    /// Such as 403.
    package let code: Int
    /// Such as `Forbidden`; up to 60 printable characters.
    package let reason: String
}

extension HTTPStatus: CustomStringConvertible {
    /// `403 Forbidden`.
    package var description: String { reason.isEmpty ? "\(code)" : "\(code) \(reason)" }
}
