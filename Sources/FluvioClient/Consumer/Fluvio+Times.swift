import FluvioProtocol
import FluvioTransport

// No request seeks by time. The headers of batches say their latest timestamp, so a few of them are looked at.
extension Fluvio {
    /// The offset of the first record of a partition that is not older than `time`, or the end of the partition where
    /// all are older. A record without a timestamp counts as older.
    ///
    /// Found by halving the partition, so where timestamps do not rise with the offsets it is one of those that fit.
    ///
    /// - Parameters:
    ///   - topic: exactly this one.
    ///   - partition: counted from 0.
    ///   - isolation: which records count.
    ///   - time: milliseconds since 1970 UTC.
    /// - Throws: ``FluvioError/Code/topicNotFound``; ``FluvioError/Code/partitionNotFound``; what keeps it from the
    ///   leader, after ``ClientSettings/retry``.
    public func offset(
        of topic: String, partition: UInt32, at time: Int64, isolation: Isolation = .readCommitted
    ) async throws(FluvioError) -> Int64 {
        let replica = ReplicaKey(topic: topic, partition: partition)
        let place = FluvioError.Place(topic: topic, partition: Int(partition))
        let offsets = try await admin.ask(
            leaderOf: replica, FetchOffsetsRequest(topics: [FetchOffsetTopic(name: topic, partitions: [partition])])
        ) { $0.topics.first?.partitions.first?.error ?? .unknownServerError }
        guard let ends = offsets.topics.first?.partitions.first else {
            throw FluvioError(.protocolViolation, "a server left out the partition", at: place)
        }
        var low = ends.startOffset
        var high = ends.lastStableOffset
        // The batch that holds `low`, if its end has been looked at.
        while low < high {
            let middle = low + (high - low) / 2
            guard let batch = try await batch(of: replica, at: middle, isolation, isWhole: false) else { break }
            if batch.latest >= time { high = min(middle, max(batch.base, low)) } else { low = max(batch.next, low + 1) }
        }
        guard low < ends.lastStableOffset else { return ends.lastStableOffset }
        guard let batch = try await batch(of: replica, at: low, isolation, isWhole: true) else { return low }
        return max(low, batch.first(at: time))
    }

    /// The ``ProducerPosition/producerID`` of who has written the record at an offset; nil: there is none, or its producer
    /// names itself not.
    ///
    /// - Parameters:
    ///   - topic: exactly this one.
    ///   - partition: counted from 0.
    ///   - offset: of the record.
    ///   - retry: for how long a leader that does not answer is asked again; nil: ``ClientSettings/retry``.
    /// - Throws: as ``offset(of:partition:at:isolation:)``; ``FluvioError/Code/offsetEvicted``,
    ///   ``FluvioError/Code/offsetOutOfRange``.
    public func producerID(
        of topic: String, partition: UInt32, at offset: Int64, retry: RetryLimit? = nil
    ) async throws(FluvioError) -> Int64? {
        let replica = ReplicaKey(topic: topic, partition: partition)
        guard let batch = try await batch(of: replica, at: offset, .readUncommitted, isWhole: false, retry),
            batch.base <= offset, offset < batch.next, batch.producerID >= 0
        else { return nil }
        return batch.producerID
    }

    /// What is looked at of a batch.
    private struct Look {
        let producerID: Int64
        let base: Int64
        let next: Int64
        let latest: Int64
        /// Where the records are known: their timestamps.
        var timestamps: [Int64]?

        /// The offset of the first record not older than that; the end of the batch if all are.
        func first(at time: Int64) -> Int64 {
            guard let timestamps else { return base }
            return timestamps.firstIndex { $0 >= time }.map { base + Int64($0) } ?? next
        }
    }

    /// Bytes in which a header always fits.
    private static let headerBytes: Int32 = 1024

    /// The batch that holds an offset: its header, or all of it. Nil: there is none.
    private func batch(
        of replica: ReplicaKey, at offset: Int64, _ isolation: Isolation, isWhole: Bool, _ retry: RetryLimit? = nil
    ) async throws(FluvioError) -> Look? {
        var bytes = isWhole ? 65_536 : Self.headerBytes
        while true {
            let partition = FetchPartition(partition: replica.partition, fetchOffset: offset, maxBytes: bytes)
            let request = FetchRequest(
                maxBytes: bytes, isolation: isolation.wire,
                topics: [FetchTopic(name: replica.topic, partitions: [partition])])
            let response = try await admin.ask(leaderOf: replica, request, retry: retry) { response in
                response.topics.first?.partitions.first?.error ?? .unknownServerError
            }
            guard let records = response.topics.first?.partitions.first?.records, !records.bytes.isEmpty else {
                return nil
            }
            switch Self.look(at: records, isWhole: isWhole) {
            case .found(let look): return look
            case .needs(let count):
                guard count > Int(bytes) else { return nil }
                bytes = Int32(clamping: count)
            }
        }
    }

    private enum Found {
        case found(Look)
        /// So many bytes must be asked for.
        case needs(Int)
    }

    private static func look(at records: RecordSet, isWhole: Bool) -> Found {
        unsafe records.bytes.withUnsafeBytes { bytes in
            guard let header = unsafe BatchHeader(reading: bytes, at: 0), let next = header.nextOffset else {
                return .needs(bytes.count < BatchHeader.size ? 1024 : 0)
            }
            let latest = max(header.maxTimestamp, header.firstTimestamp)
            var look = Look(
                producerID: header.producerID, base: header.baseOffset, next: next, latest: latest)
            // Some producers do not say the latest: then the records have to.
            guard isWhole || header.maxTimestamp < header.firstTimestamp else { return .found(look) }
            var reader = BatchReader(0..<bytes.count)
            switch unsafe reader.next(in: bytes) {
            case .batch(let batch):
                look.timestamps = unsafe timestamps(of: batch, in: bytes)
                let last = look.timestamps?.max() ?? latest
                return .found(
                    Look(
                        producerID: look.producerID, base: look.base, next: next, latest: last,
                        timestamps: look.timestamps))
            case .cut(let cut): return .needs((cut.wholeSize ?? bytes.count) + 1024)
            case .corrupt, nil: return .found(look)
            }
        }
    }

    /// The timestamps of a batch by position, nil if it is damaged.
    private static func timestamps(of batch: RecordBatch, in bytes: UnsafeRawBufferPointer) -> [Int64]? {
        var decompressor = Decompressor()
        return unsafe try? decompressor.withRecords(of: batch, in: bytes) { cursor, payload throws(BatchError) in
            var timestamps: [Int64] = []
            while try unsafe cursor.next(in: payload) {
                // A SmartModule leaves holes.
                while batch.header.baseOffset + Int64(timestamps.count) < cursor.offset {
                    timestamps.append(cursor.timestamp)
                }
                timestamps.append(cursor.timestamp)
            }
            return timestamps
        }
    }
}
