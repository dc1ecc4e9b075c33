import CYAML

/// Writes YAML with libyaml, in the form that Fluvio's own servers write it.
package enum YAMLEmitter {
    /// The text of a document, with a line end behind it.
    package static func text(of node: YAMLNode) throws(YAMLError) -> [UInt8] {
        let emitter = try Handle()
        try emitter.stream(node)
        return emitter.output.bytes
    }

    /// Collects what libyaml writes.
    private final class Output {
        var bytes: [UInt8] = []
    }

    /// Owns an emitter of libyaml, which must not move while it writes.
    @safe private struct Handle: ~Copyable {
        let output = Output()
        private let emitter: UnsafeMutablePointer<yaml_emitter_t>

        init() throws(YAMLError) {
            unsafe emitter = .allocate(capacity: 1)
            guard unsafe yaml_emitter_initialize(emitter) == 1 else {
                unsafe emitter.deallocate()
                throw YAMLError("out of memory")
            }
            unsafe yaml_emitter_set_unicode(emitter, 1)
            // No line is folded.
            unsafe yaml_emitter_set_width(emitter, -1)
            // The emitter calls back only while this owner, and so its output, lives.
            unsafe yaml_emitter_set_output(
                emitter,
                { context, bytes, count in
                    guard let context = unsafe context else { return 0 }
                    let output = unsafe Unmanaged<Output>.fromOpaque(context).takeUnretainedValue()
                    unsafe output.bytes.append(contentsOf: UnsafeBufferPointer(start: bytes, count: count))
                    return 1
                }, Unmanaged.passUnretained(output).toOpaque())
        }

        deinit {
            unsafe yaml_emitter_delete(emitter)
            unsafe emitter.deallocate()
        }

        func stream(_ node: YAMLNode) throws(YAMLError) {
            try unsafe emit { event in unsafe yaml_stream_start_event_initialize(event, YAML_UTF8_ENCODING) }
            try unsafe emit { event in unsafe yaml_document_start_event_initialize(event, nil, nil, nil, 1) }
            try write(node)
            try unsafe emit { event in unsafe yaml_document_end_event_initialize(event, 1) }
            try unsafe emit { event in unsafe yaml_stream_end_event_initialize(event) }
        }

        private func write(_ node: YAMLNode) throws(YAMLError) {
            switch node.content {
            case .scalar(let text, let quoted): try scalar(text, quoted: quoted, tag: node.tag)
            case .sequence(let items):
                try unsafe tagged(node.tag) { tag, event in
                    unsafe yaml_sequence_start_event_initialize(
                        event, nil, tag, tag == nil ? 1 : 0, YAML_BLOCK_SEQUENCE_STYLE)
                }
                for item in items { try write(item) }
                try unsafe emit { event in unsafe yaml_sequence_end_event_initialize(event) }
            case .mapping(let entries):
                try unsafe tagged(node.tag) { tag, event in
                    unsafe yaml_mapping_start_event_initialize(
                        event, nil, tag, tag == nil ? 1 : 0, YAML_BLOCK_MAPPING_STYLE)
                }
                for entry in entries {
                    try scalar(entry.key, quoted: entry.quoted, tag: nil)
                    try write(entry.value)
                }
                try unsafe emit { event in unsafe yaml_mapping_end_event_initialize(event) }
            }
        }

        private func scalar(_ text: String, quoted: Bool, tag: String?) throws(YAMLError) {
            // Quotes where it would be read as something else, a block where it has several lines.
            let style =
                if text.utf8.contains(UInt8(ascii: "\n")) {
                    YAML_LITERAL_SCALAR_STYLE
                } else if quoted {
                    YAML_SINGLE_QUOTED_SCALAR_STYLE
                } else {
                    YAML_PLAIN_SCALAR_STYLE
                }
            var bytes = Array(text.utf8)
            let count = CInt(bytes.count)
            bytes.append(0)
            try unsafe tagged(tag) { tag, event in
                unsafe bytes.withUnsafeBufferPointer { value in
                    // Without a tag, libyaml may fall back to quotes where a plain text would be read otherwise.
                    let implicit: CInt = unsafe tag == nil ? 1 : 0
                    return unsafe yaml_scalar_event_initialize(
                        event, nil, tag, value.baseAddress, count, implicit, implicit, style)
                }
            }
        }

        /// Emits an event that carries a tag.
        private func tagged(
            _ tag: String?,
            _ make: (UnsafePointer<yaml_char_t>?, UnsafeMutablePointer<yaml_event_t>) -> CInt
        ) throws(YAMLError) {
            guard let tag else {
                try unsafe emit { event in unsafe make(nil, event) }
                return
            }
            let bytes = Array(tag.utf8) + [0]
            try unsafe emit { event in
                unsafe bytes.withUnsafeBufferPointer { buffer in unsafe make(buffer.baseAddress, event) }
            }
        }

        private func emit(_ make: (UnsafeMutablePointer<yaml_event_t>) -> CInt) throws(YAMLError) {
            var event = unsafe yaml_event_t()
            guard unsafe make(&event) == 1 else { throw YAMLError("text is not UTF-8, or memory is short") }
            // Takes the event over, also when it fails.
            guard unsafe yaml_emitter_emit(emitter, &event) == 1 else {
                throw YAMLError(
                    unsafe emitter.pointee.problem.map { unsafe String(cString: $0) } ?? "cannot be written")
            }
        }
    }
}
