public import CFluvio
import FluvioClient
import Glibc
import Unix

/// A consumer with the record that C looks at.
@safe final class ConsumerHandle {
    let consumer: Consumer
    private var reader: ChunkReader
    private var records: [Record] = []
    private var next = 0
    /// Room for key and value of the record that was handed out.
    private var bytes: UnsafeMutableRawBufferPointer

    init(_ consumer: Consumer) {
        self.consumer = consumer
        reader = ChunkReader(topic: consumer.topic)
        unsafe bytes = .allocate(byteCount: 4096, alignment: 16)
    }

    deinit {
        consumer.close()
        unsafe bytes.deallocate()
    }

    @safe enum Step {
        case record(fluvio_record)
        case nothing
        case end
    }

    /// The next record, waiting for it at most so long; negative: without end.
    func step(waiting milliseconds: CInt) throws(FluvioError) -> Step {
        let deadline = milliseconds < 0 ? nil : MonotonicTime.now + .milliseconds(Int(milliseconds))
        while true {
            if next < records.count {
                next += 1
                return unsafe .record(view(of: records[next - 1]))
            }
            switch try consumer.take() {
            case .end: return .end
            case .chunk(let chunk):
                records.removeAll(keepingCapacity: true)
                next = 0
                try read(chunk)
            case .empty:
                var left: CInt = -1
                if let deadline {
                    let rest = deadline - MonotonicTime.now
                    guard rest > .zero else { return .nothing }
                    left = CInt(clamping: rest / .milliseconds(1) < 1 ? 1 : Int(rest / .milliseconds(1)))
                }
                _ = consumer.wait(or: -1, timeoutMilliseconds: left)
            }
        }
    }

    private func read(_ chunk: RecordChunk) throws(FluvioError) {
        do {
            try unsafe reader.read(chunk) { offset, timestamp, key, value in
                records.append(
                    Record(
                        partition: chunk.partition, offset: offset, timestamp: timestamp < 0 ? nil : timestamp,
                        key: unsafe key.map { unsafe [UInt8]($0) }, value: unsafe [UInt8](value)))
                return true
            }
        } catch {
            throw error as? FluvioError ?? FluvioError(.corruptData, "\(error)")
        }
    }

    /// The record as C sees it, with its bytes where they stay until the next one.
    private func view(of record: Record) -> fluvio_record {
        let keyCount = record.key?.count ?? 0
        let needed = keyCount + record.value.count
        if unsafe needed > bytes.count {
            unsafe bytes.deallocate()
            unsafe bytes = .allocate(byteCount: needed * 2, alignment: 16)
        }
        if let key = record.key { unsafe bytes.copyBytes(from: key) }
        unsafe UnsafeMutableRawBufferPointer(rebasing: bytes[keyCount...]).copyBytes(from: record.value)
        return unsafe RecordView.make(record, bytes.baseAddress, keyCount)
    }
}

/// Records as C sees them.
enum RecordView {
    /// - Parameter base: where the key stands, and behind it the value.
    static func make(_ record: Record, _ base: UnsafeMutableRawPointer?, _ keyCount: Int) -> fluvio_record {
        var view = unsafe fluvio_record()
        unsafe view.offset = record.offset
        unsafe view.timestamp = record.timestamp ?? -1
        unsafe view.partition = record.partition
        unsafe view.key = record.key == nil ? nil : UnsafeRawPointer(base)
        unsafe view.key_length = keyCount
        unsafe view.value = UnsafeRawPointer(base?.advanced(by: keyCount))
        unsafe view.value_length = record.value.count
        return unsafe view
    }
}

extension ConsumerSettings {
    fileprivate init(_ selection: fluvio_selection) throws(FluvioError) {
        self.init()
        if selection.has_partition != 0 { partitions = [selection.partition] }
        start =
            switch Int(selection.position) {
            case FLUVIO_BEGINNING: .beginning
            case FLUVIO_END: .end
            case FLUVIO_OFFSET: .offset(selection.offset)
            case FLUVIO_AFTER_BEGINNING: .afterBeginning(selection.offset)
            case FLUVIO_BEFORE_END: .beforeEnd(selection.offset)
            default: throw FluvioError(.invalidArgument, "there is no position \(selection.position)")
            }
        stopsAtEnd = selection.stops_at_end != 0
        isolation = selection.reads_uncommitted != 0 ? .readUncommitted : .readCommitted
        if selection.maximum_bytes > 0 { maximumBytes = Int(selection.maximum_bytes) }
    }
}

/// Declared and described in `fluvio.h`.
@c @implementation
public func fluvio_consumer_open(
    _ client: OpaquePointer?, _ topic: UnsafePointer<CChar>?, _ selection: UnsafePointer<fluvio_selection>?,
    _ error: UnsafeMutablePointer<fluvio_error>?
) -> OpaquePointer? {
    unsafe attempt(error, orElse: nil) { () throws(FluvioError) in
        let client = try unsafe held(client, as: Fluvio.self)
        let topic = try unsafe text(topic, "topic")
        let settings = try ConsumerSettings(unsafe selection?.pointee ?? fluvio_selection())
        let consumer = try blocking { () async throws(FluvioError) in
            try await client.consumer(of: topic, settings: settings)
        }
        return unsafe given(ConsumerHandle(consumer))
    }
}

/// Declared and described in `fluvio.h`.
@c @implementation
public func fluvio_consumer_next(
    _ consumer: OpaquePointer?, _ timeout: CInt, _ record: UnsafeMutablePointer<fluvio_record>?,
    _ error: UnsafeMutablePointer<fluvio_error>?
) -> CInt {
    unsafe attempt(error, orElse: -1) { () throws(FluvioError) in
        guard let record = unsafe record else { throw FluvioError(.invalidArgument, "record is NULL") }
        switch try unsafe held(consumer, as: ConsumerHandle.self).step(waiting: timeout) {
        case .record(let view):
            unsafe record.pointee = view
            return 1
        case .nothing: return 0
        case .end: return 2
        }
    }
}

/// Declared and described in `fluvio.h`.
@c @implementation
public func fluvio_consumer_close(_ consumer: OpaquePointer?) { _ = unsafe taken(consumer, as: ConsumerHandle.self) }

/// Declared and described in `fluvio.h`.
@c @implementation
public func fluvio_fetch(
    _ client: OpaquePointer?, _ topic: UnsafePointer<CChar>?, _ partition: UInt32, _ offset: Int64, _ count: Int64,
    _ visitor: fluvio_visitor?, _ context: UnsafeMutableRawPointer?, _ error: UnsafeMutablePointer<fluvio_error>?
) -> Int64 {
    unsafe attempt(error, orElse: -1) { () throws(FluvioError) in
        let client = try unsafe held(client, as: Fluvio.self)
        let topic = try unsafe text(topic, "topic")
        guard let visitor = unsafe visitor else { throw FluvioError(.invalidArgument, "visitor is NULL") }
        guard count >= 0, let limit = Int(exactly: count) else {
            throw FluvioError(.invalidArgument, "count is \(count)")
        }
        let records = try blocking { () async throws(FluvioError) in
            try await client.fetch(topic, partition: partition, from: .offset(offset), count: limit)
        }
        var visited: Int64 = 0
        for record in records {
            var bytes = (record.key ?? []) + record.value
            let goesOn = unsafe bytes.withUnsafeMutableBytes { bytes in
                var view = unsafe RecordView.make(record, bytes.baseAddress, record.key?.count ?? 0)
                return unsafe visitor(&view, context) == 0
            }
            visited += 1
            if !goesOn { break }
        }
        return visited
    }
}
