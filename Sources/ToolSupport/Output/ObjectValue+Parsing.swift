import CJansson
package import FluvioClient

extension ObjectValue {
    /// Reads a JSON document. Numbers must be whole; a member that stands twice is refused.
    ///
    /// - Throws: what is wrong with it, and in which line.
    package init(parsingJSON bytes: [UInt8]) throws(ValueError) {
        var problem = json_error_t()
        let flags = Int(JSON_REJECT_DUPLICATES | JSON_DECODE_ANY | JSON_ALLOW_NUL)
        let document = unsafe bytes.withUnsafeBytes { buffer in
            unsafe json_loadb(buffer.baseAddress?.assumingMemoryBound(to: CChar.self), buffer.count, flags, &problem)
        }
        guard let document = unsafe document else {
            let text = unsafe withUnsafeBytes(of: &problem.text) { bytes in
                unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            throw ValueError("line \(problem.line): \(text)")
        }
        defer { unsafe json_decref(document) }
        guard let value = unsafe Self.copy(document) else { throw ValueError("it has a number that is not whole") }
        self = value
    }

    private static func copy(_ value: UnsafeMutablePointer<json_t>) -> ObjectValue? {
        switch unsafe value.pointee.type {
        case JSON_OBJECT:
            var members: [Member] = []
            var iterator = unsafe json_object_iter(value)
            while let current = unsafe iterator {
                if let key = unsafe json_object_iter_key(current), let item = unsafe json_object_iter_value(current) {
                    guard let copied = unsafe copy(item) else { return nil }
                    members.append(Member(unsafe String(cString: key), copied))
                }
                unsafe iterator = json_object_iter_next(value, current)
            }
            return .object(members)
        case JSON_ARRAY:
            var elements: [ObjectValue] = []
            for index in 0..<(unsafe json_array_size(value)) {
                guard let item = unsafe json_array_get(value, index), let copied = unsafe copy(item) else { return nil }
                elements.append(copied)
            }
            return .array(elements)
        case JSON_INTEGER: return .int(unsafe json_integer_value(value))
        case JSON_REAL: return nil
        case JSON_TRUE: return .bool(true)
        case JSON_FALSE: return .bool(false)
        case JSON_NULL: return .null
        default:
            let bytes = unsafe UnsafeRawBufferPointer(start: json_string_value(value), count: json_string_length(value))
            return .string(unsafe String(decoding: bytes, as: UTF8.self))
        }
    }

    /// The number; nil if it is none.
    package var number: Int64? { if case .int(let number) = self { number } else { nil } }

    /// The text; nil if it is none.
    package var text: String? { if case .string(let text) = self { text } else { nil } }

    /// The members of an object; none of anything else.
    package var members: [Member] { if case .object(let members) = self { members } else { [] } }

    /// The elements of a list; none of anything else.
    package var elements: [ObjectValue] { if case .array(let elements) = self { elements } else { [] } }
}
