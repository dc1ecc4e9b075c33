import Glibc
import Synchronization
import Unix

extension Link {
    /// Sends a piece, and another behind it: at once if nothing is queued, what the socket does not take later.
    /// From any thread. False: nothing is sent any more.
    func send(_ piece: OutputQueue.Piece, _ next: OutputQueue.Piece? = nil) -> Bool {
        let (taken, broke) = state.withLock { state in
            guard state.phase != .closed, !state.isFinishing else { return (false, false) }
            // The loop knows, and will end the link when it has read what there is to read.
            guard state.writeFailure == nil else { return (true, false) }
            let isIdle = state.output.isEmpty && state.phase == .open
            state.output.append(piece)
            if let next { state.output.append(next) }
            if isIdle { write(&state) }
            if state.output.byteCount >= limits.lowWaterMark { state.isAboveMark = true }
            noteFailure(watch(&state), &state)
            return (true, state.writeFailure != nil)
        }
        if broke { loop.run { self.writingBroke() } }
        return taken
    }

    /// Bytes that the socket has not taken yet.
    var queuedBytes: Int { state.withLock { $0.output.byteCount } }

    /// Tells the peer that no more will come, once the queue is empty. From any thread.
    func finishWriting() {
        let broke = state.withLock { state in
            guard state.phase != .closed, !state.isFinishing else { return false }
            state.isFinishing = true
            if state.phase == .open { write(&state) }
            noteFailure(watch(&state), &state)
            return state.writeFailure != nil
        }
        if broke { loop.run { self.writingBroke() } }
    }

    /// Goes on with the queue. On the loop's thread.
    func flush() {
        let (broke, writable, over) = state.withLock { state in
            guard state.phase == .open, state.writeFailure == nil else { return (false, false, false) }
            write(&state)
            noteFailure(watch(&state), &state)
            let writable = state.isAboveMark && state.output.byteCount < limits.lowWaterMark
            if writable { state.isAboveMark = false }
            return (state.writeFailure != nil, writable && !state.isLingering, state.isOver)
        }
        if broke { return writingBroke() }
        if over { return end(nil) }
        if writable { owner.withLock { $0 }?.linkWritable() }
    }

    private func noteFailure(_ failure: TransportError.Reason?, _ state: inout LinkState) {
        guard let failure, state.writeFailure == nil else { return }
        state.writeFailure = failure
        state.output.removeAll()
    }

    /// Writes until the queue is empty, the socket takes no more, or it is others' turn.
    private func write(_ state: inout LinkState) {
        var budget = Self.turn
        while !state.output.isEmpty {
            guard budget > 0 else { return state.writeWants = .write }
            let transfer: Transfer
            if case .file(let file, let offset, let count) = state.output[0] {
                transfer = channel.write(file: file.raw, offset: offset, count: min(count, Self.turn))
            } else {
                transfer = unsafe state.output.withVectors { unsafe channel.write($0, more: $1) }
            }
            switch transfer {
            case .moved(let count):
                state.output.consume(count)
                budget -= count
            case .blocked(let readiness):
                return state.writeWants = readiness
            case .failed(let reason):
                return noteFailure(reason, &state)
            case .end:
                // The file holds less than was announced to the peer: no byte can be right after that.
                return noteFailure(.system(SystemError(code: EIO, call: "sendfile")), &state)
            }
        }
        if state.isFinishing, !state.wroteEnd {
            switch channel.finishWriting() {
            case .done: state.wroteEnd = true
            case .blocked(let readiness): state.writeWants = readiness
            case .failed(let reason): noteFailure(reason, &state)
            }
        }
    }

    /// The peer takes nothing any more. What it sent before may still be read: answers, perhaps.
    private func writingBroke() {
        guard let failure = state.withLock({ $0.phase == .open ? $0.writeFailure : nil }) else { return }
        if case .reset = failure { pump(toTheEnd: true) }
        end(failure)
    }
}
