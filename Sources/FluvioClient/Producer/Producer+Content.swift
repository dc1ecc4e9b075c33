extension Producer {
    /// Copies a record without a key into the batch that is being filled, waiting for room if there is none.
    ///
    /// - Returns: the promise of its acknowledgement, to wait for now, later or never.
    /// - Throws: ``FluvioError/Code/invalidArgument`` if the value has no bytes; as
    ///   ``send(key:value:timestamp:partition:)-([UInt8]?,_,_,_)``.
    @discardableResult
    public func send<Value: RecordContent>(_ value: Value) async throws(FluvioError) -> Receipt {
        try await send(key: nil, value: Self.bytes(of: value, "value"))
    }

    /// Copies a record into the batch that is being filled, waiting for room if there is none.
    ///
    /// - Parameters:
    ///   - key: decides the partition, as with the official client.
    ///   - value: what the record holds.
    ///   - timestamp: milliseconds since 1970 UTC; nil: now.
    ///   - partition: overrides what the key decides.
    /// - Returns: the promise of its acknowledgement, to wait for now, later or never.
    /// - Throws: as ``send(_:)-(Value)``.
    @discardableResult
    public func send<Key: RecordContent, Value: RecordContent>(
        key: Key, value: Value, timestamp: Int64? = nil, partition: UInt32? = nil
    ) async throws(FluvioError) -> Receipt {
        // An optional: without it this function would call itself.
        let bytes: [UInt8]? = try Self.bytes(of: key, "key")
        return try await send(
            key: bytes, value: Self.bytes(of: value, "value"), timestamp: timestamp, partition: partition)
    }

    /// Sends pairs of a key and a value, as one after the other. They leave together, as far as they fit.
    ///
    /// - Returns: the promises of their acknowledgements, in the order of the pairs.
    /// - Throws: as ``send(_:)-(Value)``; the pairs before the one it is about are on their way then.
    @discardableResult
    public func send<Key: RecordContent, Value: RecordContent>(
        _ pairs: some Sequence<(Key, Value)>
    ) async throws(FluvioError) -> [Receipt] {
        var receipts: [Receipt] = []
        for (key, value) in pairs { receipts.append(try await send(key: key, value: value)) }
        return receipts
    }

    /// Sends values without keys, as one after the other. They leave together, as far as they fit.
    ///
    /// - Returns: the promises of their acknowledgements, in the order of the values.
    /// - Throws: as ``send(_:)-(Value)``; the values before the one it is about are on their way then.
    @discardableResult
    public func send<Value: RecordContent>(_ values: some Sequence<Value>) async throws(FluvioError) -> [Receipt] {
        var receipts: [Receipt] = []
        for value in values { receipts.append(try await send(value)) }
        return receipts
    }

    private static func bytes(of content: some RecordContent, _ what: String) throws(FluvioError) -> [UInt8] {
        do {
            return try content.recordBytes()
        } catch {
            throw FluvioError(.invalidArgument, "the \(what) has no bytes: \(error)", underlying: error)
        }
    }
}
