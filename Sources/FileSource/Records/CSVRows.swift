import Documents
import ToolSupport
import Unix

/// What is wrong with a row.
enum CSVError: Error, Equatable, Sendable, CustomStringConvertible {
    case openQuote
    case textAfterQuote
    case columns(found: Int, wanted: Int)
    case twice(name: String)
    case notUTF8

    var description: String {
        switch self {
        case .openQuote: "a quoted field that does not end"
        case .textAfterQuote: "text behind a quoted field"
        case .columns(let found, let wanted): "\(counted(found, "field")), and the first row has \(wanted)"
        case .twice(let name): "two columns have the name '\(name)'"
        case .notUTF8: "a field that is no UTF-8"
        }
    }
}

/// Rows of CSV (RFC 4180): fields between commas, perhaps in double quotes, in which two stand for one.
final class CSVRows {
    private let output = ByteScratch()

    /// The fields of a row, without the carriage return that may end it.
    static func split(_ row: UnsafeRawBufferPointer) throws(CSVError) -> [[UInt8]] {
        var fields: [[UInt8]] = []
        var end = row.count
        if end > 0, unsafe row[end - 1] == 0x0d { end -= 1 }
        var at = 0
        while true {
            var field: [UInt8] = []
            if at < end, unsafe row[at] == UInt8(ascii: "\"") {
                at += 1
                while true {
                    guard at < end else { throw .openQuote }
                    let byte = unsafe row[at]
                    at += 1
                    if byte == UInt8(ascii: "\"") {
                        guard at < end, unsafe row[at] == UInt8(ascii: "\"") else { break }
                        at += 1
                    }
                    field.append(byte)
                }
                guard unsafe at == end || row[at] == UInt8(ascii: ",") else { throw .textAfterQuote }
            } else {
                while at < end, unsafe row[at] != UInt8(ascii: ",") {
                    unsafe field.append(row[at])
                    at += 1
                }
            }
            fields.append(field)
            guard at < end else { return fields }
            at += 1
        }
    }

    /// The names of columns, of a file's first row. Each is that of one member.
    static func names(of row: UnsafeRawBufferPointer) throws(CSVError) -> [[UInt8]] {
        let names = try unsafe split(row)
        var seen: Set<[UInt8]> = []
        for name in names where !seen.insert(name).inserted {
            throw .twice(name: String(decoding: name, as: UTF8.self))
        }
        return names
    }

    /// The names of columns of a file that begins so.
    static func first(of beginning: [UInt8]) throws(CSVError) -> [[UInt8]] {
        var quotes = CSVQuotes()
        var end = 0
        let text = beginning.starts(with: [0xef, 0xbb, 0xbf]) ? Array(beginning.dropFirst(3)) : beginning
        // A line end between quotes is part of the row.
        while end < text.count, text[end] != 0x0a || quotes.isOpen {
            quotes.take(text[end])
            end += 1
        }
        let fields = unsafe text[..<end].withUnsafeBytes { bytes in
            Result { () throws(CSVError) in try unsafe names(of: bytes) }
        }
        return try fields.get()
    }

    /// The row as a JSON object whose members have these names, in their order, and strings as values. Good until the
    /// next one.
    func object(
        of row: UnsafeRawBufferPointer, _ columns: [[UInt8]]
    ) throws(CSVError) -> UnsafeRawBufferPointer {
        let fields = try unsafe Self.split(row)
        guard fields.count == columns.count else { throw .columns(found: fields.count, wanted: columns.count) }
        output.clear()
        for (index, (name, field)) in zip(columns, fields).enumerated() {
            output.append(index == 0 ? UInt8(ascii: "{") : UInt8(ascii: ","))
            try append(name)
            output.append(UInt8(ascii: ":"))
            try append(field)
        }
        output.append(UInt8(ascii: "}"))
        return unsafe output.bytes
    }

    private func append(_ text: [UInt8]) throws(CSVError) {
        guard let text = String(validating: text, as: UTF8.self) else { throw .notUTF8 }
        output.append(JSONString.quoted(text))
    }
}

/// Which lines are one row: those between which a quoted field is open.
struct CSVQuotes {
    private(set) var isOpen: Bool

    init(isOpen: Bool = false) { self.isOpen = isOpen }

    /// A line comes: whether a quoted field is open behind it.
    mutating func take(_ line: UnsafeRawBufferPointer) {
        for index in line.indices { unsafe take(line[index]) }
    }

    mutating func take(_ byte: UInt8) {
        if byte == UInt8(ascii: "\"") { isOpen.toggle() }
    }

    mutating func reset() { isOpen = false }
}
