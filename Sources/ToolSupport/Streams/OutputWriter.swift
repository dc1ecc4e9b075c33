import Glibc
package import Unix

/// Why output could not be written.
package enum OutputError: Error, Equatable, Sendable, CustomStringConvertible {
    /// EPIPE: who read the output is gone.
    case readerGone
    /// The descriptor of ``OutputWriter/yield(to:)`` became readable while nobody read the output.
    case interrupted
    /// Any other failure of write(2) or close(2).
    case failed(SystemError)

    /// The reason in words, to stand after `write error: `.
    package var description: String {
        switch self {
        case .readerGone: SystemError(code: EPIPE, call: "write").reason
        case .interrupted: SystemError(code: EINTR, call: "write").reason
        case .failed(let error): error.reason
        }
    }

    init(_ error: SystemError) {
        switch error.code {
        case EPIPE: self = .readerGone
        // No call of ours is left with it but the one that says so.
        case EINTR: self = .interrupted
        default: self = .failed(error)
        }
    }
}

/// Turns bytes into other bytes that make sense by themselves.
@safe
package final class FrameEncoder {
    /// Encodes one piece.
    let encode: (UnsafeRawBufferPointer) throws(SystemError) -> [UInt8]

    /// Encodes with `body`.
    package init(_ body: @escaping (UnsafeRawBufferPointer) throws(SystemError) -> [UInt8]) {
        unsafe encode = body
    }
}

/// Buffered output to standard output or a file: bytes gather in one buffer and leave in few write(2) calls.
///
/// Nothing is written but by ``flush()``, ``close()`` and by an append that does not fit. After an error the buffer
/// still holds what was not written. SIGPIPE must be ignored by the process. Not to be shared between threads.
@safe
package struct OutputWriter: ~Copyable {
    /// Bytes gathered before write(2), unless configured.
    package static let defaultCapacity = 256 * 1024

    /// The descriptor, for poll(2): POLLERR says that the reader is gone.
    package let descriptor: CInt
    let owned: Bool
    var buffer: UnsafeMutablePointer<UInt8>
    var capacity: Int
    var start = 0
    var count = 0
    /// Bytes that write(2) has taken.
    package private(set) var written = 0
    /// Changes what leaves. Unmanaged, as a type whose members need releasing could not be closed by its owner.
    private var encoder: Unmanaged<FrameEncoder>?

    /// The same pipe, opened by itself and not blocking; -1: ``descriptor`` is written to.
    private var ownEnd: CInt = -1
    private var wake: CInt = -1

    /// Bytes that have left and that wait.
    package var appended: Int { written + pending }

    /// Bytes that wait in the buffer.
    package var pending: Int { count - start }

    /// Writes to a descriptor that belongs to others, such as 1, and leaves its flags alone.
    ///
    /// A pipe is enlarged to 1 MiB where the system allows it, which saves wake-ups of its reader.
    package init(descriptor: CInt, capacity: Int = OutputWriter.defaultCapacity) {
        self.init(descriptor, owned: false, capacity: capacity)
    }

    /// Writes to a descriptor and owns it.
    package init(owning descriptor: consuming FileDescriptor, capacity: Int = OutputWriter.defaultCapacity) {
        self.init(descriptor.release(), owned: true, capacity: capacity)
    }

    private init(_ descriptor: CInt, owned: Bool, capacity: Int) {
        self.descriptor = descriptor
        self.owned = owned
        self.capacity = max(capacity, 64)
        unsafe buffer = .allocate(capacity: self.capacity)
        unsafe encoder = nil
        // Refused by what is no pipe, and beyond /proc/sys/fs/pipe-user-pages-soft: then it stays as it is.
        Unix.setPipeCapacity(descriptor, bytes: 1 << 20)
    }

    deinit {
        unsafe buffer.deallocate()
        unsafe encoder?.release()
        if ownEnd >= 0 { _ = Glibc.close(ownEnd) }
        if owned { _ = Glibc.close(descriptor) }
    }

    /// Gives a write up that nobody reads once `wake` is readable: with ``OutputError/interrupted``, and after a moment in
    /// which a slow reader may go on. Only where the output is a pipe: others do not block for long.
    package mutating func yield(to wake: CInt) {
        guard ownEnd < 0, let end = Unix.ownWritingEnd(of: descriptor) else { return }
        ownEnd = end.release()
        self.wake = wake
    }

    /// For a slow reader to go on.
    private static let moment: CInt = 200

    /// Waits for room.
    private func wait() throws(SystemError) {
        guard ownEnd >= 0 else {
            _ = try Unix.poll(descriptor, CInt(POLLOUT), timeoutMilliseconds: -1)
            return
        }
        let events = try Unix.poll(ownEnd, CInt(POLLOUT), wake, CInt(POLLIN), timeoutMilliseconds: -1)
        if events.first == 0, try Unix.poll(ownEnd, CInt(POLLOUT), timeoutMilliseconds: Self.moment) == 0 {
            throw SystemError(code: EINTR, call: "write")
        }
    }

    /// Room for `count` bytes, to be written from the front and then kept by ``commit(_:)``.
    ///
    /// Flushes where the buffer is too full, and grows it where it is too small. Good until the next call.
    @inline(__always)
    package mutating func reserve(_ count: Int) throws(OutputError) -> UnsafeMutablePointer<UInt8> {
        if capacity - self.count < count { try makeRoom(count) }
        return unsafe buffer + self.count
    }

    /// Keeps the first `count` bytes of what ``reserve(_:)`` gave.
    @inline(__always)
    package mutating func commit(_ count: Int) { self.count += count }

    @inline(never)
    private mutating func makeRoom(_ wanted: Int) throws(OutputError) {
        try flush()
        guard capacity < wanted else { return }
        unsafe buffer.deallocate()
        capacity = wanted
        unsafe buffer = .allocate(capacity: wanted)
    }

    /// Appends bytes. What is larger than the buffer goes straight to write(2).
    @inline(__always)
    package mutating func append(_ bytes: UnsafeRawBufferPointer) throws(OutputError) {
        if capacity - count < bytes.count { return try unsafe appendLarge(bytes) }
        if let source = bytes.baseAddress {
            unsafe UnsafeMutableRawPointer(buffer + count).copyMemory(from: source, byteCount: bytes.count)
        }
        count += bytes.count
    }

    @inline(never)
    private mutating func appendLarge(_ bytes: UnsafeRawBufferPointer) throws(OutputError) {
        try flush()
        if bytes.count <= capacity { return try unsafe append(bytes) }
        do throws(SystemError) {
            try unsafe writeCounted(bytes)
        } catch {
            throw OutputError(error)
        }
    }

    /// Appends one byte.
    @inline(__always)
    package mutating func append(byte: UInt8) throws(OutputError) {
        try unsafe reserve(1).pointee = byte
        count += 1
    }

    /// Appends a fixed text.
    @inline(__always)
    package mutating func append(_ text: StaticString) throws(OutputError) {
        try unsafe append(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    /// Appends a record as it is and the delimiter's byte.
    @inline(__always)
    package mutating func appendRaw(_ value: UnsafeRawBufferPointer, delimiter: UInt8) throws(OutputError) {
        try unsafe append(value)
        try append(byte: delimiter)
    }

    /// Appends a text as UTF-8.
    @_disfavoredOverload
    package mutating func append(_ text: String) throws(OutputError) {
        var text = text
        let result: Result<Void, OutputError> = text.withUTF8 { utf8 in
            Result { () throws(OutputError) in try unsafe append(UnsafeRawBufferPointer(utf8)) }
        }
        try result.get()
    }

    /// Writes out what is in the buffer, through short writes, EINTR, and waiting where the descriptor does not block.
    package mutating func flush() throws(OutputError) {
        guard start < count else { return }
        let bytes = unsafe UnsafeRawBufferPointer(start: buffer + start, count: count - start)
        let before = written
        do throws(SystemError) {
            try unsafe writeCounted(bytes)
        } catch {
            start = min(count, start + written - before)
            throw OutputError(error)
        }
        start = 0
        count = 0
    }

    /// From here on everything that leaves at once is encoded at once: as a gzip member or a zstd frame, say. To be
    /// called before anything is appended; ``written`` then counts encoded bytes.
    package mutating func encode(with encoder: FrameEncoder) {
        unsafe self.encoder?.release()
        unsafe self.encoder = Unmanaged.passRetained(encoder)
    }

    private mutating func writeCounted(_ bytes: UnsafeRawBufferPointer) throws(SystemError) {
        guard let encoder = unsafe encoder else { return try unsafe writeAll(bytes) }
        let frame = try unsafe encoder.takeUnretainedValue().encode(bytes)
        let result = unsafe frame.withUnsafeBytes { frame in
            Result { () throws(SystemError) in try unsafe writeAll(frame) }
        }
        try result.get()
    }

    private mutating func writeAll(_ bytes: UnsafeRawBufferPointer) throws(SystemError) {
        var done = 0
        while done < bytes.count {
            do throws(SystemError) {
                let count = try unsafe Unix.writeSome(
                    ownEnd >= 0 ? ownEnd : descriptor, UnsafeRawBufferPointer(rebasing: bytes[done...]))
                done += count
                written += count
            } catch {
                guard error.code == EAGAIN else { throw error }
                try wait()
            }
        }
    }

    /// Whether who reads the output is gone, as far as poll(2) can tell without writing.
    package var readerIsGone: Bool {
        guard let events = try? Unix.poll(descriptor, 0, timeoutMilliseconds: 0) else { return false }
        return events & CInt(POLLERR | POLLHUP | POLLNVAL) != 0
    }

    /// Columns of the terminal that the output is; nil where it is none.
    package var terminalWidth: Int? {
        var size = winsize()
        guard unsafe ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
        return Int(size.ws_col)
    }

    /// Flushes, then closes the descriptor (standard output too) and reports what close(2) reports.
    package consuming func close() throws(OutputError) {
        do throws(OutputError) {
            try flush()
        } catch {
            _ = consume self
            throw error
        }
        let descriptor = descriptor
        if ownEnd >= 0 { _ = Glibc.close(ownEnd) }
        unsafe buffer.deallocate()
        unsafe encoder?.release()
        discard self
        // After EINTR the descriptor is closed on Linux.
        if Glibc.close(descriptor) != 0, errno != EINTR { throw OutputError(SystemError(code: errno, call: "close")) }
    }
}
