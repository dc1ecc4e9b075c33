import Glibc

/// Reads lines as ``RecordLine`` writes them, and what people's jq programs make of them.
///
/// A key or value that is no string and has no `_enc` is taken as the bytes of its JSON text. Members that are not known
/// are passed over, unless the reader is strict; a known one that is there twice is an error.
@safe
package struct EnvelopeReader: ~Copyable {
    private let dialect: EnvelopeDialect
    private let isStrict: Bool
    private var scratch = JSONScratch()

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
        unsafe envelope.topic = try unsafe text(members.topic, "topic", in: line)
        if let token = members.partition {
            guard let number = Self.integer(token).flatMap({ UInt32(exactly: $0) }) else {
                throw unsafe Self.wrong(token, "partition is not a partition's number", in: line)
            }
            envelope.partition = number
        }
        if let token = members.offset {
            guard let number = Self.integer(token) else {
                throw unsafe Self.wrong(token, "offset is not a whole number", in: line)
            }
            envelope.offset = number
        }
        envelope.timestamp = try unsafe time(members.timestamp, in: line)
        envelope.hasHeaders = members.headers.map { unsafe $0.bytes.count > 2 && $0.kind != .null } ?? false
        return envelope
    }

    /// Whether a first line makes the input one of envelopes (`--input auto`): a JSON object with all six members that
    /// are always written, each of its type, and none that is unknown.
    package static func isEnvelope(_ line: UnsafeRawBufferPointer) -> Bool {
        var reader = EnvelopeReader(isStrict: true)
        guard let members = try? unsafe reader.members(of: line), members.topic != nil, members.partition != nil,
            members.key.map({ $0.kind == .string || $0.kind == .null }) == true,
            members.value.map({ $0.kind == .string || members.valueEncoding?.kind == .string }) == true,
            let timestamp = members.timestamp, timestamp.kind == .number || timestamp.kind == .null,
            let envelope = try? unsafe reader.read(line), let offset = envelope.offset
        else { return false }
        return unsafe offset >= 0 && envelope.value != nil
    }

    // MARK: - What the members mean

    /// The bytes that a key or value stands for; nil = null.
    private mutating func content(
        _ token: JSONToken?, _ encoding: JSONToken?, _ name: StaticString, in line: UnsafeRawBufferPointer
    ) throws(EnvelopeError) -> UnsafeRawBufferPointer? {
        guard let token else {
            if let encoding, encoding.kind != .null {
                throw unsafe Self.wrong(encoding, "\(name)_enc without \(name)", in: line)
            }
            return nil
        }
        guard let encoding, encoding.kind != .null else {
            return token.kind == .null ? nil : unsafe scratch.content(of: token)
        }
        guard encoding.kind == .string else {
            throw unsafe Self.wrong(encoding, "\(name)_enc is not a string", in: line)
        }
        let word = unsafe scratch.content(of: encoding)
        if unsafe Self.equal(word, "json") { return unsafe token.bytes }
        guard unsafe Self.equal(word, "base64") else {
            throw unsafe Self.wrong(encoding, "\(name)_enc is neither base64 nor json", in: line)
        }
        guard token.kind == .string, let bytes = unsafe scratch.base64(of: token) else {
            throw unsafe Self.wrong(token, "\(name) is not base64", in: line)
        }
        return unsafe bytes
    }

    private mutating func text(
        _ token: JSONToken?, _ name: StaticString, in line: UnsafeRawBufferPointer
    ) throws(EnvelopeError) -> UnsafeRawBufferPointer? {
        guard let token else { return nil }
        guard token.kind == .string else { throw unsafe Self.wrong(token, "\(name) is not a string", in: line) }
        return unsafe scratch.content(of: token)
    }

    private func time(_ token: JSONToken?, in line: UnsafeRawBufferPointer) throws(EnvelopeError) -> EnvelopeTime {
        guard let token else { return .absent }
        if token.kind == .null { return .none }
        guard let number = Self.integer(token) else {
            throw unsafe Self.wrong(token, "the timestamp is not a whole number of milliseconds", in: line)
        }
        return number == RecordLine.noTimestamp ? .none : .at(number)
    }

    /// The number, if it is a whole one that is written without fraction and exponent.
    private static func integer(_ token: JSONToken) -> Int64? {
        guard token.kind == .number else { return nil }
        let digits = unsafe token.bytes
        let isNegative = unsafe digits[0] == UInt8(ascii: "-")
        var number: Int64 = 0
        for index in (isNegative ? 1 : 0)..<digits.count {
            let digit = unsafe digits[index] &- UInt8(ascii: "0")
            guard digit < 10 else { return nil }
            // Downwards, since the lowest number has no counterpart above.
            let (tens, overflow) = number.multipliedReportingOverflow(by: 10)
            let (next, underflow) = tens.subtractingReportingOverflow(Int64(digit))
            guard !overflow, !underflow else { return nil }
            number = next
        }
        if isNegative { return number }
        return number == .min ? nil : -number
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
    fileprivate static func equal(_ bytes: UnsafeRawBufferPointer, _ word: StaticString) -> Bool {
        guard bytes.count == word.utf8CodeUnitCount, let base = bytes.baseAddress else { return false }
        return unsafe memcmp(base, word.utf8Start, bytes.count) == 0
    }
}

// MARK: - The members of a line

extension EnvelopeReader {
    /// The known members of a line, as they stand there.
    fileprivate struct Members {
        var topic: JSONToken?
        var partition: JSONToken?
        var offset: JSONToken?
        var timestamp: JSONToken?
        var key: JSONToken?
        var keyEncoding: JSONToken?
        var value: JSONToken?
        var valueEncoding: JSONToken?
        var headers: JSONToken?
    }

    /// What becomes of a member.
    private enum Outcome { case taken, isTwice, isUnknown }

    private mutating func members(of line: UnsafeRawBufferPointer) throws(EnvelopeError) -> Members {
        do throws(JSONError) {
            try unsafe JSONText.requireUTF8(line)
            var scanner = unsafe JSONScanner(line)
            // RFC 7464: a text of a sequence begins with a record separator.
            _ = scanner.take(0x1e)
            scanner.skipSpace()
            var members = Members()
            try scanner.require(UInt8(ascii: "{"), "an object")
            scanner.skipSpace()
            if !scanner.take(UInt8(ascii: "}")) {
                repeat {
                    scanner.skipSpace()
                    let start = scanner.position
                    let name = try scanner.string()
                    scanner.skipSpace()
                    try scanner.require(UInt8(ascii: ":"), "a colon")
                    scanner.skipSpace()
                    let value = try scanner.value(maximumDepth: JSONText.maximumDepth)
                    switch take(value, named: name, into: &members) {
                    case .taken: break
                    case .isTwice: throw JSONError("a member for the second time", at: start)
                    case .isUnknown: if isStrict { throw JSONError("an unknown member", at: start) }
                    }
                    scanner.skipSpace()
                } while scanner.take(UInt8(ascii: ","))
                try scanner.require(UInt8(ascii: "}"), "a comma or }")
            }
            try scanner.requireEnd()
            return members
        } catch {
            throw EnvelopeError(error)
        }
    }

    @inline(__always)
    private mutating func take(_ value: JSONToken, named name: JSONToken, into members: inout Members) -> Outcome {
        func fill(_ slot: inout JSONToken?) -> Outcome {
            if slot != nil { return .isTwice }
            slot = value
            return .taken
        }
        let name = unsafe scratch.content(of: name)
        func isNamed(_ word: StaticString) -> Bool { unsafe Self.equal(name, word) }
        if isNamed("topic") { return fill(&members.topic) }
        if isNamed("partition") { return fill(&members.partition) }
        if isNamed("offset") { return fill(&members.offset) }
        if isNamed("key") { return fill(&members.key) }
        switch dialect {
        case .fluvio:
            if isNamed("value") { return fill(&members.value) }
            if isNamed("timestamp") { return fill(&members.timestamp) }
            if isNamed("value_enc") { return fill(&members.valueEncoding) }
            if isNamed("key_enc") { return fill(&members.keyEncoding) }
            if isNamed("time") { return .taken }
        case .kcat:
            if isNamed("payload") { return fill(&members.value) }
            if isNamed("ts") { return fill(&members.timestamp) }
            if isNamed("headers") { return fill(&members.headers) }
            if isNamed("tstype") || isNamed("broker") { return .taken }
        }
        return .isUnknown
    }
}
