import CYAML

/// Reads YAML with libyaml.
package enum YAMLParser {
    /// Nested deeper than any metadata; a hostile file must not overflow the stack.
    private static let maximumDepth = 64

    /// The one document of a text.
    package static func parse(_ bytes: [UInt8]) throws(YAMLError) -> YAMLNode {
        // libyaml keeps a pointer to the text while it parses.
        let result = unsafe bytes.withUnsafeBufferPointer { buffer in
            Result { () throws(YAMLError) in
                let parser = try unsafe Handle(buffer)
                return try document(parser)
            }
        }
        return try result.get()
    }

    private static func document(_ parser: borrowing Handle) throws(YAMLError) -> YAMLNode {
        try parser.skip(YAML_STREAM_START_EVENT)
        try parser.skip(YAML_DOCUMENT_START_EVENT)
        guard let node = try node(parser, depth: 0) else { throw YAMLError("no document") }
        try parser.skip(YAML_DOCUMENT_END_EVENT)
        try parser.skip(YAML_STREAM_END_EVENT)
        return node
    }

    /// The next node; nil: the end of the collection around it.
    private static func node(_ parser: borrowing Handle, depth: Int) throws(YAMLError) -> YAMLNode? {
        guard depth < maximumDepth else { throw YAMLError("nested too deep") }
        switch try parser.next() {
        case .scalar(let text, let quoted, let tag): return YAMLNode(.scalar(text, quoted: quoted), tag: tag)
        case .sequence(let tag):
            var items: [YAMLNode] = []
            while let item = try node(parser, depth: depth + 1) { items.append(item) }
            return YAMLNode(.sequence(items), tag: tag)
        case .mapping(let tag):
            var entries: [YAMLNode.Entry] = []
            while let key = try node(parser, depth: depth + 1) {
                guard let value = try node(parser, depth: depth + 1) else { throw YAMLError("key without value") }
                entries.append(YAMLNode.Entry(key: try key.text(), value: value))
            }
            return YAMLNode(.mapping(entries), tag: tag)
        case .end: return nil
        case .other: throw YAMLError("aliases are not understood")
        }
    }

    private enum Event {
        case scalar(String, quoted: Bool, tag: String?)
        case sequence(tag: String?)
        case mapping(tag: String?)
        case end
        case other
    }

    /// Owns a parser of libyaml, which points into itself and must not move.
    @safe private struct Handle: ~Copyable {
        let parser: UnsafeMutablePointer<yaml_parser_t>

        init(_ text: UnsafeBufferPointer<UInt8>) throws(YAMLError) {
            unsafe parser = .allocate(capacity: 1)
            guard unsafe yaml_parser_initialize(parser) == 1 else {
                unsafe parser.deallocate()
                throw YAMLError("out of memory")
            }
            unsafe yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
            unsafe yaml_parser_set_input_string(parser, text.baseAddress, text.count)
        }

        deinit {
            unsafe yaml_parser_delete(parser)
            unsafe parser.deallocate()
        }

        /// Reads an event and hands it to `body`.
        private func read<T>(_ body: (yaml_event_t) throws(YAMLError) -> T) throws(YAMLError) -> T {
            var event = unsafe yaml_event_t()
            guard unsafe yaml_parser_parse(parser, &event) == 1 else {
                let problem = unsafe parser.pointee.problem.map { unsafe String(cString: $0) } ?? "no YAML"
                throw YAMLError("line \(unsafe parser.pointee.problem_mark.line + 1): \(problem)")
            }
            defer { unsafe yaml_event_delete(&event) }
            return try unsafe body(event)
        }

        func skip(_ type: yaml_event_type_t) throws(YAMLError) {
            let found = try unsafe read { event throws(YAMLError) in unsafe event.type }
            guard found == type else { throw YAMLError("one document is wanted") }
        }

        func next() throws(YAMLError) -> Event {
            try unsafe read { event throws(YAMLError) in
                switch unsafe event.type {
                case YAML_SCALAR_EVENT:
                    let scalar = unsafe event.data.scalar
                    let bytes = unsafe UnsafeBufferPointer(start: scalar.value, count: scalar.length)
                    guard let text = unsafe String(validating: bytes, as: UTF8.self) else {
                        throw YAMLError("not UTF-8")
                    }
                    return unsafe .scalar(
                        text, quoted: scalar.style != YAML_PLAIN_SCALAR_STYLE, tag: tag(scalar.tag))
                case YAML_SEQUENCE_START_EVENT: return unsafe .sequence(tag: tag(event.data.sequence_start.tag))
                case YAML_MAPPING_START_EVENT: return unsafe .mapping(tag: tag(event.data.mapping_start.tag))
                case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT, YAML_DOCUMENT_END_EVENT: return .end
                default: return .other
                }
            }
        }

        private func tag(_ text: UnsafeMutablePointer<yaml_char_t>?) -> String? {
            unsafe text.map { unsafe String(cString: $0) }
        }
    }
}
