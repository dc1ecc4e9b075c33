import FluvioTransport
import Glibc
import Synchronization
package import Unix

extension Log {
    /// Whether anything was written since the last ``synchronize()``.
    package var isDirty: Bool { state.withLock { $0.synchronized < $0.end || $0.hasNewNames } }

    /// Everything below it has been through fsync(2).
    package var synchronized: Int64 { state.withLock { $0.synchronized } }

    /// fsync(2) of what was written before the call. Appends and reads go on meanwhile. After a failure the log takes
    /// no more records: what the disk holds is not known then.
    package func synchronize() throws(SystemError) {
        let (files, end, hasNewNames) = state.withLock { state in
            let files = state.unsynchronized + [state.active.file]
            state.unsynchronized = []
            defer { state.hasNewNames = false }
            return (files, state.end, state.hasNewNames)
        }
        do throws(SystemError) {
            for file in files { try Unix.synchronize(file.raw) }
            if hasNewNames { try Unix.synchronize(directory: directory) }
        } catch {
            let broken = "fsync failed: \(error.reason)"
            state.withLock { $0.broken = broken }
            say("\(name): takes no more records: \(broken)")
            throw error
        }
        state.withLock { $0.synchronized = max($0.synchronized, end) }
    }

    /// Writes the high watermark to its file, if it is not what the file holds.
    package func writeCheckpoint() throws(SystemError) {
        let (mark, stored) = state.withLock { ($0.highWatermark, $0.checkpoint) }
        guard mark != stored else { return }
        let file = try FileDescriptor.open(path(.checkpoint), O_WRONLY | O_CREAT)
        let bits = UInt64(bitPattern: mark)
        try Unix.write((0..<8).map { UInt8(truncatingIfNeeded: bits >> (56 - 8 * $0)) }, to: file.raw, at: 0)
        try Unix.truncate(file.raw, to: 8)
        state.withLock { $0.checkpoint = mark }
    }
}
