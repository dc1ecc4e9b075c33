/// The bytes around the records in the produce requests for one partition. They are made once: from request to request
/// only three numbers in them differ.
package struct ProduceFrame: Equatable, Sendable {
    /// What comes behind the records.
    package let suffix: [UInt8]
    private let prefix: [UInt8]

    /// - Parameters:
    ///   - timeout: milliseconds that a committed produce waits for the replicas; not negative.
    ///   - version: of the request, as negotiated.
    package init(
        replica: ReplicaKey, isolation: Isolation, timeout: Int32, smartModules: [SmartModuleInvocation] = [],
        version: Int16, clientID: String
    ) throws(WireError) {
        let partition = PartitionProduceData(partition: replica.partition, records: RecordRange())
        let request = ProduceRequest(
            isolation: isolation, timeout: timeout,
            topics: [TopicProduceData(name: replica.topic, partitions: [partition])], smartModules: smartModules)
        let pieces = try request.framePieces(version: version, clientID: clientID)
        // One partition makes one gap.
        prefix = pieces.pieces[0]
        suffix = pieces.pieces[1]
    }

    /// Bytes of every prefix.
    package var prefixCount: Int { prefix.count }

    /// What comes in front of `recordBytes` bytes of records: the frame up to and including their length.
    package func prefix(correlationID: Int32, recordBytes: Int) throws(WireError) -> [UInt8] {
        let length = prefix.count - Frame.lengthSize + recordBytes + suffix.count
        guard recordBytes >= 0, length <= Int(Int32.max) else {
            throw WireError(.tooLong(recordBytes, limit: Int(Int32.max)), at: prefix.count)
        }
        var writer = WireWriter(version: 0, appendingTo: prefix)
        writer.patch(UInt32(length), at: 0)
        writer.patch(UInt32(bitPattern: correlationID), at: Frame.requestCorrelationPosition)
        writer.patch(UInt32(recordBytes), at: prefix.count - 4)
        return writer.bytes
    }
}
