/// What stands in front of a batch's records (protocol: record batch).
package struct BatchHeader: Equatable, Sendable {
    /// Bytes of the header without a schema id.
    package static let size = 57
    /// Bytes in front of what ``batchLength`` counts: base offset and length.
    package static let preambleSize = 12
    /// Where the bytes begin that the CRC covers; they reach to the end of the batch. What stands before them, the
    /// base offset among it, can be changed without a new CRC.
    package static let crcStart = 21
    /// Bytes of the schema id behind the header.
    package static let schemaIDSize = 4
    /// Attribute bit: a schema id follows. A real server fails to store such a batch: read it, never send it.
    package static let schemaFlag: Int16 = 0x10
    /// Attribute bits of the codec.
    package static let codecMask: Int16 = 0x07
    /// The largest batch that a server stores, in bytes with its header.
    package static let maximumBatchSize = 33_554_432

    /// The offset of the first record. A server sets it; the official client sends the record count - 1.
    package var baseOffset: Int64 = 0
    /// Bytes of the batch after this field.
    package var batchLength: Int32 = Int32(size - preambleSize)
    /// Used by nobody.
    package var partitionLeaderEpoch: Int32 = -1
    package var magic: Int8 = 2
    /// CRC-32C of everything from the attributes on.
    package var crc: UInt32 = 0
    /// Codec and schema flag; the other bits are unused, and are let pass.
    package var attributes: Int16 = 0
    /// Offsets that the batch takes up, less one.
    package var lastOffsetDelta: Int32 = 0
    /// Milliseconds since 1970 that the records' timestamps are counted from; -1: they have none.
    package var firstTimestamp: Int64 = -1
    package var maxTimestamp: Int64 = -1
    /// Kept by the server and otherwise unused: -1, or the sender's.
    package var producerID: Int64 = -1
    package var producerEpoch: Int16 = -1
    /// The sequence of the first record under that producer id and epoch.
    package var firstSequence: Int32 = -1
    package var schemaID: UInt32?

    package init() {}

    /// Reads the header at `position` of `bytes`; nil if it does not fit there. Nothing is checked but that.
    package init?(reading bytes: UnsafeRawBufferPointer, at position: Int) {
        guard position >= 0, position <= bytes.count, bytes.count - position >= Self.size else { return nil }
        unsafe baseOffset = bytes.bigEndian(at: position)
        unsafe batchLength = bytes.bigEndian(at: position + 8)
        unsafe partitionLeaderEpoch = bytes.bigEndian(at: position + 12)
        unsafe magic = bytes.bigEndian(at: position + 16)
        unsafe crc = bytes.bigEndian(at: position + 17)
        unsafe attributes = bytes.bigEndian(at: position + 21)
        unsafe lastOffsetDelta = bytes.bigEndian(at: position + 23)
        unsafe firstTimestamp = bytes.bigEndian(at: position + 27)
        unsafe maxTimestamp = bytes.bigEndian(at: position + 35)
        unsafe producerID = bytes.bigEndian(at: position + 43)
        unsafe producerEpoch = bytes.bigEndian(at: position + 51)
        unsafe firstSequence = bytes.bigEndian(at: position + 53)
        guard attributes & Self.schemaFlag != 0 else { return }
        guard bytes.count - position >= Self.size + Self.schemaIDSize else { return nil }
        schemaID = unsafe bytes.bigEndian(at: position + Self.size)
    }

    /// Writes the header to `position` of `bytes`, the schema id too if there is one; false if it does not fit there.
    @discardableResult
    package func write(to bytes: UnsafeMutableRawBufferPointer, at position: Int) -> Bool {
        guard position >= 0, position <= bytes.count, bytes.count - position >= headerSize else { return false }
        unsafe bytes.setBigEndian(baseOffset, at: position)
        unsafe bytes.setBigEndian(batchLength, at: position + 8)
        unsafe bytes.setBigEndian(partitionLeaderEpoch, at: position + 12)
        unsafe bytes.setBigEndian(magic, at: position + 16)
        unsafe bytes.setBigEndian(crc, at: position + 17)
        unsafe bytes.setBigEndian(attributes, at: position + 21)
        unsafe bytes.setBigEndian(lastOffsetDelta, at: position + 23)
        unsafe bytes.setBigEndian(firstTimestamp, at: position + 27)
        unsafe bytes.setBigEndian(maxTimestamp, at: position + 35)
        unsafe bytes.setBigEndian(producerID, at: position + 43)
        unsafe bytes.setBigEndian(producerEpoch, at: position + 51)
        unsafe bytes.setBigEndian(firstSequence, at: position + 53)
        if let schemaID { unsafe bytes.setBigEndian(schemaID, at: position + Self.size) }
        return true
    }

    /// Gives the batch at `position` of `bytes` another base offset; its CRC stays right. False if no header fits
    /// there.
    @discardableResult
    package static func setBaseOffset(
        _ offset: Int64, in bytes: UnsafeMutableRawBufferPointer, at position: Int
    ) -> Bool {
        guard position >= 0, position <= bytes.count, bytes.count - position >= size else { return false }
        unsafe bytes.setBigEndian(offset, at: position)
        return true
    }

    /// Bytes of the header, the schema id included: where the payload begins.
    package var headerSize: Int { schemaID == nil ? Self.size : Self.size + Self.schemaIDSize }

    /// Bytes of the whole batch, if ``batchLength`` is right.
    package var wholeSize: Int { Self.preambleSize + Int(batchLength) }

    /// How many offsets the batch takes up; below 1 in a damaged batch.
    package var offsetCount: Int { Int(lastOffsetDelta) + 1 }

    /// The first offset after the batch; nil if it, or the base offset, is no offset.
    package var nextOffset: Int64? {
        let (next, overflow) = baseOffset.addingReportingOverflow(Int64(offsetCount))
        return overflow || baseOffset < 0 || lastOffsetDelta < 0 ? nil : next
    }

    /// The codec of the payload; nil for the numbers 5 to 7, which mean none.
    package var codec: Compression? { Compression(rawValue: UInt8(attributes & Self.codecMask)) }
}

extension UnsafeRawBufferPointer {
    /// The number at `position`, which the caller has checked to be inside.
    @inlinable
    func bigEndian<T: FixedWidthInteger & BitwiseCopyable>(at position: Int) -> T {
        T(bigEndian: unsafe loadUnaligned(fromByteOffset: position, as: T.self))
    }
}

extension UnsafeMutableRawBufferPointer {
    /// Sets the number at `position`, which the caller has checked to be inside.
    @inlinable
    func setBigEndian<T: FixedWidthInteger & BitwiseCopyable>(_ value: T, at position: Int) {
        unsafe storeBytes(of: value.bigEndian, toByteOffset: position, as: T.self)
    }
}
