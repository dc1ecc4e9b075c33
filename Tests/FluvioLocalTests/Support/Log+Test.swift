import FluvioTransport
import Unix

@testable import FluvioLocal

extension TemporaryDirectory {
    /// Opens the log in a directory of this one.
    func log(
        _ name: String = "t-0", segmentBytes: Int = 1 << 30, lines: Lines = Lines(),
        _ change: (inout LogConfiguration) -> Void = { _ in }
    ) throws -> Log {
        var configuration = LogConfiguration()
        configuration.segmentBytes = segmentBytes
        change(&configuration)
        return try Log(directory: "\(path)/\(name)", name: name, configuration: configuration, say: lines.say)
    }
}

extension Log {
    @discardableResult
    func append(_ batches: [UInt8]...) throws(AppendError) -> Appended? {
        var bytes: [UInt8] = []
        for batch in batches { bytes += batch }
        return try append(&bytes, 0..<bytes.count)
    }

    /// The bytes of a slice, read from its file.
    func bytes(from offset: Int64, maximumBytes: Int = .max, committed: Bool = false) throws -> [UInt8]? {
        try read(from: offset, maximumBytes: maximumBytes, committed: committed)?.bytes
    }

    /// All records from `offset` to the end, or to `end`, slice by slice.
    func all(from offset: Int64, to end: Int64 = .max, maximumBytes: Int = .max) throws -> [UInt8] {
        var bytes: [UInt8] = []
        var offset = offset
        var mark: LogMark?
        while offset < end,
            let slice = try read(from: offset, maximumBytes: maximumBytes, committed: false, after: mark)
        {
            bytes += try slice.bytes
            offset = slice.next
            mark = slice.mark
        }
        return bytes
    }
}

extension LogSlice {
    var bytes: [UInt8] {
        get throws {
            var bytes = [UInt8](repeating: 0, count: count)
            let read = try unsafe bytes.withUnsafeMutableBytes { buffer in
                try unsafe Unix.read(file.raw, into: buffer, at: position)
            }
            return Array(bytes[..<read])
        }
    }
}
