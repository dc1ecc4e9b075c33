import FluvioClient
import ToolSupport

/// Writes records to standard output, in the form that was asked for.
struct RecordOutput: ~Copyable {
    /// A line writer is kept per partition; a box, as a dictionary holds no value that cannot be copied.
    private final class Line {
        var line: RecordLine
        init(_ line: consuming RecordLine) { self.line = line }
    }

    private let options: ConsumeOptions
    private var lines: [UInt32: Line] = [:]
    private(set) var writer: OutputWriter
    /// Records that may still be written.
    private var left: Int
    /// Records written.
    private(set) var count = 0

    init(_ options: ConsumeOptions, to descriptor: CInt) {
        self.options = options
        left = options.count ?? .max
        writer = OutputWriter(descriptor: descriptor)
    }

    /// As many records as were asked for are written.
    var isFull: Bool { left <= 0 }

    /// Writes the records of a chunk, up to the number that was asked for.
    mutating func write(_ chunk: RecordChunk, with reader: inout ChunkReader) throws {
        let before = left
        defer { count += before - left }
        if options.isRaw { return try writeRaw(chunk, with: &reader) }
        let box: Line
        if let known = lines[chunk.partition] {
            box = known
        } else {
            let style = RecordLineStyle(
                value: options.value, fields: options.fields, escapesNonASCII: options.isASCII)
            box = Line(RecordLine(topic: options.topic, partition: chunk.partition, style: style))
            lines[chunk.partition] = box
        }
        try unsafe reader.read(chunk) { offset, timestamp, key, value in
            try unsafe box.line.write(offset: offset, timestamp: timestamp, key: key, value: value, to: &writer)
            left -= 1
            return left > 0
        }
    }

    private mutating func writeRaw(_ chunk: RecordChunk, with reader: inout ChunkReader) throws {
        if options.delimiter.count == 1 {
            let delimiter = options.delimiter[0]
            try unsafe reader.read(chunk) { _, _, _, value in
                try unsafe writer.appendRaw(value, delimiter: delimiter)
                left -= 1
                return left > 0
            }
            return
        }
        let delimiter = options.delimiter
        try unsafe reader.read(chunk) { _, _, _, value in
            try unsafe writer.append(value)
            try unsafe delimiter.withUnsafeBytes { delimiter in try unsafe writer.append(delimiter) }
            left -= 1
            return left > 0
        }
    }

    /// Nobody reads the output any more.
    var readerIsGone: Bool { writer.readerIsGone }

    /// Lets everything out.
    mutating func flush() throws(OutputError) { try writer.flush() }

    /// Lets everything out, closes, and hears what close(2) says.
    consuming func close() throws(OutputError) { try writer.close() }
}
