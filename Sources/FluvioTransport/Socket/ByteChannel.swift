import Glibc
import Unix

/// What became of a transfer over a ``ByteChannel``.
enum Transfer: Equatable, Sendable {
    /// So many bytes, at least one.
    case moved(Int)
    /// The peer sends no more.
    case end
    /// Nothing can be transferred before the socket is ready for this. (Over TLS, reading may wait for writing.)
    case blocked(Readiness)
    /// The connection is broken.
    case failed(TransportError.Reason)
}

/// How far something is that may take several calls: a handshake, or telling the peer of the end.
enum Progress: Equatable, Sendable {
    case done
    /// To be called again when the socket is ready for this.
    case blocked(Readiness)
    /// The connection is broken.
    case failed(TransportError.Reason)
}

/// A connected, non-blocking socket together with what carries and protects its bytes: all that a ``Link`` knows of
/// either. Channels stand on one another: TLS on a socket, a WebSocket on TLS.
///
/// Reading and writing happen on different threads at the same time, but never two reads or two writes; an
/// implementation that cannot do that has a lock of its own. Nothing is called after ``close()``, nor beside it.
protocol ByteChannel: AnyObject, Sendable {
    /// The number of the socket, to wait on.
    var raw: CInt { get }
    /// True if bytes may wait inside the channel while the socket has none: then the end of a wait says nothing, and
    /// whoever reads must read until the channel is blocked.
    var buffersInput: Bool { get }

    /// Goes on with the handshake. Called again when the socket is ready, until it is done or has failed.
    func handshake() -> Progress
    /// What it means that the handshake took longer than it may.
    func lateness(_ waited: Duration) -> TransportError.Reason
    /// Reads what is there, up to the size of `buffer`, which is not empty.
    func read(into buffer: UnsafeMutableRawBufferPointer) -> Transfer
    /// Writes of `vectors`, in order, what is taken. `more`: something follows at once, so that a short packet may
    /// wait for it. After ``Transfer/blocked(_:)`` the next write must begin with the same bytes, and be no shorter:
    /// over TLS they may be encrypted already.
    func write(_ vectors: UnsafeMutableBufferPointer<iovec>, more: Bool) -> Transfer
    /// Writes from a file what is taken of `count` bytes at `offset`. ``Transfer/end``: the file is shorter.
    func write(file: CInt, offset: Int, count: Int) -> Transfer
    /// Tells the peer that no more will come. Reading goes on.
    func finishWriting() -> Progress
    /// Acknowledges at once what was read, instead of waiting for an answer to carry the acknowledgement.
    func acknowledge()
    /// Releases the socket. `reset`: the peer sees a broken connection, not an orderly end.
    func close(reset: Bool)
}

extension ByteChannel {
    /// What it means that the handshake took longer than it may.
    func lateness(_ waited: Duration) -> TransportError.Reason { .deadline(waited) }

    /// Reads what is there into a new array.
    func read(atMost limit: Int, into bytes: inout [UInt8]) -> Transfer {
        var transfer = Transfer.end
        bytes = unsafe [UInt8](unsafeUninitializedCapacity: limit) { buffer, count in
            transfer = unsafe read(into: UnsafeMutableRawBufferPointer(buffer))
            if case .moved(let moved) = transfer { count = moved }
        }
        return transfer
    }
}

extension [UInt8] {
    /// Writes the bytes from `start` on, as far as the channel takes them.
    func write(from start: Int, to channel: any ByteChannel) -> Transfer {
        unsafe withUnsafeBytes { bytes in
            let rest = unsafe UnsafeMutableRawBufferPointer(
                mutating: UnsafeRawBufferPointer(rebasing: bytes[start...]))
            var vector = unsafe iovec(iov_base: rest.baseAddress, iov_len: rest.count)
            return unsafe withUnsafeMutablePointer(to: &vector) { vector in
                unsafe channel.write(UnsafeMutableBufferPointer(start: vector, count: 1), more: false)
            }
        }
    }
}
