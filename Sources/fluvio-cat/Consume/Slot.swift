import FluvioClient
import ToolSupport

/// One partition that is read: how its records are written, and how far that is.
final class Slot {
    let topic: String
    let topicBytes: [UInt8]
    let partition: UInt32
    /// The form of its JSON lines; what is the same from record to record is kept in it.
    var line: RecordLine
    /// Where its records go; nil: to standard output.
    var file: PartitionFile?
    /// Records before it were handed to the writer.
    var appended: Int64?
    /// ``appended`` is the end of a chunk.
    var isWhole = true
    /// Records before it were taken by write(2).
    var written: Int64?
    /// What is stored: as ``written`` when it was.
    var stored: Int64?

    init(topic: String, partition: UInt32, style: RecordLineStyle) {
        self.topic = topic
        topicBytes = Array(topic.utf8)
        self.partition = partition
        line = RecordLine(topic: topic, partition: partition, style: style)
    }

    /// There is something that is not stored yet.
    var isDirty: Bool { written != stored }
}

/// The form of a record in the output.
enum RecordForm {
    case json
    /// The value and one byte.
    case raw(UInt8)
    /// The value and any number of bytes.
    case rawBytes([UInt8])
    case format(FormatString)
    /// JSON lines, or a format, with values unpacked.
    case unpacked(Unpacker)

    init(_ options: ConsumeOptions) {
        if let pack = options.unpack {
            self = .unpacked(Unpacker(pack, in: options.format))
        } else if let format = options.format {
            self = .format(format)
        } else if let separator = options.keySeparator {
            self = .format(
                FormatString([
                    .key(.plain, none: []), .text(separator), .value(.plain), .text(options.delimiter),
                ]))
        } else if options.isRaw {
            self = options.delimiter.count == 1 ? .raw(options.delimiter[0]) : .rawBytes(options.delimiter)
        } else {
            self = .json
        }
    }
}
