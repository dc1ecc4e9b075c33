import CLinux
import Glibc
import Synchronization
import Unix

/// A TCP socket with TLS on it.
final class TLSChannel: ByteChannel {
    let raw: CInt
    private let descriptor: Mutex<FileDescriptor?>
    /// nil: it could not be made. OpenSSL wants one thread at a time, so reading and writing take turns.
    private let session: Mutex<TLSSession?>

    /// TLS records wait inside.
    var buffersInput: Bool { true }

    /// Takes over a connected, non-blocking socket, and the session that was begun on it.
    init(_ descriptor: consuming FileDescriptor, _ session: consuming sending TLSSession?) {
        raw = descriptor.raw
        self.descriptor = Mutex(descriptor)
        self.session = Mutex(session)
    }

    func handshake() -> Progress {
        session.withLock { $0?.handshake() } ?? .failed(.tls(.other("there is no memory, or the name cannot be one")))
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
        if progress == .done { _ = shutdown(raw, CInt(SHUT_WR)) }
        return progress
    }

    func acknowledge() { Sockets.set(raw, CInt(IPPROTO_TCP), TCP_QUICKACK, 1) }

    func close(reset: Bool) {
        if reset {
            Sockets.resetOnClose(raw)
        } else {
            // As far as the socket takes it: whoever wants to be sure finishes writing first.
            _ = session.withLock { $0?.finish() }
        }
        // The session keeps the number of the socket: it goes first.
        session.withLock { $0 = nil }
        let descriptor = descriptor.withLock { $0.take() }
        _ = consume descriptor
    }
}
