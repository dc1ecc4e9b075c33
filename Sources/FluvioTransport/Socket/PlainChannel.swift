import CLinux
import Glibc
import Synchronization
import Unix

/// A TCP socket as it is.
final class PlainChannel: ByteChannel {
    let raw: CInt
    private let descriptor: Mutex<FileDescriptor?>

    var buffersInput: Bool { false }

    /// Takes over a connected, non-blocking socket.
    init(_ descriptor: consuming FileDescriptor) {
        raw = descriptor.raw
        self.descriptor = Mutex(descriptor)
    }

    func handshake() -> Progress { .done }

    func read(into buffer: UnsafeMutableRawBufferPointer) -> Transfer {
        do throws(SystemError) {
            let raw = raw
            let count = try Unix.check("recv") { unsafe recv(raw, buffer.baseAddress, buffer.count, 0) }
            return count == 0 ? .end : .moved(count)
        } catch {
            return Self.failed(error, .read)
        }
    }

    func write(_ vectors: UnsafeMutableBufferPointer<iovec>, more: Bool) -> Transfer {
        var message = unsafe msghdr()
        unsafe message.msg_iov = vectors.baseAddress
        unsafe message.msg_iovlen = vectors.count
        let flags = CInt(MSG_NOSIGNAL | (more ? MSG_MORE : 0))
        do throws(SystemError) {
            let raw = raw
            return .moved(try Unix.check("sendmsg") { unsafe sendmsg(raw, &message, flags) })
        } catch {
            return Self.failed(error, .write)
        }
    }

    func write(file: CInt, offset: Int, count: Int) -> Transfer {
        var position = off_t(offset)
        // The most that one call transfers.
        let count = min(count, 0x7fff_f000)
        do throws(SystemError) {
            let raw = raw
            let moved = try Signals.withoutBrokenPipe { () throws(SystemError) in
                try Unix.check("sendfile") { unsafe sendfile(raw, file, &position, count) }
            }
            return moved == 0 ? .end : .moved(moved)
        } catch {
            return Self.failed(error, .write)
        }
    }

    func finishWriting() -> Progress {
        _ = shutdown(raw, CInt(SHUT_WR))
        return .done
    }

    func acknowledge() { Sockets.set(raw, CInt(IPPROTO_TCP), TCP_QUICKACK, 1) }

    func close(reset: Bool) {
        if reset { Sockets.resetOnClose(raw) }
        let descriptor = descriptor.withLock { $0.take() }
        _ = consume descriptor
    }

    private static func failed(_ error: SystemError, _ wanted: Readiness) -> Transfer {
        error.code == EAGAIN ? .blocked(wanted) : .failed(TransportError.Reason(error))
    }
}

extension TransportError.Reason {
    /// Tells a broken connection from other failures.
    init(_ error: SystemError) {
        switch error.code {
        case ECONNRESET, EPIPE, ETIMEDOUT: self = .reset(error)
        default: self = .system(error)
        }
    }
}
