import FluvioProtocol
package import FluvioTransport
import Glibc
import Synchronization
import Unix

/// Whole batches in a file, to be sent from there.
package struct LogSlice: Sendable {
    /// Stays readable when its segment is deleted.
    package let file: SharedFile
    /// Where the first batch begins.
    package let position: Int
    /// Bytes.
    package let count: Int
    /// The offset after the last batch.
    package let next: Int64
    /// First offset of the log and its high watermark, as of the read.
    package let start: Int64
    package let highWatermark: Int64
    /// Where ``next`` is, for ``Log/read(from:maximumBytes:committed:after:)`` of what follows.
    package let mark: LogMark
}

/// A place in a log that a reader came to.
package struct LogMark: Equatable, Sendable {
    let segment: Int64
    let offset: Int64
    let position: Int
}

/// Why a log gives no records.
package enum ReadError: Error, Equatable, Sendable {
    /// The offset is no longer there (deleted, or damaged); the next that is.
    case evicted(Int64, next: Int64)
    /// The offset is beyond the end.
    case beyond(Int64, end: Int64)
    /// The disk failed; the text says how.
    case failed(String)
}

extension Log {
    /// As many whole batches as fit `maximumBytes`, of one segment, from the one that holds `offset` on: at least one,
    /// even if it is longer. Nil if there is nothing to read yet.
    /// - Parameters:
    ///   - committed: ends at the high watermark.
    ///   - mark: where the slice before ended; saves looking it up.
    package func read(
        from offset: Int64, maximumBytes: Int, committed: Bool, after mark: LogMark? = nil
    ) throws(ReadError) -> LogSlice? {
        do throws(DamageFound) {
            return try readOnce(from: offset, maximumBytes, committed, mark)
        } catch {
            switch error {
            case .read(let error): throw error
            case .damage(let base): try lookThrough(segment: base)
            }
        }
        // The second time, the damage is known.
        do throws(DamageFound) {
            return try readOnce(from: offset, maximumBytes, committed, nil)
        } catch {
            switch error {
            case .read(let error): throw error
            case .damage(let base): throw .failed("segment \(base) cannot be read")
            }
        }
    }

    private func readOnce(
        from offset: Int64, _ maximumBytes: Int, _ committed: Bool, _ mark: LogMark?
    ) throws(DamageFound) -> LogSlice? {
        let plan = try state.withLock { state throws(DamageFound) in
            try state.plan(from: offset, maximumBytes, committed, mark, in: directory)
        }
        return try plan?.slice()
    }

    /// Walks a closed segment whose batches are not where its index says, and takes its holes into account. Its
    /// index is made again.
    private func lookThrough(segment base: Int64) throws(ReadError) {
        say("\(name): \(LogFile.log(base: base).name) is damaged or does not fit its index; looking through it")
        do throws(SystemError) {
            guard let known = state.withLock({ state in state.closed.first { $0.base == base } }) else { return }
            let segment = try LogRecovery(directory: directory, say: { self.say("\(self.name): \($0)") })
                .lookThrough(known)
            state.withLock { state in
                state.open.removeAll { $0.base == base }
                if let at = state.closed.firstIndex(where: { $0.base == base }) { state.closed[at] = segment }
            }
        } catch {
            throw .failed(error.description)
        }
    }
}
