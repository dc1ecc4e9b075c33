package import FluvioProtocol
import Glibc
import Synchronization
import Unix

/// What an append stored.
package struct Appended: Equatable, Sendable {
    /// The offset of the first record.
    package let base: Int64
    /// The offset after the last.
    package let end: Int64
    /// When it was stored, see ``Log/begin(turn:)``.
    var turn: UInt64 = 0
}

extension Log {
    /// Stores the batches in `range` of `bytes`, all of them or none: checks them, gives them their base offsets in
    /// place, and writes them in one go (one more for every segment that they fill).
    ///
    /// After a failed write the log is as it was before, and goes on: for readers at once, for appends as soon as the
    /// disk takes them.
    /// - Parameters:
    ///   - codec: the only codec allowed; nil allows all.
    ///   - turn: see ``begin(turn:)``; nil: whoever's turn it is.
    /// - Returns: where they are; nil if there is no batch in `range`.
    package func append(
        _ bytes: inout [UInt8], _ range: Range<Int>, codec: Compression? = nil, turn: UInt64? = nil
    ) throws(AppendError) -> Appended? {
        let result = unsafe bytes.withUnsafeMutableBytes { bytes in
            Result { () throws(AppendError) in
                try unsafe append(UnsafeMutableRawBufferPointer(rebasing: bytes[range]), codec: codec, turn: turn)
            }
        }
        return try result.get()
    }

    private func append(
        _ bytes: UnsafeMutableRawBufferPointer, codec: Compression?, turn: UInt64?
    ) throws(AppendError) -> Appended? {
        let segmentBytes = state.withLock { $0.configuration.segmentBytes }
        let found = unsafe try BatchCheck.check(
            UnsafeRawBufferPointer(bytes), codec: codec, limit: min(segmentBytes, BatchHeader.maximumBatchSize))
        guard found.batches > 0 else { return nil }
        return try unsafe store(bytes, turn: turn, areCopies: false)
    }

    /// Writes batches that have been checked.
    /// - Parameter areCopies: whether they have their base offsets, and must follow on what is there.
    func store(
        _ bytes: UnsafeMutableRawBufferPointer, turn: UInt64?, areCopies: Bool
    ) throws(AppendError) -> Appended {
        try state.withLock { state throws(AppendError) in
            if let turn, turn != state.turn { throw .deposed }
            if let broken = state.broken { throw .failed(broken) }
            let base = state.end
            if areCopies, unsafe !Self.follow(UnsafeRawBufferPointer(bytes), on: base) {
                throw .invalid("the batches do not follow on offset \(base)")
            }
            do throws(AppendFailure) {
                try unsafe state.write(bytes, in: directory)
            } catch {
                throw settle(error, &state)
            }
            if state.isFull {
                state.isFull = false
                say("\(name): there is room again")
            }
            do throws(SystemError) {
                try state.active.writeIndex()
            } catch {
                // No harm: it holds nothing that the log does not. The next append tries again.
            }
            return Appended(base: base, end: state.end, turn: state.turn)
        }
    }

    /// What a failed write means for the log, and for whoever wanted it.
    private func settle(_ failure: AppendFailure, _ state: inout LogState) -> AppendError {
        if let undo = failure.undo {
            state.broken = "a failed write could not be undone: \(undo)"
            say("\(name): takes no more records: \(state.broken ?? "")")
        }
        guard [ENOSPC, EDQUOT, EFBIG].contains(failure.cause.code) else {
            say("\(name): cannot be written: \(failure.cause)")
            return .failed(failure.cause.description)
        }
        if !state.isFull {
            state.isFull = true
            say("\(name): the disk is full: \(failure.cause.reason); nothing was stored, readers go on")
        }
        return .full
    }
}
