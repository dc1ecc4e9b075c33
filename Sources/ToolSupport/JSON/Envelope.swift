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
    package var key: UnsafeRawBufferPointer?
    /// The value; nil = null or not there, which a policy has to decide about (Fluvio has no null values).
    package var value: UnsafeRawBufferPointer?
    /// The time of the record.
    package var timestamp = EnvelopeTime.absent
    /// Where it was: for `--keep partition`.
    package var partition: UInt32?
    /// Where it was, in UTF-8: for `--keep topic`.
    package var topic: UnsafeRawBufferPointer?
    /// Where it was.
    package var offset: Int64?
    /// Whether the line has headers, which Fluvio cannot keep (kcat and rpk).
    package var hasHeaders = false

    init() {
        unsafe key = nil
        unsafe value = nil
        unsafe topic = nil
    }
}

/// The names that an envelope's members have.
package enum EnvelopeDialect: Sendable {
    /// Our own: `topic, partition, offset, timestamp, time, key, key_enc, value, value_enc`.
    case fluvio
    /// kcat -J: `topic, partition, offset, tstype, ts, broker, headers, key, payload`, the last two plain strings; and
    /// `key_enc, payload_enc` where our own lines in kcat's names need them.
    case kcat
    /// rpk topic consume: `topic, key, value, headers, timestamp, partition, offset`, plain strings.
    case rpk
    /// kaf consume --output json and json-each-row: `topic, partition, offset, timestamp (RFC 3339), headers, key, payload`.
    case kaf
}
