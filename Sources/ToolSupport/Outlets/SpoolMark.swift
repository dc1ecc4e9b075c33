import Glibc
import Unix

/// How far the records of a topic's spool are acknowledged, in a file of its own: a position, and its complement, so that
/// one that was written in part is known. It is not synced: after a power cut it may be an earlier one, and records come
/// twice.
struct SpoolMark: ~Copyable {
    private let path: String
    private var file: FileDescriptor?

    init(_ topic: String, in directory: String) { path = "\(directory)/\(topic).done" }

    /// The position; 0 where there is none.
    func read() throws(SystemError) -> UInt64 {
        guard try Unix.status(of: path) != nil else { return 0 }
        let bytes = try Unix.contents(of: path)
        guard bytes.count == 16 else { return 0 }
        let number = bytes[..<8].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        let check = bytes[8...].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        return check == ~number ? number : 0
    }

    mutating func write(_ position: UInt64) throws(SystemError) {
        if file == nil { file = try FileDescriptor.open(path, O_WRONLY | O_CREAT, mode: 0o600) }
        guard let raw = file?.raw else { return }
        var mark: [2 of UInt64] = [position.littleEndian, (~position).littleEndian]
        var span = mark.mutableSpan
        let result = unsafe span.withUnsafeMutableBytes { bytes in
            Result { () throws(SystemError) in try unsafe Unix.writeAll(raw, UnsafeRawBufferPointer(bytes), at: 0) }
        }
        try result.get()
    }

    mutating func remove() throws(SystemError) {
        file = nil
        try Unix.removeFile(path)
    }
}
