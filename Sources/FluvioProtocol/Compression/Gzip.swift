import CZlib

/// A zlib stream that compresses to one gzip member.
@safe
struct Deflater: ~Copyable {
    /// On the heap, because zlib's state points back to it.
    private var stream: UnsafeMutablePointer<z_stream>?

    init() {}

    deinit {
        guard let stream = unsafe stream else { return }
        unsafe deflateEnd(stream)
        unsafe stream.deallocate()
    }

    /// zlib's number of the "unknown" system, which the official client writes; zlib itself would write "Unix".
    private static let unknownSystem: UInt8 = 255
    private static let systemPosition = 9

    private mutating func ready() throws(CompressionError) -> UnsafeMutablePointer<z_stream> {
        if let stream = unsafe stream {
            unsafe deflateReset(stream)
            return unsafe stream
        }
        let fresh = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
        unsafe fresh.initialize(to: z_stream())
        // 15 bits of window, and 16 for the gzip wrapper; 8 is the default use of memory.
        let status = unsafe deflateInit2_(
            fresh, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
            CInt(MemoryLayout<z_stream>.size))
        guard status == Z_OK else {
            unsafe fresh.deallocate()
            throw .outOfMemory(.gzip)
        }
        unsafe stream = fresh
        return unsafe fresh
    }

    mutating func compress(
        _ source: UnsafeRawBufferPointer, appendingTo output: inout [UInt8]
    ) throws(CompressionError) {
        guard let length = UInt32(exactly: source.count) else { throw .tooLong(limit: Int(UInt32.max)) }
        let stream = try unsafe ready()
        let start = output.count
        var status = Z_OK
        // zlib does not write to its input; the type is older than `const`.
        unsafe stream.pointee.next_in = UnsafeMutablePointer(
            mutating: source.baseAddress?.assumingMemoryBound(to: UInt8.self))
        unsafe stream.pointee.avail_in = length
        unsafe output.appendBytes(upTo: Int(deflateBound(stream, UInt(source.count)))) { room in
            unsafe stream.pointee.next_out = room.baseAddress?.assumingMemoryBound(to: UInt8.self)
            unsafe stream.pointee.avail_out = UInt32(clamping: room.count)
            status = unsafe deflate(stream, Z_FINISH)
            return unsafe Int(UInt32(clamping: room.count) - stream.pointee.avail_out)
        }
        guard status == Z_STREAM_END, output.count > start + Self.systemPosition else {
            throw .invalid(.gzip, "deflate ended with status \(status)")
        }
        output[start + Self.systemPosition] = Self.unknownSystem
    }
}

/// A zlib stream that decompresses gzip members.
@safe
struct Inflater: ~Copyable {
    private var stream: UnsafeMutablePointer<z_stream>?

    init() {}

    deinit {
        guard let stream = unsafe stream else { return }
        unsafe inflateEnd(stream)
        unsafe stream.deallocate()
    }

    private mutating func ready() throws(CompressionError) -> UnsafeMutablePointer<z_stream> {
        if let stream = unsafe stream {
            unsafe inflateReset(stream)
            return unsafe stream
        }
        let fresh = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
        unsafe fresh.initialize(to: z_stream())
        let status = unsafe inflateInit2_(fresh, 15 + 16, ZLIB_VERSION, CInt(MemoryLayout<z_stream>.size))
        guard status == Z_OK else {
            unsafe fresh.deallocate()
            throw .outOfMemory(.gzip)
        }
        unsafe stream = fresh
        return unsafe fresh
    }

    /// Decompresses all members of `source`, one after the other.
    mutating func decompress(
        _ source: UnsafeRawBufferPointer, appendingTo output: inout [UInt8], limit: Int
    ) throws(CompressionError) {
        guard let length = UInt32(exactly: source.count) else { throw .tooLong(limit: Int(UInt32.max)) }
        let stream = try unsafe ready()
        unsafe stream.pointee.next_in = UnsafeMutablePointer(
            mutating: source.baseAddress?.assumingMemoryBound(to: UInt8.self))
        unsafe stream.pointee.avail_in = length
        while true {
            var status = Z_OK
            unsafe output.appendBytes(upTo: output.nextRoom(limit: limit)) { room in
                unsafe stream.pointee.next_out = room.baseAddress?.assumingMemoryBound(to: UInt8.self)
                unsafe stream.pointee.avail_out = UInt32(clamping: room.count)
                status = unsafe inflate(stream, Z_NO_FLUSH)
                return unsafe Int(UInt32(clamping: room.count) - stream.pointee.avail_out)
            }
            guard output.count <= limit else { throw .tooLong(limit: limit) }
            switch status {
            case Z_STREAM_END:
                if unsafe stream.pointee.avail_in == 0 { return }
                unsafe inflateReset(stream)
            case Z_OK:
                // The room was not used up, so there was not enough to read.
                if unsafe stream.pointee.avail_in == 0 && stream.pointee.avail_out > 0 { throw .truncated(.gzip) }
            case Z_BUF_ERROR: throw .truncated(.gzip)
            case Z_MEM_ERROR: throw .outOfMemory(.gzip)
            default:
                let text = unsafe stream.pointee.msg.map { unsafe String(cString: $0) }
                throw .invalid(.gzip, text ?? "status \(status)")
            }
        }
    }
}
