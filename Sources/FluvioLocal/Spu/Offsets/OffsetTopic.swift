import FluvioProtocol
import FluvioTransport
import Unix

/// Reads and writes the records of the system topic.
enum OffsetTopic {
    /// Bytes that a record has beside its value, at most (protocol: record batch, payload).
    private static let recordOverhead = 32

    /// The batch that carries these changes, as a real server writes it: no key, no timestamps.
    static func batch(of changes: [OffsetChange]) throws(OffsetTopicError) -> [UInt8] {
        var values: [[UInt8]] = []
        do throws(WireError) {
            for change in changes { values.append(try change.bytes) }
        } catch {
            throw .unwritable(error.description)
        }
        var settings = RecordSetBuilder.Settings()
        // All in one: a checkpoint without what belongs to it would lose everything. No more room than that, as the
        // builder clears it, and a consumer that commits often waits for it every time.
        let size = values.reduce(BatchHeader.size + 4) { $0 + $1.count + recordOverhead }
        settings.capacity = min(size, BatchHeader.maximumBatchSize)
        settings.batchSize = settings.capacity
        var builder = RecordSetBuilder(settings)
        for value in values {
            let outcome = unsafe value.withUnsafeBytes { bytes in
                unsafe builder.append(key: nil, value: bytes, timestamp: -1)
            }
            guard outcome == .appended else { throw .unwritable("too many consumers for one batch") }
        }
        var compressor = Compressor()
        do throws(CompressionError) {
            try builder.seal(with: &compressor)
        } catch {
            throw .unwritable(error.description)
        }
        guard let range = builder.batches.first?.range else { return [] }
        return Array(builder.bytes[range])
    }

    /// Hands every change in the log to `body`, oldest first. Batches and records that make no sense are counted and
    /// left out.
    static func read(_ log: Log, _ body: (OffsetChange) -> Void) throws(ReadError) -> Int {
        var unreadable = 0
        var offset = log.status.start
        var mark: LogMark?
        while true {
            do throws(ReadError) {
                guard
                    let slice = try log.read(from: offset, maximumBytes: 1 << 20, committed: false, after: mark)
                else { return unreadable }
                unreadable += read(try bytes(of: slice), body)
                offset = slice.next
                mark = slice.mark
            } catch {
                // A hole; that there is one has been said.
                guard case .evicted(_, let next) = error, next > offset else { throw error }
                offset = next
                mark = nil
            }
        }
    }

    private static func bytes(of slice: LogSlice) throws(ReadError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: slice.count)
        let result = unsafe bytes.withUnsafeMutableBytes { buffer in
            Result { () throws(SystemError) in
                try unsafe Unix.read(slice.file.raw, into: buffer, at: slice.position)
            }
        }
        do throws(SystemError) {
            _ = try result.get()
        } catch {
            throw .failed(error.description)
        }
        return bytes
    }

    private static func read(_ bytes: [UInt8], _ body: (OffsetChange) -> Void) -> Int {
        var unreadable = 0
        var decompressor = Decompressor()
        var reader = BatchReader(0..<bytes.count)
        unsafe bytes.withUnsafeBytes { buffer in
            while let item = unsafe reader.next(in: buffer) {
                guard case .batch(let batch) = item else {
                    unreadable += 1
                    continue
                }
                do throws(BatchError) {
                    try unsafe decompressor.withRecords(of: batch, in: buffer) { cursor, payload throws(BatchError) in
                        while try unsafe cursor.next(in: payload) {
                            let value = unsafe Array(cursor.value(in: payload))
                            if let change = try? OffsetChange(decoding: value, version: 0) {
                                body(change)
                            } else {
                                unreadable += 1
                            }
                        }
                    }
                } catch {
                    unreadable += 1
                }
            }
        }
        return unreadable
    }
}

/// Why changes could not be put into a batch; the text says why.
enum OffsetTopicError: Error {
    case unwritable(String)
}
