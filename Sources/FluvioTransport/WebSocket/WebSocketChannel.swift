import Glibc
import Synchronization
import Unix

/// A WebSocket on another channel: the bytes above are the stream that its messages carry.
final class WebSocketChannel: ByteChannel {
    private let below: any ByteChannel
    private let role: WebSocketRole
    private let shaking: Mutex<UpgradeProgress>
    private let input: Mutex<Input>
    private let output: Mutex<Output>
    /// Something was read or written since this was last asked. Outside the lock: what is read need not wait for what is
    /// being written.
    private let isAlive = Atomic(true)
    /// A ping has come, and was perhaps not answered yet.
    private let owesPong = Atomic(false)

    fileprivate struct Input: ~Copyable {
        var reader: WebSocketReader
        /// What came with the handshake, and belongs behind it.
        var early: [UInt8] = []
        /// What every further read tells.
        var end: Transfer?
    }

    fileprivate struct Output {
        var writer: WebSocketWriter
        /// Bytes of the stream that are in frames, but not sent to the last one: they count as written only then.
        var accepted = 0
        /// This side has said that no more will come.
        var hasFinished = false
        /// Nothing is written any more.
        var isClosed = false
    }

    var raw: CInt { below.raw }
    /// Bytes may have come with the handshake, or wait below.
    var buffersInput: Bool { true }

    /// The client's side of a WebSocket.
    convenience init(over below: any ByteChannel, _ upgrade: ClientUpgrade) {
        self.init(below, .client, UpgradeProgress(asking: upgrade))
    }

    /// The server's side of a WebSocket.
    /// - Parameter admit: turns requests away. Called once at most, by ``handshake()``.
    convenience init(
        over below: any ByteChannel, admit: @escaping @Sendable (UpgradeRequest) -> UpgradeRefusal?
    ) {
        self.init(below, .server, UpgradeProgress(answering: admit))
    }

    private init(_ below: any ByteChannel, _ role: WebSocketRole, _ progress: UpgradeProgress) {
        self.below = below
        self.role = role
        shaking = Mutex(progress)
        input = Mutex(Input(reader: WebSocketReader(role)))
        output = Mutex(Output(writer: WebSocketWriter(role)))
    }

    // MARK: Handshake

    func handshake() -> Progress {
        let (progress, early) = shaking.withLock { shaking in
            let progress = shaking.goOn(over: below)
            return (progress, progress == .done ? shaking.takeEarly() : [])
        }
        if !early.isEmpty { input.withLock { $0.early = early } }
        return progress
    }

    func lateness(_ waited: Duration) -> TransportError.Reason {
        guard shaking.withLock({ $0.isBelowDone }) else { return below.lateness(waited) }
        return .webSocket(role == .client ? .handshake(.silent(waited)) : .noRequest(waited))
    }

    // MARK: Reading

    func read(into buffer: UnsafeMutableRawBufferPointer) -> Transfer {
        // As a number: the compiler takes a pointer for something that the input might keep.
        let (start, count) = (UInt(bitPattern: buffer.baseAddress), buffer.count)
        return input.withLock { input in
            let buffer = unsafe UnsafeMutableRawBufferPointer(
                start: UnsafeMutableRawPointer(bitPattern: start), count: count)
            while true {
                if let end = input.end { return end }
                let early = unsafe input.takeEarly(into: buffer)
                let transfer = unsafe early > 0 ? .moved(early) : below.read(into: buffer)
                switch transfer {
                case .moved(let count):
                    let came = unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[..<count])
                    var end: Transfer?
                    let moved = unsafe input.reader.unpack(came) { event in end = met(event) }
                    input.end = end
                    isAlive.store(true, ordering: .relaxed)
                    if owesPong.load(ordering: .relaxed) || end != nil { _ = answer() }
                    if moved > 0 { return .moved(moved) }
                case .end:
                    let isKnown = output.withLock { $0.hasFinished } && role == .client
                    input.end = .failed(.webSocket(isKnown ? .closedEarly : .cut))
                case .blocked(let readiness):
                    guard owesPong.load(ordering: .relaxed), case .blocked(let wanted)? = answer() else {
                        return transfer
                    }
                    return .blocked(readiness.union(wanted))
                case .failed:
                    return transfer
                }
            }
        }
    }

    /// What reading tells after an event; nil: it goes on.
    private func met(_ event: WebSocketReader.Event) -> Transfer? {
        output.withLock { output in
            switch event {
            case .ping(let bytes):
                output.writer.note(ping: bytes)
                owesPong.store(true, ordering: .relaxed)
                return nil
            case .endOfStream: return .end
            case .close(let code, let reason):
                // What this side has said of its end may not have reached who is behind the peer: a close says nothing
                // of it, a message without a byte does.
                let isEarly = role == .client && output.hasFinished
                output.writer.close(code: code == 1005 ? 1005 : 1000)
                guard [1000, 1001, 1005].contains(code) else {
                    return .failed(.webSocket(.closed(code: code, reason: reason)))
                }
                return isEarly ? .failed(.webSocket(.closedEarly)) : .end
            case .failure(let violation):
                output.writer.close(code: violation.code)
                return .failed(.webSocket(.violation(violation)))
            }
        }
    }

    // MARK: Writing

    func write(_ vectors: UnsafeMutableBufferPointer<iovec>, more: Bool) -> Transfer {
        write { output in
            unsafe output.pack(vectors)
        }
    }

    func write(file: CInt, offset: Int, count: Int) -> Transfer {
        let wanted = min(count, WebSocketWriter.turn)
        var failure: Transfer?
        let transfer = unsafe withUnsafeTemporaryAllocation(byteCount: wanted, alignment: 64) { buffer in
            write { writer in
                do throws(SystemError) {
                    let got = try unsafe Unix.read(file, into: buffer, at: offset)
                    guard got > 0 else {
                        failure = .end
                        return 0
                    }
                    var vector = unsafe iovec(iov_base: buffer.baseAddress, iov_len: got)
                    return unsafe withUnsafeMutablePointer(to: &vector) { vector in
                        unsafe writer.pack(UnsafeMutableBufferPointer(start: vector, count: 1))
                    }
                } catch {
                    failure = .failed(.system(error))
                    return 0
                }
            }
        }
        return failure ?? transfer
    }

    /// Sends what waits; then puts more into frames, and sends it.
    private func write(_ pack: (inout WebSocketWriter) -> Int) -> Transfer {
        output.withLock { output in
            guard !output.isClosed else { return .blocked(.write) }
            if output.accepted == 0 {
                if let unsent = output.flush(to: below) { return unsent }
                output.accepted = pack(&output.writer)
                isAlive.store(true, ordering: .relaxed)
                if output.accepted == 0 { return .blocked(.write) }
            }
            if let unsent = output.flush(to: below) { return unsent }
            defer { output.accepted = 0 }
            return .moved(output.accepted)
        }
    }

    /// Sends what waits, answers among it; nil: all is sent.
    private func answer() -> Transfer? {
        output.withLock { output -> Transfer? in
            guard !output.isClosed else { return nil }
            let unsent = output.flush(to: below)
            if unsent == nil { owesPong.store(false, ordering: .relaxed) }
            return unsent
        }
    }

    // MARK: The end

    func finishWriting() -> Progress {
        output.withLock { output in
            guard !output.isClosed else { return .done }
            if !output.hasFinished {
                output.hasFinished = true
                output.writer.finish()
                // A client goes on reading, and proxies would take the end of its writing for the end of it all.
                if role == .server { output.writer.close(code: 1000) }
            }
            switch output.flush(to: below) {
            case .blocked(let readiness)?: return .blocked(readiness)
            case .failed(let reason)?: return .failed(reason)
            default: return role == .server ? below.finishWriting() : .done
            }
        }
    }

    func acknowledge() { below.acknowledge() }

    func close(reset: Bool) {
        output.withLock { output in
            if !reset, !output.isClosed, shaking.withLock({ $0.isDone }) {
                // As far as the channel below takes it.
                output.writer.close(code: 1000)
                _ = output.flush(to: below)
            }
            output.isClosed = true
            below.close(reset: reset)
        }
    }

    /// Asks the peer for a sign of life if nothing was read or written since this was called last: those in between
    /// end connections on which nothing moves. From any thread.
    func askForLife() {
        guard !isAlive.exchange(false, ordering: .relaxed) else { return }
        output.withLock { output in
            guard !output.isClosed, !output.writer.hasOutput else { return }
            output.writer.askForLife()
            _ = output.flush(to: below)
        }
    }
}

extension WebSocketChannel.Input {
    /// Takes of what came with the handshake what `buffer` holds.
    fileprivate mutating func takeEarly(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        let count = min(early.count, buffer.count)
        guard count > 0 else { return 0 }
        unsafe buffer.copyBytes(from: early[..<count])
        early.removeFirst(count)
        return count
    }
}

extension WebSocketChannel.Output {
    /// Sends what waits; nil: all is sent.
    fileprivate mutating func flush(to channel: any ByteChannel) -> Transfer? {
        while true {
            writer.answerPing()
            guard writer.hasOutput else { return nil }
            guard !writer.isBroken else { return .failed(.system(SystemError(code: ENOMEM, call: "wslay_frame_send"))) }
            switch writer.outgoing.write(from: writer.sent, to: channel) {
            case .moved(let count): writer.advance(count)
            case let other: return other
            }
        }
    }
}
