import FluvioProtocol
import FluvioTransport
import Glibc
import Synchronization
import Unix

// What makes a log the copy of another one.
extension Log {
    /// From now on only appends and cuts that name this turn are done: what began when another server led, and is still
    /// on its way, is refused with ``AppendError/deposed``.
    func begin(turn: UInt64) { state.withLock { $0.turn = turn } }

    /// Stores batches as they stand in another log, byte for byte. They must follow on the end of this one.
    func append(copies bytes: inout [UInt8], turn: UInt64) throws(AppendError) -> Appended {
        let result = unsafe bytes.withUnsafeMutableBytes { bytes in
            Result { () throws(AppendError) in try unsafe store(bytes, turn: turn, areCopies: true) }
        }
        return try result.get()
    }

    /// Whether `bytes` are whole batches, each with the offset after the one before, the first with `offset`.
    static func follow(_ bytes: UnsafeRawBufferPointer, on offset: Int64) -> Bool {
        var next = offset
        var position = 0
        while position < bytes.count {
            guard let header = unsafe BatchHeader(reading: bytes, at: position), header.isPossible,
                header.baseOffset == next, let after = header.nextOffset, header.wholeSize <= bytes.count - position
            else { return false }
            next = after
            position += header.wholeSize
        }
        return true
    }

    /// Takes away the batch that holds `offset`, and all behind it; nothing if the log ends before. False: it is not
    /// this turn any more.
    func cut(to offset: Int64, turn: UInt64) throws(ReadError) -> Bool {
        try change(turn) { state throws(DamageFound) in try state.cut(to: offset, in: directory) }
    }

    /// Throws away all there is, and goes on empty at `offset`. False: it is not this turn any more.
    func startOver(at offset: Int64, turn: UInt64) throws(ReadError) -> Bool {
        try change(turn) { state throws(DamageFound) in try state.startOver(at: offset, in: directory) }
    }

    /// Goes on at `offset`, beyond the end, where the log that this is a copy of has a hole. False: it is not this turn
    /// any more.
    func skip(to offset: Int64, turn: UInt64) throws(ReadError) -> Bool {
        try change(turn) { state throws(DamageFound) in
            guard offset > state.end else { return }
            let mark = state.highWatermark
            do throws(SystemError) {
                state.skip(to: try ActiveSegment.create(base: offset, in: directory))
            } catch {
                throw .read(.failed(error.description))
            }
            state.highWatermark = mark
        }
    }

    private func change(
        _ turn: UInt64, _ body: (inout LogState) throws(DamageFound) -> Void
    ) throws(ReadError) -> Bool {
        let isDone = try state.withLock { state throws(ReadError) in
            guard state.turn == turn else { return false }
            do throws(DamageFound) {
                try body(&state)
                return true
            } catch {
                switch error {
                case .read(let error): throw error
                case .damage(let base): throw .failed("segment \(base) is damaged")
                }
            }
        }
        guard isDone else { return false }
        do throws(SystemError) { try writeCheckpoint() } catch { throw .failed(error.description) }
        return true
    }
}

extension LogState {
    /// See ``Log/cut(to:turn:)``. The files go from the last to the first, so that a crash leaves a log without a gap.
    mutating func cut(to offset: Int64, in directory: String) throws(DamageFound) {
        guard offset < end else { return }
        do throws(SystemError) {
            while max(offset, start) < active.base, let last = closed.last {
                let fresh = try ActiveSegment.open(base: last.base, in: directory)
                try Self.removeSegment(active.base, in: directory)
                active = fresh
                active.size = last.size
                active.holes = last.holes
                closed.removeLast()
                end = last.end
            }
            let position = try position(of: offset)
            let base = active.base
            let scan = try SegmentScan(
                file: active.file.raw, size: position, base: base, offset: base, checksums: false)
            try Unix.truncate(active.file.raw, to: position)
            active.size = position
            active.index = scan.index
            active.holes = scan.holes
            end = scan.end
            try active.rewriteIndex()
        } catch {
            broken = "it could not be cut: \(error)"
            throw .read(.failed(error.description))
        }
        ended()
    }

    /// See ``Log/startOver(at:turn:)``.
    mutating func startOver(at offset: Int64, in directory: String) throws(DamageFound) {
        do throws(SystemError) {
            try Self.removeSegment(active.base, in: directory)
            while let last = closed.popLast() { try Self.removeSegment(last.base, in: directory) }
            active = try ActiveSegment.create(base: offset, in: directory)
        } catch {
            broken = "it could not be emptied: \(error)"
            throw .read(.failed(error.description))
        }
        end = offset
        highWatermark = offset
        ended()
    }

    /// What follows from an end that has moved back.
    private mutating func ended() {
        highWatermark = min(highWatermark, end)
        synchronized = min(synchronized, end)
        open = []
        hasNewNames = true
    }

    /// Where the batch that holds `offset` begins in the active segment; its end if there is none.
    private func position(of offset: Int64) throws(SystemError) -> Int {
        var from = 0
        for hole in active.holes where hole.offsets.upperBound <= offset { from = hole.positions.upperBound }
        if let entry = active.index.entry(atOrBeforeOffset: offset - active.base) {
            from = max(from, Int(entry.position))
        }
        var walk = BatchWalk(file: active.file.raw, segment: active.base, position: from, end: active.size)
        while walk.position < active.size {
            // A damaged place goes too.
            guard let batch = try? walk.peek(), batch.next <= offset else { break }
            walk.step(batch)
        }
        return walk.position
    }

    private static func removeSegment(_ base: Int64, in directory: String) throws(SystemError) {
        try Unix.removeFile("\(directory)/\(LogFile.index(base: base).name)")
        try Unix.removeFile("\(directory)/\(LogFile.log(base: base).name)")
    }
}

extension LogSlice {
    /// The headers of its batches.
    func headers() throws(ReadError) -> [BatchHeader] {
        var headers: [BatchHeader] = []
        var window = FileWindow(file: file.raw, chunk: 4_096)
        var at = position
        let end = position + count
        do throws(SystemError) {
            while at < end {
                let size = min(end - at, BatchHeader.size + BatchHeader.schemaIDSize)
                let header = try unsafe window.bytes(at: at, count: size) { bytes in
                    unsafe BatchHeader(reading: bytes, at: 0)
                }
                guard let header, let header, header.isPossible else { throw SystemError(code: EIO, call: "read") }
                headers.append(header)
                at += header.wholeSize
            }
        } catch {
            throw .failed(error.description)
        }
        return headers
    }

    /// All its bytes.
    func contents() throws(ReadError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        let (raw, position) = (file.raw, position)
        let result = unsafe bytes.withUnsafeMutableBytes { buffer in
            Result { () throws(SystemError) in try unsafe Unix.read(raw, into: buffer, at: position) }
        }
        do throws(SystemError) {
            guard try result.get() == count else { throw SystemError(code: EIO, call: "read") }
        } catch {
            throw .failed(error.description)
        }
        return bytes
    }
}
