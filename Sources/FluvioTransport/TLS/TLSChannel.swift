import Glibc
import Synchronization

/// TLS on another channel.
final class TLSChannel: ByteChannel {
    private let below: any ByteChannel
    private let isOpen = Atomic(false)
    /// nil: it could not be made. OpenSSL wants one thread at a time, so reading and writing take turns.
    private let session: Mutex<TLSSession?>

    var raw: CInt { below.raw }
    /// TLS records wait inside.
    var buffersInput: Bool { true }

    /// Takes over a channel that nothing was said on yet, and the session that was begun on it.
    init(over below: any ByteChannel, _ session: consuming sending TLSSession?) {
        self.below = below
        self.session = Mutex(session)
    }

    func handshake() -> Progress {
        if !isOpen.load(ordering: .relaxed) {
            let progress = below.handshake()
            guard progress == .done else { return progress }
            isOpen.store(true, ordering: .relaxed)
        }
        return session.withLock { $0?.handshake() }
            ?? .failed(.tls(.other("there is no memory, or the name cannot be one")))
    }

    func lateness(_ waited: Duration) -> TransportError.Reason {
        isOpen.load(ordering: .relaxed) ? .tls(.silent(waited)) : below.lateness(waited)
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) -> Transfer {
        // As a number: the compiler takes a pointer for something that the session might keep.
        let (start, count) = (UInt(bitPattern: buffer.baseAddress), buffer.count)
        return session.withLock { session in
            let start = unsafe UnsafeMutableRawPointer(bitPattern: start)
            return unsafe session?.read(into: UnsafeMutableRawBufferPointer(start: start, count: count))
        } ?? .end
    }

    func write(_ vectors: UnsafeMutableBufferPointer<iovec>, more: Bool) -> Transfer {
        let (start, count) = (UInt(bitPattern: vectors.baseAddress), vectors.count)
        return session.withLock { session in
            let start = unsafe UnsafeMutablePointer<iovec>(bitPattern: start)
            return unsafe session?.write(UnsafeMutableBufferPointer(start: start, count: count))
        } ?? .blocked(.write)
    }

    func write(file: CInt, offset: Int, count: Int) -> Transfer {
        session.withLock { $0?.write(file: file, offset: offset, count: count) } ?? .blocked(.write)
    }

    func finishWriting() -> Progress {
        let progress = session.withLock { $0?.finish() } ?? .done
        return progress == .done ? below.finishWriting() : progress
    }

    func acknowledge() { below.acknowledge() }

    func close(reset: Bool) {
        // As far as the channel takes it: whoever wants to be sure finishes writing first.
        if !reset { _ = session.withLock { $0?.finish() } }
        session.withLock { $0 = nil }
        below.close(reset: reset)
    }
}
