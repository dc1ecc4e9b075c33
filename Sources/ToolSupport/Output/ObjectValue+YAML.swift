import CYAML

extension ObjectValue {
    /// The value as one YAML document without markers, in the official client's shape: block style, `!name` before the
    /// content of a variant, quotes only where a text would be read as something else.
    package func yaml() -> [UInt8] {
        var emitter = YAMLEmitter()
        emitter.begin()
        emitter.emit(self, tag: nil)
        // JSON is YAML too: what libyaml refuses is not lost.
        return emitter.end() ?? json(isIndented: true) + [UInt8(ascii: "\n")]
    }
}

/// One document through libyaml's emitter.
@safe
private struct YAMLEmitter: ~Copyable {
    private let emitter: UnsafeMutablePointer<yaml_emitter_t>
    private let output: UnsafeMutablePointer<[UInt8]>
    private var hasFailed = false

    init() {
        unsafe emitter = .allocate(capacity: 1)
        unsafe emitter.initialize(to: yaml_emitter_t())
        unsafe output = .allocate(capacity: 1)
        unsafe output.initialize(to: [])
        _ = unsafe yaml_emitter_initialize(emitter)
        unsafe yaml_emitter_set_unicode(emitter, 1)
        // No folding of long texts.
        unsafe yaml_emitter_set_width(emitter, -1)
        unsafe yaml_emitter_set_output(
            emitter,
            { context, bytes, count in
                guard let context = unsafe context, let bytes = unsafe bytes else { return 0 }
                let output = unsafe context.assumingMemoryBound(to: [UInt8].self)
                unsafe output.pointee.append(contentsOf: UnsafeBufferPointer(start: bytes, count: count))
                return 1
            }, output)
    }

    deinit {
        unsafe yaml_emitter_delete(emitter)
        unsafe emitter.deallocate()
        unsafe output.deinitialize(count: 1)
        unsafe output.deallocate()
    }

    mutating func begin() {
        send { unsafe yaml_stream_start_event_initialize($0, YAML_UTF8_ENCODING) }
        send { unsafe yaml_document_start_event_initialize($0, nil, nil, nil, 1) }
    }

    /// The document; nil if libyaml could not write it.
    mutating func end() -> [UInt8]? {
        send { unsafe yaml_document_end_event_initialize($0, 1) }
        send { unsafe yaml_stream_end_event_initialize($0) }
        return hasFailed ? nil : unsafe output.pointee
    }

    mutating func emit(_ value: ObjectValue, tag: String?) {
        switch value {
        case .null: scalar("null", YAML_PLAIN_SCALAR_STYLE, tag)
        case .bool(let value): scalar(value ? "true" : "false", YAML_PLAIN_SCALAR_STYLE, tag)
        case .int(let value): scalar("\(value)", YAML_PLAIN_SCALAR_STYLE, tag)
        case .string(let text): scalar(text, YAMLText.style(of: text), tag)
        case .array(let elements):
            withTag(tag) { emitter, tag in
                emitter.send {
                    unsafe yaml_sequence_start_event_initialize(
                        $0, nil, tag, tag == nil ? 1 : 0, YAML_ANY_SEQUENCE_STYLE)
                }
            }
            for element in elements { emit(element, tag: nil) }
            send { unsafe yaml_sequence_end_event_initialize($0) }
        case .object(let members):
            mapping(tag) { emitter in
                for member in members {
                    emitter.scalar(member.name, YAMLText.style(of: member.name), nil)
                    emitter.emit(member.value, tag: nil)
                }
            }
        case .numbered(let members):
            mapping(tag) { emitter in
                for member in members {
                    emitter.scalar("\(member.number)", YAML_PLAIN_SCALAR_STYLE, nil)
                    emitter.emit(member.value, tag: nil)
                }
            }
        // YAML has one tag a node: of a variant right within a variant, the outer one becomes a mapping, as in JSON.
        case .variant(let name, let value):
            if tag == nil {
                emit(value, tag: "!" + name)
            } else {
                emit(.object([ObjectValue.Member(name, value)]), tag: tag)
            }
        }
    }

    private mutating func mapping(_ tag: String?, _ body: (inout YAMLEmitter) -> Void) {
        withTag(tag) { emitter, tag in
            emitter.send {
                unsafe yaml_mapping_start_event_initialize($0, nil, tag, tag == nil ? 1 : 0, YAML_ANY_MAPPING_STYLE)
            }
        }
        body(&self)
        send { unsafe yaml_mapping_end_event_initialize($0) }
    }

    private mutating func scalar(_ text: String, _ style: yaml_scalar_style_t, _ tag: String?) {
        var text = text
        withTag(tag) { emitter, tag in
            text.withUTF8 { utf8 in
                emitter.send {
                    unsafe yaml_scalar_event_initialize(
                        $0, nil, tag, utf8.baseAddress, CInt(utf8.count), tag == nil ? 1 : 0, tag == nil ? 1 : 0, style)
                }
            }
        }
    }

    @safe private mutating func withTag(_ tag: String?, _ body: (inout YAMLEmitter, UnsafePointer<UInt8>?) -> Void) {
        guard let tag else { return body(&self, nil) }
        let bytes = Array(tag.utf8) + [0]
        unsafe bytes.withUnsafeBufferPointer { unsafe body(&self, $0.baseAddress) }
    }

    @safe private mutating func send(_ initialize: (UnsafeMutablePointer<yaml_event_t>) -> CInt) {
        var event = unsafe yaml_event_t()
        if unsafe initialize(&event) == 0 || yaml_emitter_emit(emitter, &event) == 0 { hasFailed = true }
    }
}

/// Which texts YAML would take for something else.
enum YAMLText {
    /// Plain where the text stays a text, single quotes where not, and a block where it has several lines.
    static func style(of text: String) -> yaml_scalar_style_t {
        if text.utf8.contains(UInt8(ascii: "\n")) { return YAML_LITERAL_SCALAR_STYLE }
        return isAmbiguous(text) ? YAML_SINGLE_QUOTED_SCALAR_STYLE : YAML_PLAIN_SCALAR_STYLE
    }

    /// Whether a reader of YAML 1.1 or 1.2 would make a number, a truth value, null, a date or a merge of it.
    static func isAmbiguous(_ text: String) -> Bool {
        switch text.lowercased() {
        case "", "~", "null", "true", "false", "yes", "no", "on", "off", "y", "n", "=", "<<", ".nan", ".inf", "-.inf",
            "+.inf":
            return true
        default: break
        }
        var rest = Array(text.utf8)[...]
        if rest.first == UInt8(ascii: "+") || rest.first == UInt8(ascii: "-") { rest.removeFirst() }
        if rest.first == UInt8(ascii: ".") { rest.removeFirst() }
        guard let first = rest.first, first &- UInt8(ascii: "0") < 10 else { return false }
        // Digits, separators and exponents of all notations: decimal, 0x1f, 0o17, 0b1, 1_000, 1e9, 1:30:00, 2026-09-22.
        // A few texts more get quotes than need them; none gets fewer.
        let radix = rest.prefix(2).elementsEqual("0x".utf8)
        return rest.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: ":"),
                UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "e"), UInt8(ascii: "E"), UInt8(ascii: "o"),
                UInt8(ascii: "x"), UInt8(ascii: "b"), UInt8(ascii: "T"), UInt8(ascii: "Z"), UInt8(ascii: "t"),
                UInt8(ascii: "z"), UInt8(ascii: " "):
                true
            default: radix && (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte | 0x20)
            }
        }
    }
}
