import FluvioClient
import FluvioProtocol
import Glibc
import ToolSupport
import Unix

/// The file that the records of one partition are appended to. Which bytes of it belong to which records is known
/// whenever it has been flushed (``Kept``), so that the next process can cut off what came after.
final class PartitionFile {
    /// A file, and how much of it is sure.
    struct Kept: Equatable, Sendable {
        let path: String
        /// Bytes.
        let length: Int
    }

    /// What all files have in common.
    struct Settings: Sendable {
        let pattern: PathPattern
        /// Bytes after which another file is begun; nil: never.
        let rotateSize: Int?
        /// Time after which another file is begun; nil: never.
        let rotateAfter: Duration?

        init(_ pattern: PathPattern, rotateSize: Int?, rotateAfter: Duration?) {
            self.pattern = rotateSize == nil && rotateAfter == nil ? pattern : pattern.withOffset
            self.rotateSize = rotateSize
            self.rotateAfter = rotateAfter
        }
    }

    private let settings: Settings
    /// Writes down what is kept and where the partition is; called before a file is made.
    private let announce: (Slot, Kept, Int64) throws -> Void
    private var writer: OutputWriter?
    private var path = ""
    /// Bytes in the file before this process wrote to it.
    private var before = 0
    private var opened = MonotonicTime.now
    private var isUnsynchronized = false

    /// - Parameter announce: writes down that from an offset on a partition goes to a file, which is empty.
    init(_ settings: Settings, announce: @escaping (Slot, Kept, Int64) throws -> Void) {
        self.settings = settings
        self.announce = announce
    }

    /// The file and what of it is sure; nil if there is none.
    private(set) var kept: Kept?

    /// Goes on with a file of before, and cuts off what is not known to be of records that are done with.
    func resume(_ kept: Kept, _ diagnostics: Diagnostics) throws {
        let status = try status(of: kept.path)
        guard let status else {
            // One that was to be made when the process ended is nothing to speak of.
            if kept.length > 0 { diagnostics.note("\(kept.path) is not there any more: a new file is begun") }
            return
        }
        guard status.size >= kept.length else {
            throw ToolError(
                "\(kept.path) has \(counted(status.size, "byte")), and had \(kept.length): something has cut it; move it away and "
                    + "the records go on in a new file")
        }
        do throws(SystemError) {
            let file = try FileDescriptor.open(kept.path, O_WRONLY | O_APPEND)
            try Unix.truncate(file.raw, to: kept.length)
            use(file, kept.path, before: kept.length)
        } catch {
            throw ToolError("cannot write \(kept.path): \(error.reason)")
        }
    }

    private func status(of path: String) throws -> Unix.FileStatus? {
        do throws(SystemError) {
            return try Unix.status(of: path)
        } catch {
            throw ToolError(error.description)
        }
    }

    private func use(_ file: consuming FileDescriptor, _ path: String, before: Int) {
        var writer = OutputWriter(owning: file, capacity: 128 * 1024)
        switch settings.pattern.compression {
        case .none: break
        case .gzip: writer.encode(with: Self.encoder(.gzip))
        case .zstd: writer.encode(with: Self.encoder(.zstd))
        }
        self.writer = consume writer
        self.path = path
        self.before = before
        kept = Kept(path: path, length: before)
        opened = .now
    }

    /// Makes whole gzip members or zstd frames, one after the other, which are one file to those who read them.
    private static func encoder(_ codec: FluvioProtocol::Compression) -> FrameEncoder {
        let box = CompressorBox()
        return unsafe FrameEncoder { bytes throws(SystemError) in
            var output: [UInt8] = []
            do throws(CompressionError) {
                try unsafe box.compressor.compress(bytes, with: codec, appendingTo: &output)
            } catch {
                throw SystemError(code: ENOMEM, call: "compress")
            }
            return output
        }
    }

    private final class CompressorBox {
        var compressor = Compressor()
    }

    /// Appends a record, to another file if this one is full.
    func write(
        _ slot: Slot, _ form: RecordForm, offset: Int64, timestamp: Int64, key: UnsafeRawBufferPointer?,
        value: UnsafeRawBufferPointer
    ) throws {
        if isFull { try begin(slot, at: offset) }
        isUnsynchronized = true
        do throws(OutputError) {
            try unsafe writer?.append(slot, form, offset: offset, timestamp: timestamp, key: key, value: value)
        } catch {
            throw ToolError("cannot write \(path): \(error)")
        }
    }

    /// Whether the next record needs another file.
    private var isFull: Bool {
        guard let written = writer?.appended else { return true }
        guard before + written > 0 else { return false }
        if let size = settings.rotateSize, before + written >= size { return true }
        return isOld
    }

    private var isOld: Bool {
        guard let time = settings.rotateAfter else { return false }
        return MonotonicTime.now - opened >= time
    }

    /// Whether the file has lost its name, or another has it now.
    var isMoved: Bool {
        get throws {
            guard let descriptor = writer?.descriptor else { return false }
            do throws(SystemError) {
                return try !Unix.isOpen(descriptor, as: path)
            } catch {
                throw ToolError(error.description)
            }
        }
    }

    /// Ends the file if there is one, so that it is on the disk, and begins the next.
    func begin(_ slot: Slot, at offset: Int64) throws {
        try flush()
        let next = settings.pattern.path(topic: slot.topic, partition: slot.partition, offset: offset)
        if let status = try status(of: next), status.size > 0 {
            throw ToolError("\(next) is there already, and is not the file of these records")
        }
        // First it is written down, then made: what is made and not known would be in the way for ever.
        try announce(slot, Kept(path: next, length: 0), offset)
        do throws(SystemError) {
            let directory = next.lastIndex(of: "/").map { String(next[..<$0]) } ?? "."
            if directory != "." { try Unix.makeDirectories(directory) }
            let file = try FileDescriptor.open(next, O_WRONLY | O_APPEND | O_CREAT)
            try Unix.synchronize(directory: directory)
            use(file, next, before: 0)
        } catch {
            throw ToolError("cannot write \(next): \(error.reason)")
        }
    }

    /// Lets everything out and onto the disk: what is in the file then is sure (``kept``). Only between chunks, or where
    /// another file follows.
    func flush() throws {
        guard writer != nil else { return }
        do {
            try writer?.flush()
            if isUnsynchronized {
                if let descriptor = writer?.descriptor { try Unix.synchronize(descriptor) }
                isUnsynchronized = false
            }
        } catch {
            throw ToolError("cannot write \(path): \(Self.reason(error))")
        }
        kept = Kept(path: path, length: before + (writer?.written ?? 0))
    }

    private static func reason(_ error: any Error) -> String {
        switch error {
        case let error as SystemError: error.reason
        case let error as OutputError: error.description
        default: "\(error)"
        }
    }
}
