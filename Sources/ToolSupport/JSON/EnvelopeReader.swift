import Glibc

/// Reads lines as ``RecordLine`` writes them, and what people's jq programs make of them.
///
/// A key or value that is no string and has no `_enc` is taken as the bytes of its JSON text. Members that are not known
/// are passed over, unless the reader is strict; a known one that is there twice is an error.
@safe
package struct EnvelopeReader: ~Copyable {
    let dialect: EnvelopeDialect
    private let isStrict: Bool
    var scratch = JSONScratch()

    /// A reader; `isStrict` refuses members that it does not know.
    package init(dialect: EnvelopeDialect = .fluvio, isStrict: Bool = false) {
        self.dialect = dialect
        self.isStrict = isStrict
    }

    /// Reads one line (without its delimiter).
    package mutating func read(_ line: UnsafeRawBufferPointer) throws(EnvelopeError) -> Envelope {
        scratch.begin()
        let members = try unsafe members(of: line)
        var envelope = Envelope()
        unsafe envelope.key = try unsafe content(members.key, members.keyEncoding, "key", in: line)
        unsafe envelope.value = try unsafe content(members.value, members.valueEncoding, "value", in: line)
        if let token = members.topic {
            guard token.kind == .string else { throw unsafe Self.wrong(token, "topic is not a string", in: line) }
            unsafe envelope.topic = unsafe scratch.content(of: token)
        }
        if let token = members.partition {
            guard let number = token.integer.flatMap({ UInt32(exactly: $0) }) else {
                throw unsafe Self.wrong(token, "partition is not a partition's number", in: line)
            }
            envelope.partition = number
        }
        if let token = members.offset {
            guard let number = token.integer else {
                throw unsafe Self.wrong(token, "offset is not a whole number", in: line)
            }
            envelope.offset = number
        }
        if let token = members.timestamp {
            guard let number = time(token) else {
                let wanted = dialect == .kaf ? "no time as in RFC 3339" : "not a whole number of milliseconds"
                throw unsafe Self.wrong(token, "the timestamp is \(wanted)", in: line)
            }
            envelope.timestamp = number == RecordLine.noTimestamp ? .none : .at(number)
        }
        envelope.hasHeaders = members.headers.map { unsafe $0.bytes.count > 2 && $0.kind != .null } ?? false
        return envelope
    }

    /// The year 1, which is what a time that is not set is in Go, and so in kaf.
    private static let noTimeOfGo: Int64 = -62_135_596_800_000

    /// Milliseconds since 1970, or ``RecordLine/noTimestamp``; nil: it is no time.
    private mutating func time(_ token: JSONToken) -> Int64? {
        guard token.kind != .null else { return RecordLine.noTimestamp }
        guard dialect == .kaf, token.kind == .string else { return token.integer }
        let time = unsafe UTCTime.milliseconds(scratch.content(of: token))
        return time == Self.noTimeOfGo ? RecordLine.noTimestamp : time
    }

    /// Whether a first line makes the input one of envelopes (`--input auto`): a JSON object with all six members that
    /// are always written, each of its type, and none that is unknown.
    package static func isEnvelope(_ line: UnsafeRawBufferPointer) -> Bool {
        var reader = EnvelopeReader(isStrict: true)
        guard let members = try? unsafe reader.members(of: line), members.topic != nil, members.partition != nil,
            let key = members.key?.token.kind, key == .string || key == .null,
            let value = members.value?.token.kind, value == .string || members.valueEncoding?.kind == .string,
            members.timestamp != nil, let envelope = try? unsafe reader.read(line), let offset = envelope.offset
        else { return false }
        return unsafe offset >= 0 && envelope.value != nil
    }

    /// The bytes that a key or value stands for; nil = null.
    private mutating func content(
        _ field: Field?, _ encoding: JSONToken?, _ name: StaticString, in line: UnsafeRawBufferPointer
    ) throws(EnvelopeError) -> UnsafeRawBufferPointer? {
        guard let encoding, encoding.kind != .null else {
            guard let field, field.token.kind != .null else { return nil }
            return unsafe field.content
        }
        guard let field else { throw unsafe Self.wrong(encoding, "\(name)_enc without \(name)", in: line) }
        guard encoding.kind == .string else {
            throw unsafe Self.wrong(encoding, "\(name)_enc is not a string", in: line)
        }
        let word = unsafe scratch.content(of: encoding)
        if unsafe Self.equal(word, "json") { return unsafe field.token.bytes }
        guard unsafe Self.equal(word, "base64") else {
            throw unsafe Self.wrong(encoding, "\(name)_enc is neither base64 nor json", in: line)
        }
        guard field.token.kind == .string, let bytes = unsafe scratch.decodeBase64(field.content) else {
            throw unsafe Self.wrong(field.token, "\(name) is not base64", in: line)
        }
        return unsafe bytes
    }

    private static func wrong(
        _ token: JSONToken, _ reason: String, in line: UnsafeRawBufferPointer
    ) -> EnvelopeError {
        guard let start = line.baseAddress, let at = unsafe token.bytes.baseAddress else {
            return EnvelopeError(reason, at: 0)
        }
        return unsafe EnvelopeError(reason, at: at - start)
    }

    @inline(__always)
    static func equal(_ bytes: UnsafeRawBufferPointer, _ word: StaticString) -> Bool {
        guard bytes.count == word.utf8CodeUnitCount, let base = bytes.baseAddress else { return false }
        return unsafe memcmp(base, word.utf8Start, bytes.count) == 0
    }
}

// MARK: - The members of a line

extension EnvelopeReader {
    /// A key or value: its token, and what that means.
    @safe
    private struct Field {
        let token: JSONToken
        let content: UnsafeRawBufferPointer
    }

    /// The known members of a line, as they stand there.
    private struct Members {
        var topic: JSONToken?
        var partition: JSONToken?
        var offset: JSONToken?
        var timestamp: JSONToken?
        var key: Field?
        var keyEncoding: JSONToken?
        var value: Field?
        var valueEncoding: JSONToken?
        var headers: JSONToken?
    }

    private mutating func members(of line: UnsafeRawBufferPointer) throws(EnvelopeError) -> Members {
        do throws(JSONError) {
            try unsafe JSONText.requireUTF8(line)
            var scanner = unsafe JSONScanner(line)
            // RFC 7464: a text of a sequence begins with a record separator.
            _ = scanner.take(0x1e)
            scanner.skipSpace()
            var members = Members()
            try scanner.require(UInt8(ascii: "{"), .object)
            scanner.skipSpace()
            if !scanner.take(UInt8(ascii: "}")) {
                repeat {
                    scanner.skipSpace()
                    try member(&scanner, into: &members)
                    scanner.skipSpace()
                } while scanner.take(UInt8(ascii: ","))
                try scanner.require(UInt8(ascii: "}"), .commaOrBrace)
            }
            try scanner.requireEnd()
            return members
        } catch {
            throw EnvelopeError(error)
        }
    }

    @inline(__always)
    private mutating func member(_ scanner: inout JSONScanner, into members: inout Members) throws(JSONError) {
        let start = scanner.position
        let name = name(try scanner.string())
        scanner.skipSpace()
        try scanner.require(UInt8(ascii: ":"), .colon)
        scanner.skipSpace()
        var isTwice = false
        func fill<Slot>(_ slot: inout Slot?, _ value: Slot) {
            if slot != nil { isTwice = true }
            slot = value
        }
        switch name {
        case .key: fill(&members.key, try field(&scanner))
        case .value: fill(&members.value, try field(&scanner))
        default:
            let value = try scanner.value(maximumDepth: JSONText.maximumDepth)
            switch name {
            case .topic: fill(&members.topic, value)
            case .partition: fill(&members.partition, value)
            case .offset: fill(&members.offset, value)
            case .timestamp: fill(&members.timestamp, value)
            case .keyEncoding: fill(&members.keyEncoding, value)
            case .valueEncoding: fill(&members.valueEncoding, value)
            case .headers: fill(&members.headers, value)
            case .key, .value, .passed: break
            case nil: if isStrict { throw JSONError(.unknownMember, at: start) }
            }
        }
        if isTwice { throw JSONError(.duplicateMember, at: start) }
    }

    /// A string is looked at once: checked and copied.
    @inline(__always)
    private mutating func field(_ scanner: inout JSONScanner) throws(JSONError) -> Field {
        if scanner.next == UInt8(ascii: "\"") {
            let string = try unsafe scratch.string(&scanner)
            return unsafe Field(token: string.token, content: string.content)
        }
        let token = try scanner.value(maximumDepth: JSONText.maximumDepth)
        return unsafe Field(token: token, content: token.bytes)
    }
}
