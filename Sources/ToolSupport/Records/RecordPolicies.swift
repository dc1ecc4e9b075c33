/// How input falls into records, and what they look like.
package enum InputFormat: String, CaseIterable, Sendable {
    /// Records between delimiters.
    case lines
    /// The JSON lines of `fluvio-cat consume`.
    case envelope
    /// The JSON lines of `kcat -C -J`.
    case kcat
    /// The JSON of `rpk topic consume`, over several lines.
    case rpk
    /// The JSON of `kaf consume --output json` and `json-each-row`.
    case kaf
    /// Records behind their length in 32 bits, big-endian.
    case lengthPrefixed = "length-prefixed"
    /// Records behind their length in 7 bits a byte.
    case varintPrefixed = "varint-prefixed"
    /// Lines or envelopes, as the first record decides.
    case auto

    /// How such an input is cut; `delimiter` ends records where there are delimiters.
    package func framing(delimiter: [UInt8]) -> RecordFraming {
        switch self {
        case .lines, .envelope, .kcat, .auto: .delimited(delimiter)
        case .rpk, .kaf: .jsonTexts
        case .lengthPrefixed: .lengthPrefixed
        case .varintPrefixed: .varintPrefixed
        }
    }

    /// The names of its members, if its records are JSON objects with keys of their own.
    package var dialect: EnvelopeDialect? {
        switch self {
        case .envelope: .fluvio
        case .kcat: .kcat
        case .rpk: .rpk
        case .kaf: .kaf
        case .lines, .lengthPrefixed, .varintPrefixed, .auto: nil
        }
    }
}

extension ValueKind where Value == InputFormat {
    /// One of these formats.
    package static func inputFormat(_ formats: [InputFormat]) -> ValueKind {
        let any = ValueKind<InputFormat>.choice("FORMAT")
        return ValueKind("FORMAT", completion: .choices(formats.map(\.rawValue)), format: any.format) {
            text throws(ValueError) in
            let format = try any.parse(text)
            guard formats.contains(format) else {
                throw ValueError("'\(text)' is none of \(formats.map(\.rawValue).joined(separator: ", "))")
            }
            return format
        }
    }
}

/// What is done about a record that has no key where one is wanted.
package enum MissingKey: String, CaseIterable, Sendable {
    case error, null, skip
}

/// What is done about a record above the limit.
package enum OversizePolicy: String, CaseIterable, Sendable {
    case error, skip, truncate, split
}

/// What is done about a record that is refused.
package enum RefusalPolicy: String, CaseIterable, Sendable {
    /// Stop there; what came before is sent and acknowledged.
    case stop
    /// Go on, and tell by the exit status.
    case skip
    /// Go on.
    case ignore
}

/// What a record with `"value":null` becomes.
package enum NullValue: String, CaseIterable, Sendable {
    case error, empty, skip
}

/// What is done about headers, which Fluvio's records do not have.
package enum HeaderPolicy: String, CaseIterable, Sendable {
    case error, drop
}

/// What decides about the partition of a record that names none.
package enum Partitioner: String, CaseIterable, Sendable {
    /// The key, as with the official client; records without a key go round.
    case sip
    /// All records go round.
    case roundRobin = "round-robin"
    /// The key; all records without one go to the same partition, chosen at the start.
    case sticky
}

/// The members of an envelope that decide where its record goes.
package enum KeptMember: String, CaseIterable, Sendable {
    case timestamp, partition, topic
}

extension ValueKind where Value == [KeptMember] {
    /// Names of members with commas between them.
    package static var keptMembers: ValueKind {
        let one = ValueKind<KeptMember>.choice("MEMBER")
        return ValueKind(
            "LIST", completion: .choices(KeptMember.allCases.map(\.rawValue)),
            format: { $0.isEmpty ? nil : $0.map(\.rawValue).joined(separator: ",") }
        ) { text throws(ValueError) in
            var members: [KeptMember] = []
            for word in text.split(separator: ",", omittingEmptySubsequences: false) {
                members.append(try one.parse(String(word)))
            }
            return members
        }
    }
}

extension ValueKind where Value == JSONPath {
    /// A path such as `.user.id`.
    package static var jsonPath: ValueKind {
        ValueKind("PATH") { text throws(ValueError) in
            guard let path = JSONPath(text) else {
                throw ValueError("'\(text)' is no path: .name, .name.name or .name[0] is wanted")
            }
            return path
        }
    }
}
