import FluvioClient
import ToolSupport

/// Writes records, in the form that was asked for, to standard output or to the files of their partitions.
struct RecordOutput: ~Copyable {
    /// From this many bytes on everything before them belongs to a slot's records before an offset.
    private struct Mark {
        let bytes: Int
        let slot: Slot
        let next: Int64
    }

    private let form: RecordForm
    private let isUnbuffered: Bool
    private(set) var writer: OutputWriter
    /// Records that may still be written.
    private var left: Int
    /// Records written.
    private(set) var count = 0
    /// Chunks that are not known to have left yet, oldest first.
    private var marks: [Mark] = []
    private let keepsMarks: Bool

    /// - Parameters:
    ///   - keepsMarks: positions will be asked for.
    ///   - wake: gives up what nobody reads, once it is readable.
    init(_ options: ConsumeOptions, to descriptor: CInt, keepsMarks: Bool, wake: CInt) {
        form = RecordForm(options)
        isUnbuffered = options.isUnbuffered
        left = options.count ?? .max
        self.keepsMarks = keepsMarks
        writer = OutputWriter(descriptor: descriptor)
        writer.yield(to: wake)
    }

    /// Values that were to be unpacked, and are not what they were to be: how many, and the first.
    var misfits: (count: Int, first: Unpacker.Misfit)? {
        guard case .unpacked(let unpacker) = form, let first = unpacker.firstMisfit else { return nil }
        return (unpacker.misfits, first)
    }

    /// As many records as were asked for are written.
    var isFull: Bool { left <= 0 }

    /// Writes the records of a chunk, up to the number that was asked for.
    mutating func write(_ chunk: RecordChunk, of slot: Slot, with reader: inout ChunkReader) throws {
        let before = left
        defer { count += before - left }
        // Where reading goes on if it stops within the chunk.
        var next = chunk.start
        let isWhole: Bool
        if let file = slot.file {
            isWhole = try unsafe reader.read(chunk) { [form] offset, timestamp, key, value in
                try unsafe file.write(
                    slot, form, offset: offset, timestamp: timestamp, key: key, value: value)
                left -= 1
                next = offset &+ 1
                return left > 0
            }
            slot.appended = isWhole ? chunk.end : next
            slot.isWhole = isWhole
            return
        }
        guard keepsMarks else {
            isWhole = try write(chunk, slot, &reader, &next)
            slot.appended = isWhole ? chunk.end : next
            return
        }
        isWhole = try writeWithMarks(chunk, slot, &reader, &next)
        slot.appended = isWhole ? chunk.end : next
        slot.isWhole = isWhole
        marks.append(Mark(bytes: writer.appended, slot: slot, next: isWhole ? chunk.end : next))
        if marks.count >= 256 { settle() }
    }

    private mutating func write(
        _ chunk: RecordChunk, _ slot: Slot, _ reader: inout ChunkReader, _ next: inout Int64
    ) throws -> Bool {
        switch form {
        case _ where isUnbuffered:
            return try unsafe reader.read(chunk) { [form] offset, timestamp, key, value in
                try unsafe form.write(
                    slot, offset: offset, timestamp: timestamp, key: key, value: value, to: &writer)
                try writer.flush()
                left -= 1
                next = offset &+ 1
                return left > 0
            }
        case .json:
            return try unsafe reader.read(chunk) { offset, timestamp, key, value in
                try unsafe slot.line.write(offset: offset, timestamp: timestamp, key: key, value: value, to: &writer)
                left -= 1
                next = offset &+ 1
                return left > 0
            }
        case .raw(let delimiter):
            return try unsafe reader.read(chunk) { offset, _, _, value in
                try unsafe writer.appendRaw(value, delimiter: delimiter)
                left -= 1
                next = offset &+ 1
                return left > 0
            }
        case .rawBytes, .format, .unpacked:
            return try unsafe reader.read(chunk) { [form] offset, timestamp, key, value in
                try unsafe form.write(
                    slot, offset: offset, timestamp: timestamp, key: key, value: value, to: &writer)
                left -= 1
                next = offset &+ 1
                return left > 0
            }
        }
    }

    /// As ``write(_:_:_:_:)``, and remembers every few kilobytes how far that is: who reads the output may go at any time.
    private mutating func writeWithMarks(
        _ chunk: RecordChunk, _ slot: Slot, _ reader: inout ChunkReader, _ next: inout Int64
    ) throws -> Bool {
        var nextMark = writer.appended + Self.markEvery
        return try unsafe reader.read(chunk) { [form, isUnbuffered] offset, timestamp, key, value in
            try unsafe form.write(slot, offset: offset, timestamp: timestamp, key: key, value: value, to: &writer)
            if isUnbuffered { try writer.flush() }
            left -= 1
            next = offset &+ 1
            if writer.appended >= nextMark {
                nextMark = writer.appended + Self.markEvery
                marks.append(Mark(bytes: writer.appended, slot: slot, next: next))
            }
            return left > 0
        }
    }

    private static let markEvery = 4096

    /// Learns from the bytes that have left how far every slot is written.
    mutating func settle() {
        guard let end = marks.firstIndex(where: { $0.bytes > writer.written }) ?? (marks.isEmpty ? nil : marks.count)
        else { return }
        for mark in marks[..<end] { mark.slot.written = mark.next }
        marks.removeFirst(end)
    }

    /// Nobody reads the output any more.
    var readerIsGone: Bool { writer.readerIsGone }

    /// Lets everything out.
    mutating func flush() throws(OutputError) { try writer.flush() }

    /// Lets everything out, closes, and hears what close(2) says.
    consuming func close() throws(OutputError) { try writer.close() }
}

extension RecordForm {
    /// Appends one record of a slot.
    func write(
        _ slot: Slot, offset: Int64, timestamp: Int64, key: UnsafeRawBufferPointer?, value: UnsafeRawBufferPointer,
        to output: inout OutputWriter
    ) throws(OutputError) {
        switch self {
        case .json:
            try unsafe slot.line.write(offset: offset, timestamp: timestamp, key: key, value: value, to: &output)
        case .raw(let delimiter): try unsafe output.appendRaw(value, delimiter: delimiter)
        case .rawBytes(let delimiter):
            try unsafe output.append(value)
            try output.append(delimiter)
        case .unpacked(let unpacker):
            try unsafe unpacker.write(
                slot, offset: offset, timestamp: timestamp, key: key, value: value, to: &output)
        case .format(let format):
            try unsafe format.write(
                topic: slot.topicBytes, partition: slot.partition, offset: offset, timestamp: timestamp, key: key,
                value: value, to: &output)
        }
    }
}

extension OutputWriter {
    /// Appends one record of a slot in a form.
    mutating func append(
        _ slot: Slot, _ form: RecordForm, offset: Int64, timestamp: Int64, key: UnsafeRawBufferPointer?,
        value: UnsafeRawBufferPointer
    ) throws(OutputError) {
        try unsafe form.write(slot, offset: offset, timestamp: timestamp, key: key, value: value, to: &self)
    }
}
