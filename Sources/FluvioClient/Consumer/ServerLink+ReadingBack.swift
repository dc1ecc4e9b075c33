import FluvioProtocol

extension ServerLink {
    /// Bytes asked for in one step.
    private static let step = 2 << 20

    /// What stands before an offset, for what it says of producers that number their batches (``RepeatFilter``): in
    /// steps, backwards, as far as so many bytes reach. Nothing if the batch before the offset is of another producer.
    ///
    /// - Parameter start: the first offset that is kept.
    func before(
        _ offset: Int64, from start: Int64, of replica: ReplicaKey, bytes limit: Int, timeout: Duration
    ) async throws(FluvioError) -> [RecordChunk] {
        guard limit > 0, offset > start else { return [] }
        let last = try await context(at: offset - 1, 4096, before: offset, of: replica, timeout)
        guard let header = last?.firstHeader, header.producerID >= 0, header.offsetCount > 0 else { return [] }
        // How many records so many bytes hold is guessed from the last batch.
        let size = max(1, header.wholeSize / Int(header.offsetCount))
        var chunks: [RecordChunk] = []
        var left = limit
        var high = offset
        while left > 0, high > start {
            let low = max(start, high - Int64(max(1, min(left, Self.step) / size)))
            var position = low
            while position < high, left > 0 {
                guard let chunk = try await context(at: position, Self.step, before: offset, of: replica, timeout),
                    let end = RecordChunk.arrival(of: chunk.range, in: chunk.bytes).arrival.end, end > position
                else { return chunks }
                chunks.append(chunk)
                left -= chunk.range.count
                position = end
            }
            high = low
        }
        return chunks
    }

    private func context(
        at offset: Int64, _ bytes: Int, before end: Int64, of replica: ReplicaKey, _ timeout: Duration
    ) async throws(FluvioError) -> RecordChunk? {
        let partition = FetchPartition(
            partition: replica.partition, fetchOffset: offset, maxBytes: Int32(clamping: bytes))
        let request = FetchRequest(
            maxBytes: Int32(clamping: bytes), isolation: .readUncommitted,
            topics: [FetchTopic(name: replica.topic, partitions: [partition])])
        let response = try await call(request, timeout: timeout)
        // What cannot be had is not worth an error: it would only make late repeats rarer.
        guard let answer = response.topics.first?.partitions.first, answer.error.isSuccess else { return nil }
        let records = answer.records.bytes
        return RecordChunk(
            partition: replica.partition, start: end, stop: nil, end: end, highWatermark: answer.highWatermark,
            isContext: true, bytes: Array(records), range: 0..<records.count)
    }
}

extension RecordChunk {
    /// The header of the first batch, of which not all may be there.
    fileprivate var firstHeader: BatchHeader? {
        unsafe bytes.withUnsafeBytes { bytes in
            range.count < BatchHeader.size ? nil : unsafe BatchHeader(reading: bytes, at: range.lowerBound)
        }
    }
}
