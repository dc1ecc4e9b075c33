/// Why a line is no record.
package struct EnvelopeError: Error, Equatable, Sendable, CustomStringConvertible {
    /// What is wrong, as a phrase without a full stop.
    package let reason: String
    /// Position in the line, from 0.
    package let position: Int

    /// `reason at byte N`, N from 1 as editors count.
    package var description: String { "\(reason) at byte \(position + 1)" }

    init(_ reason: String, at position: Int) {
        self.reason = reason
        self.position = position
    }

    init(_ error: JSONError) { self.init(error.reason, at: error.position) }
}

/// The time in an envelope.
package enum EnvelopeTime: Equatable, Sendable {
    /// The line does not speak of it.
    case absent
    /// The record has none (null or -1).
    case none
    /// Milliseconds since 1970 UTC.
    case at(Int64)
}

/// A record read from a JSON line. Its slices are good until the reader or the line is used again.
@safe
package struct Envelope {
    /// The key; nil = null or not there.
    package let key: UnsafeRawBufferPointer?
    /// The value; nil = null or not there, which a policy has to decide about (Fluvio has no null values).
    package let value: UnsafeRawBufferPointer?
    /// The time of the record.
    package let timestamp: EnvelopeTime
    /// Where it was: for `--keep partition`.
    package let partition: UInt32?
    /// Where it was, in UTF-8: for `--keep topic`.
    package let topic: UnsafeRawBufferPointer?
    /// Where it was.
    package let offset: Int64?
}

/// The names that an envelope's members have.
package enum EnvelopeDialect: Sendable {
    /// Our own: `topic, partition, offset, timestamp, key, value, key_enc, value_enc`.
    case fluvio
    /// kcat -J: `topic, partition, offset, ts, key, payload`, both of them plain strings.
    case kcat
}

/// Reads lines as ``RecordLine`` writes them, and what people's jq programs make of them.
@safe
package struct EnvelopeReader: ~Copyable {
    /// A reader; `isStrict` refuses members that it does not know.
    package init(dialect: EnvelopeDialect = .fluvio, isStrict: Bool = false) {}

    /// Reads one line (without its delimiter).
    package mutating func read(_ line: UnsafeRawBufferPointer) throws(EnvelopeError) -> Envelope {
        throw EnvelopeError("not a record", at: 0)
    }

    /// Whether a first line makes the input one of envelopes (`--input auto`): a JSON object with all six members that
    /// are always written, each of its type, and none that is unknown.
    package static func isEnvelope(_ line: UnsafeRawBufferPointer) -> Bool { false }
}
