/// What stands for the batches of a partition in a message: their bytes, or only the place of these.
package protocol RecordPayload: WireCodable, Equatable, Sendable {
    /// Where the batches stand in the frame that was read.
    var range: Range<Int> { get }
}

/// Batches back to back, the last of them possibly cut. Read from a frame it is a slice of it: nothing is copied, and
/// what was read is written back byte for byte.
package struct RecordSet: RecordPayload {
    /// The batches, as on the wire.
    package var bytes: ArraySlice<UInt8> = []

    package init() {}

    package init(bytes: ArraySlice<UInt8>) { self.bytes = bytes }

    package var range: Range<Int> { bytes.indices }

    package mutating func code<C: WireCoder>(with coder: inout C) throws(WireError) { try coder.code(&bytes) }
}

/// The place of a ``RecordSet``'s bytes, which stay where they are. Read, it holds on to no frame, so the frame may be
/// changed in place. Written, only the length appears: the bytes are sent from elsewhere (``FramePieces``).
package struct RecordRange: RecordPayload {
    package var range: Range<Int> = 0..<0

    package init() {}

    package init(_ range: Range<Int>) { self.range = range }

    /// So many bytes, wherever they are.
    package init(count: Int) { range = 0..<max(0, count) }

    package mutating func code<C: WireCoder>(with coder: inout C) throws(WireError) { try coder.codeInPlace(&range) }
}

/// What a producer waits for, and what a consumer sees.
package enum Isolation: UInt8, WireTag, CaseIterable {
    /// What the leader has.
    case readUncommitted = 0
    /// What all replicas have.
    case readCommitted = 1

    package init() { self = .readUncommitted }

    /// As a produce request says it: any negative number is committed, and -1 is what is written.
    package init(acks: Int16) { self = acks < 0 ? .readCommitted : .readUncommitted }

    /// As a produce request says it.
    package var acks: Int16 { self == .readCommitted ? -1 : 1 }
}
