import CJansson
import CTOML
import Glibc

/// A value of a TOML document.
package enum TOMLValue: Equatable, Sendable {
    case string(String)
    case integer(Int64)
    case real(Double)
    case boolean(Bool)
    /// A date, a time, an infinity or nan, as its TOML text.
    case literal(String)
    case array([TOMLValue])
    case table(TOMLTable)
}

/// A table of a TOML document. It keeps the order of its keys, so that a rewritten file looks as before.
package struct TOMLTable: Equatable, Sendable {
    /// One line of a table.
    package struct Entry: Equatable, Sendable {
        /// The name.
        package let key: String
        /// What it stands for.
        package var value: TOMLValue
    }

    /// The lines in order.
    package private(set) var entries: [Entry] = []

    /// An empty table.
    package init() {}

    /// The value of a key. New keys go to the end; nil removes one.
    package subscript(key: String) -> TOMLValue? {
        get { entries.first { $0.key == key }?.value }
        set {
            let index = entries.firstIndex { $0.key == key }
            switch (index, newValue) {
            case (let index?, let value?): entries[index].value = value
            case (let index?, nil): entries.remove(at: index)
            case (nil, let value?): entries.append(Entry(key: key, value: value))
            case (nil, nil): break
            }
        }
    }

    /// The table under a key; empty if there is none. Setting makes one.
    package subscript(table key: String) -> TOMLTable {
        get {
            if case .table(let table)? = self[key] { table } else { TOMLTable() }
        }
        set { self[key] = .table(newValue) }
    }

    /// The text under a key; nil if there is none or something else.
    package subscript(string key: String) -> String? {
        get {
            if case .string(let text)? = self[key] { text } else { nil }
        }
        set { self[key] = newValue.map { .string($0) } }
    }

    /// Gives a key another name in its old place. What had that name before is gone.
    package mutating func rename(_ key: String, to name: String) {
        guard key != name, let value = self[key] else { return }
        self[name] = nil
        if let index = entries.firstIndex(where: { $0.key == key }) {
            entries[index] = Entry(key: name, value: value)
        }
    }
}

/// A document that is no TOML.
package struct TOMLError: Error, Equatable, Sendable {
    /// Counted from 1; 0 if there is no place to name.
    package let line: Int
    /// Counted from 1; 0 if there is no place to name.
    package let column: Int
    /// What is wrong, without the place.
    package let text: String
}

extension TOMLTable {
    /// Reads a document.
    package init(parsing bytes: [UInt8]) throws(TOMLError) {
        self = try Self.parse(bytes)
    }

    private static func parse(_ bytes: [UInt8]) throws(TOMLError) -> TOMLTable {
        try unsafe convert(bytes, with: ctoml_to_json) { (json, length) throws(TOMLError) in
            var problem = json_error_t()
            guard let document = unsafe json_loadb(json, length, Int(JSON_ALLOW_NUL), &problem) else {
                throw TOMLError(line: 0, column: 0, text: "cannot be held as JSON")
            }
            defer { unsafe json_decref(document) }
            guard case .table(let table) = unsafe TOMLValue(document) else { return TOMLTable() }
            return table
        }
    }

    /// The document as TOML text.
    package func text() throws(TOMLError) -> [UInt8] {
        let document = unsafe TOMLValue.table(self).json()
        defer { unsafe json_decref(document) }
        guard let text = unsafe json_dumps(document, Int(JSON_COMPACT)) else {
            throw TOMLError(line: 0, column: 0, text: "no memory, or a key with a zero byte")
        }
        defer { unsafe free(text) }
        let json = unsafe [UInt8](UnsafeRawBufferPointer(start: text, count: strlen(text)))
        return try unsafe Self.convert(json, with: ctoml_from_json) { toml, length in
            unsafe [UInt8](UnsafeRawBufferPointer(start: toml, count: length))
        }
    }

    /// Runs one of the two functions of the shim, hands its text to `body` and releases it.
    private static func convert<Result>(
        _ bytes: [UInt8],
        with function: (
            UnsafePointer<CChar>?, Int, UnsafeMutablePointer<Int>?, UnsafeMutablePointer<ctoml_error>?
        ) -> UnsafeMutablePointer<CChar>?,
        _ body: (UnsafeMutablePointer<CChar>, Int) throws(TOMLError) -> Result
    ) throws(TOMLError) -> Result {
        var length = 0
        var problem = ctoml_error()
        let text = unsafe bytes.withUnsafeBytes { buffer in
            unsafe function(buffer.baseAddress?.assumingMemoryBound(to: CChar.self), buffer.count, &length, &problem)
        }
        guard let text = unsafe text else {
            let what = unsafe withUnsafeBytes(of: &problem.text) { bytes in
                unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            throw TOMLError(line: Int(problem.line), column: Int(problem.column), text: what)
        }
        defer { unsafe ctoml_free(text) }
        return try unsafe body(text, length)
    }
}

extension TOMLValue {
    /// Copies a value that jansson holds. There is no null in TOML.
    fileprivate init(_ value: UnsafeMutablePointer<json_t>) {
        switch unsafe value.pointee.type {
        case JSON_OBJECT:
            var table = TOMLTable()
            var iterator = unsafe json_object_iter(value)
            while let current = unsafe iterator {
                if let key = unsafe json_object_iter_key(current), let item = unsafe json_object_iter_value(current) {
                    table[unsafe String(cString: key)] = unsafe TOMLValue(item)
                }
                unsafe iterator = json_object_iter_next(value, current)
            }
            if table.entries.count == 1, let literal = table[string: CTOML_LITERAL] {
                self = .literal(literal)
            } else {
                self = .table(table)
            }
        case JSON_ARRAY:
            self = .array(
                (0..<(unsafe json_array_size(value))).compactMap { index in
                    unsafe json_array_get(value, index).map { unsafe TOMLValue($0) }
                })
        case JSON_INTEGER: self = .integer(unsafe json_integer_value(value))
        case JSON_REAL: self = .real(unsafe json_real_value(value))
        case JSON_TRUE: self = .boolean(true)
        case JSON_FALSE: self = .boolean(false)
        default:
            let bytes = unsafe UnsafeRawBufferPointer(
                start: json_string_value(value), count: json_string_length(value))
            self = .string(unsafe String(decoding: bytes, as: UTF8.self))
        }
    }

    /// A new value of jansson. It takes nil for a failed allocation and passes it on, so nothing is checked here.
    fileprivate func json() -> UnsafeMutablePointer<json_t>? {
        switch self {
        case .string(let text):
            var text = text
            return text.withUTF8 { bytes in
                unsafe bytes.withMemoryRebound(to: CChar.self) { unsafe json_stringn($0.baseAddress, $0.count) }
            }
        case .integer(let number): return unsafe json_integer(number)
        case .real(let number): return unsafe json_real(number)
        case .boolean(let flag): return flag ? unsafe json_true() : unsafe json_false()
        case .literal(let text):
            let object = unsafe json_object()
            unsafe json_object_set_new(object, CTOML_LITERAL, TOMLValue.string(text).json())
            return unsafe object
        case .array(let items):
            let array = unsafe json_array()
            for item in items { unsafe json_array_append_new(array, item.json()) }
            return unsafe array
        case .table(let table):
            let object = unsafe json_object()
            for entry in table.entries { unsafe json_object_set_new(object, entry.key, entry.value.json()) }
            return unsafe object
        }
    }
}
