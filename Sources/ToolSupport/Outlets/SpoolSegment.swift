import Glibc
import Unix

/// What was found of a process before.
struct SpoolLeftover: Equatable {
    var records = 0
    /// Bytes of a record that was being written when that process was killed.
    var tornBytes = 0
    /// Files with damage.
    var damaged: [String] = []
}

/// One file of a spool: `TOPIC.POSITION.spool`. A position counts the bytes of all records that went through the spool.
struct SpoolSegment {
    static let headerSize = 16
    /// Bytes that are looked at in one piece.
    private static let chunkSize = 1 << 20
    static let header = Array("fluvio spool 1\n\0".utf8)

    /// Where it is.
    let path: String
    /// Position of its first record.
    let start: UInt64
    /// Position behind its last whole record.
    var end: UInt64
    /// Whether something in it is wrong: it is kept when its records are sent.
    var isDamaged = false

    static func name(_ topic: String, _ start: UInt64) -> String {
        let digits = "\(start)"
        return "\(topic).\(String(repeating: "0", count: max(0, 20 - digits.count)))\(digits).spool"
    }

    static func parse(_ name: String) -> (topic: String, start: UInt64)? {
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[2] == "spool", parts[1].utf8.count == 20, let start = UInt64(parts[1]) else {
            return nil
        }
        return (String(parts[0]), start)
    }
}

// MARK: - What was left

extension SpoolSegment {
    /// Reads a file through: where its last whole record ends, and how many there are behind `mark`.
    static func scan(
        _ path: String, _ start: UInt64, from mark: UInt64, isLast: Bool, _ found: inout SpoolLeftover
    ) throws(SystemError) -> SpoolSegment {
        var segment = SpoolSegment(path: path, start: start, end: start)
        let file = try FileDescriptor.open(path, O_RDWR)
        let size = try Unix.size(file.raw)
        var offset = headerSize
        var chunk = [UInt8](repeating: 0, count: chunkSize)
        reading: while offset < size {
            let raw = file.raw
            let at = offset
            let outcome = unsafe chunk.withUnsafeMutableBytes { bytes in
                Result { () throws(SystemError) in
                    try unsafe passOver(bytes, raw, at, &segment, mark, &found)
                }
            }
            let (passed, look) = try outcome.get()
            offset += passed
            switch look {
            case .record: continue
            case .incomplete(let wanted) where offset + wanted <= size:
                // Only the chunk ends here.
                if wanted > chunk.count { chunk = [UInt8](repeating: 0, count: wanted) }
            case .incomplete where isLast:
                found.tornBytes += size - offset
                try Unix.truncate(file.raw, to: offset)
                break reading
            case .incomplete, .damaged:
                segment.isDamaged = true
                found.damaged.append(path)
                break reading
            }
        }
        return segment
    }

    /// Passes over the whole records in a piece of a file; says why it stops.
    private static func passOver(
        _ bytes: UnsafeMutableRawBufferPointer, _ file: CInt, _ offset: Int, _ segment: inout SpoolSegment,
        _ mark: UInt64, _ found: inout SpoolLeftover
    ) throws(SystemError) -> (passed: Int, look: SpoolRecord.Look) {
        let count = try unsafe Unix.read(file, into: bytes, at: offset)
        var passed = 0
        while true {
            let rest = unsafe UnsafeRawBufferPointer(rebasing: bytes[passed..<count])
            let look = unsafe SpoolRecord.look(at: rest, checks: true)
            guard case .record(let record) = look else { return (passed, look) }
            passed += record.size
            segment.end += UInt64(record.size)
            if segment.end > mark { found.records += 1 }
        }
    }
}
