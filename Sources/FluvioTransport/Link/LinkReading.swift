import Synchronization
import Unix

/// When the frame that has come in part must be whole.
struct FrameClock {
    /// Number of the frame, and when it began; nil: none is under way.
    var since: MonotonicTime?
    var frame = 0
    var timer: Timer?
}

extension Link {
    /// Delivers nothing until ``resume()``. From any thread; on another than the loop's, a frame that is being
    /// delivered still is.
    func pause() {
        gate.bitwiseOr(Gate.paused, ordering: .relaxed)
        rewatch()
    }

    /// Ends ``pause()``, on the loop's thread and later. From any thread.
    func resume() {
        gate.bitwiseAnd(~Gate.paused, ordering: .relaxed)
        frameClock.withLock { if $0.since != nil { $0.since = .now } }
        rewatch()
        loop.run { self.pump() }
    }

    private func rewatch() {
        if let failure = state.withLock({ watch(&$0) }) { loop.run { self.end(failure) } }
    }

    /// Delivers nothing any more. From any thread.
    func deafen() { gate.bitwiseOr(Gate.deaf, ordering: .relaxed) }

    /// Sends what is queued, waits for the peer to see it, and closes, all within `linger`. From any thread.
    ///
    /// A socket that is closed with unread bytes breaks the connection, and may take from the peer what it has not
    /// read of our last answers. So what still comes is read and dropped until the peer has ended too.
    func close(linger: Duration) {
        deafen()
        finishWriting()
        loop.run { self.beginLingering(linger) }
    }

    private func beginLingering(_ linger: Duration) {
        let (isFirst, isOpen) = state.withLock { state in
            let isFirst = !state.isLingering
            state.isLingering = true
            return (isFirst, state.phase == .open)
        }
        guard isFirst else { return }
        guard isOpen else { return end(nil) }
        flush()
        state.withLock { state in
            guard state.phase == .open else { return }
            state.timer = loop.schedule(after: linger) { [weak self] in self?.lingeringIsOver() }
        }
    }

    private func lingeringIsOver() {
        // Whole frames that were not sent must not look like an orderly end.
        let reset = state.withLock { !$0.output.isEmpty }
        end(nil, reset: reset)
    }

    /// Reads and delivers until nothing is left, or it is others' turn. On the loop's thread.
    func pump(toTheEnd: Bool = false) {
        guard gateBits & Gate.handshaking == 0, let owner = owner.withLock({ $0 }) else { return }
        var budget = Self.turn
        var hasRead = false
        var isEmpty = false
        while deliver(to: owner), !isEmpty, canRead {
            guard budget > 0 || toTheEnd else {
                // What waits inside the channel, the loop does not see.
                if channel.buffersInput { loop.run { self.pump() } }
                break
            }
            let (transfer, room) = readOnce()
            switch transfer {
            case .moved(let count):
                hasRead = true
                budget -= count
                isEmpty = count < room && !channel.buffersInput && !toTheEnd
            case .blocked(let readiness):
                isEmpty = true
                let failure = state.withLock { state in
                    state.readWants = readiness
                    return watch(&state)
                }
                if let failure { return end(failure) }
            case .end:
                return sawEnd(owner)
            case .failed(let reason):
                return end(reason)
            }
        }
        guard gateBits & Gate.ended == 0 else { return }
        if hasRead { channel.acknowledge() }
        if limits.frameDeadline != nil { watchFrame() }
    }

    private var isLingering: Bool { state.withLock { $0.isLingering } }

    private var canRead: Bool {
        let bits = gateBits
        return bits == 0 || (bits & Gate.ended == 0 && isLingering)
    }

    /// Delivers the frames that are whole. False: the link has ended.
    private func deliver(to owner: any LinkOwner) -> Bool {
        while gateBits == 0 {
            switch input.withLock({ $0.next() }) {
            case .frame(let frame): owner.linkReceived(frame)
            case .none: return true
            case .failure(let reason):
                end(reason)
                return false
            }
        }
        return true
    }

    /// What came, and for how much there was room.
    private func readOnce() -> (Transfer, room: Int) {
        let isDeaf = gateBits & Gate.deaf != 0
        return input.withLock { reader in
            if !isDeaf, reader.direct > 0 {
                var transfer = Transfer.end
                var room = 0
                unsafe reader.fill { buffer in
                    room = buffer.count
                    transfer = unsafe channel.read(into: buffer)
                    if case .moved(let count) = transfer { return count }
                    return 0
                }
                return (transfer, room)
            }
            return loop.core.scratch.withLock { scratch in
                unsafe scratch.withUnsafeMutableBytes { buffer in
                    let transfer = unsafe channel.read(into: buffer)
                    if case .moved(let count) = transfer, !isDeaf {
                        unsafe reader.take(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
                    }
                    return (transfer, buffer.count)
                }
            }
        }
    }

    private func sawEnd(_ owner: any LinkOwner) {
        let isDeaf = gateBits & Gate.deaf != 0
        if !isDeaf, input.withLock({ $0.isInsideFrame }) { return end(.cut) }
        gate.bitwiseOr(Gate.ended, ordering: .relaxed)
        let (failure, over) = state.withLock { state in
            state.sawEnd = true
            // A write that failed took the error of a broken connection away, and reading sees an orderly end.
            return (state.writeFailure ?? watch(&state), state.isOver)
        }
        if let failure { return end(failure) }
        if over { return end(nil) }
        if !isDeaf { owner.linkFinished() }
    }

    // MARK: The deadline of a frame

    private func watchFrame() {
        let (isInside, number) = input.withLock { ($0.isInsideFrame, $0.frameNumber) }
        guard isInside else { return frameClock.withLock { $0.since = nil } }
        frameClock.withLock { clock in
            if clock.since == nil || clock.frame != number { (clock.since, clock.frame) = (.now, number) }
            if clock.timer == nil { setFrameTimer(&clock) }
        }
    }

    private func setFrameTimer(_ clock: inout FrameClock) {
        guard let deadline = limits.frameDeadline, let since = clock.since else { return }
        clock.timer = loop.schedule(at: since + deadline) { [weak self] in self?.frameTimerFired() }
    }

    private func frameTimerFired() {
        guard let deadline = limits.frameDeadline else { return }
        let isLate = frameClock.withLock { clock in
            clock.timer = nil
            guard let since = clock.since, gateBits & ~Gate.paused == 0 else { return false }
            if gateBits & Gate.paused != 0 {
                // While nobody reads, the peer is not to blame.
                clock.since = .now
            } else if since + deadline <= .now {
                return true
            }
            setFrameTimer(&clock)
            return false
        }
        if isLate { end(.deadline(deadline)) }
    }
}
