import FluvioProtocol

/// Goes through the records of chunks: checks and decompresses batches, leaves out what is not wanted and what stands
/// in the log twice. To be used by one thread, for all chunks of one consumer in their order.
public struct ChunkReader: ~Copyable {
    private var decompressor = Decompressor()
    private var filters: [UInt32: RepeatFilter] = [:]
    private let topic: String
    private let keepsRepeats: Bool
    private let skipsCorrupt: Bool
    private let maximumDecompressed: Int
    private let onSkip: @Sendable (FluvioError) -> Void
    /// Records that stood in the log twice, and were left out.
    public private(set) var repeats = 0
    /// Batches that are damaged, and were left out.
    public private(set) var corruptBatches = 0

    /// Reads chunks of one consumer.
    ///
    /// - Parameters:
    ///   - topic: named in errors.
    ///   - keepsRepeats: hand out records that stand in the log twice.
    ///   - skipsCorrupt: leave damaged batches out instead of throwing.
    ///   - maximumDecompressed: a batch whose records take more bytes once decompressed counts as damaged.
    ///   - onSkip: takes what is said of each batch that is left out.
    public init(
        topic: String, keepsRepeats: Bool = false, skipsCorrupt: Bool = false,
        maximumDecompressed: Int = ConsumerSettings.defaultMaximumDecompressed,
        onSkip: @escaping @Sendable (FluvioError) -> Void = { _ in }
    ) {
        self.topic = topic
        self.keepsRepeats = keepsRepeats
        self.skipsCorrupt = skipsCorrupt
        self.maximumDecompressed = maximumDecompressed
        self.onSkip = onSkip
    }

    /// What producers have numbered last in a partition, of those heard last: for a reader that goes on there in another
    /// process. Only between chunks that were read whole.
    public func seen(in partition: UInt32, atMost count: Int = 100) -> [SeenProducer] {
        filters[partition]?.newest(count) ?? []
    }

    /// What another reader has ``seen(in:atMost:)``, who was where this one begins.
    public mutating func expect(_ seen: [SeenProducer], in partition: UInt32) {
        filters[partition, default: RepeatFilter()].learn(seen)
    }

    /// Calls `body` with each record: offset, timestamp (milliseconds since 1970, -1 for none), key, value; the bytes
    /// are good until it returns. It says whether to go on.
    ///
    /// - Throws: ``FluvioError/Code/corruptData`` at the first damaged batch, unless those are skipped; what `body`
    ///   throws.
    /// - Returns: whether all of the chunk was read.
    @discardableResult
    public mutating func read(
        _ chunk: RecordChunk,
        _ body: (Int64, Int64, UnsafeRawBufferPointer?, UnsafeRawBufferPointer) throws -> Bool
    ) throws -> Bool {
        if chunk.isContext {
            learn(chunk)
            return true
        }
        return try unsafe chunk.bytes.withUnsafeBytes { bytes in
            var reader = BatchReader(chunk.range)
            while let item = unsafe reader.next(in: bytes) {
                switch item {
                // A response's cut batch is not part of a chunk.
                case .cut: return true
                case .corrupt(let error): try damaged(error, chunk)
                case .batch(let batch):
                    do {
                        guard try unsafe read(batch, chunk, bytes, body) else { return false }
                    } catch let error as BatchError {
                        try damaged(error, chunk)
                    }
                }
            }
            return true
        }
    }

    /// What stands before the place where reading began: its producers' numbers are known from then on.
    private mutating func learn(_ chunk: RecordChunk) {
        guard !keepsRepeats else { return }
        unsafe chunk.bytes.withUnsafeBytes { bytes in
            var position = chunk.range.lowerBound
            while chunk.range.upperBound - position >= BatchHeader.size,
                let header = unsafe BatchHeader(reading: bytes, at: position)
            {
                let size = header.wholeSize
                guard size >= header.headerSize, size <= chunk.range.upperBound - position else { return }
                if let next = header.nextOffset, next <= chunk.start {
                    _ = filters[chunk.partition, default: RepeatFilter()].repeated(
                        producerID: header.producerID,
                        first: RecordSequence(epoch: header.producerEpoch, sequence: header.firstSequence),
                        count: Int32(clamping: header.offsetCount))
                }
                position += size
            }
        }
    }

    private mutating func damaged(_ error: BatchError, _ chunk: RecordChunk) throws(FluvioError) {
        corruptBatches += 1
        let place = FluvioError.Place(topic: topic, partition: Int(chunk.partition), offset: error.baseOffset)
        if skipsCorrupt {
            return onSkip(FluvioError(.corruptData, "\(error); left out", at: place, underlying: error))
        }
        var advice = "ChunkReader.skipsCorrupt leaves it out"
        if case .compression(.tooLong) = error.reason {
            advice += ", ConsumerSettings.maximumDecompressed sets the limit"
        }
        throw FluvioError(.corruptData, error.description, at: place, advice: advice, underlying: error)
    }

    private mutating func read(
        _ batch: RecordBatch, _ chunk: RecordChunk, _ bytes: UnsafeRawBufferPointer,
        _ body: (Int64, Int64, UnsafeRawBufferPointer?, UnsafeRawBufferPointer) throws -> Bool
    ) throws -> Bool {
        let first = max(chunk.start, batch.header.baseOffset + Int64(repeated(batch, chunk)))
        if let next = batch.header.nextOffset, first >= next { return true }
        let result = try unsafe decompressor.withRecords(of: batch, in: bytes, limit: maximumDecompressed) {
            cursor, records throws(BatchError) -> Result<Bool, any Error> in
            do {
                return .success(try unsafe Self.read(&cursor, records, from: first, chunk.stop, body))
            } catch let error as BatchError {
                throw error
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    @inline(__always)
    private static func read(
        _ cursor: inout RecordCursor, _ bytes: UnsafeRawBufferPointer, from first: Int64, _ stop: Int64?,
        _ body: (Int64, Int64, UnsafeRawBufferPointer?, UnsafeRawBufferPointer) throws -> Bool
    ) throws -> Bool {
        try unsafe cursor.skip(to: first, in: bytes)
        let stop = stop ?? .max
        while try unsafe cursor.next(in: bytes) {
            if cursor.offset >= stop { return true }
            let key = unsafe cursor.key(in: bytes)
            let value = unsafe cursor.value(in: bytes)
            guard try unsafe body(cursor.offset, cursor.timestamp, key, value) else { return false }
        }
        return true
    }

    /// Records at the start of the batch that were seen before.
    private mutating func repeated(_ batch: RecordBatch, _ chunk: RecordChunk) -> Int32 {
        guard !keepsRepeats, batch.header.producerID >= 0 else { return 0 }
        // What lies behind the end is read another time, and is no repeat then.
        let end = min(batch.nextOffset, chunk.stop ?? .max)
        let count = filters[chunk.partition, default: RepeatFilter()].repeated(
            producerID: batch.header.producerID,
            first: RecordSequence(epoch: batch.header.producerEpoch, sequence: batch.header.firstSequence),
            count: Int32(clamping: end - batch.header.baseOffset))
        repeats += Int(count)
        return count
    }
}
