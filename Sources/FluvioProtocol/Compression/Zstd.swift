import CZstd

/// A zstd context that compresses as the official client does: level 1, no content size, no checksum.
@safe
struct ZstdCompressor: ~Copyable {
    private var context: OpaquePointer?

    init() {}

    deinit { unsafe ZSTD_freeCCtx(context) }

    private mutating func ready() throws(CompressionError) -> OpaquePointer {
        if let context = unsafe context {
            unsafe ZSTD_CCtx_reset(context, ZSTD_reset_session_only)
            return unsafe context
        }
        guard let fresh = unsafe ZSTD_createCCtx() else { throw .outOfMemory(.zstd) }
        unsafe ZSTD_CCtx_setParameter(fresh, ZSTD_c_compressionLevel, 1)
        unsafe ZSTD_CCtx_setParameter(fresh, ZSTD_c_contentSizeFlag, 0)
        unsafe context = fresh
        return unsafe fresh
    }

    mutating func compress(
        _ source: UnsafeRawBufferPointer, appendingTo output: inout [UInt8]
    ) throws(CompressionError) {
        let context = try unsafe ready()
        var status = 0
        unsafe output.appendBytes(upTo: ZSTD_compressBound(source.count) + 64) { room in
            var input = unsafe ZSTD_inBuffer(src: source.baseAddress, size: source.count, pos: 0)
            var result = unsafe ZSTD_outBuffer(dst: room.baseAddress, size: room.count, pos: 0)
            // In two steps: told of the end at once, the library would know the size and choose another window.
            status = unsafe ZSTD_compressStream2(context, &result, &input, ZSTD_e_continue)
            if ZSTD_isError(status) == 0 {
                status = unsafe ZSTD_compressStream2(context, &result, &input, ZSTD_e_end)
            }
            return unsafe result.pos
        }
        // 0: all of the frame is written.
        guard status == 0 else { throw .invalid(.zstd, zstdText(status)) }
    }
}

/// A zstd context that decompresses frames.
@safe
struct ZstdDecompressor: ~Copyable {
    private var context: OpaquePointer?

    init() {}

    deinit { unsafe ZSTD_freeDCtx(context) }

    private mutating func ready() throws(CompressionError) -> OpaquePointer {
        if let context = unsafe context {
            unsafe ZSTD_DCtx_reset(context, ZSTD_reset_session_only)
            return unsafe context
        }
        guard let fresh = unsafe ZSTD_createDCtx() else { throw .outOfMemory(.zstd) }
        unsafe context = fresh
        return unsafe fresh
    }

    /// Decompresses all frames of `source`, one after the other.
    mutating func decompress(
        _ source: UnsafeRawBufferPointer, appendingTo output: inout [UInt8], limit: Int
    ) throws(CompressionError) {
        let context = try unsafe ready()
        var input = unsafe ZSTD_inBuffer(src: source.baseAddress, size: source.count, pos: 0)
        while true {
            var status = 0
            var isFull = false
            unsafe output.appendBytes(upTo: output.nextRoom(limit: limit)) { room in
                var result = unsafe ZSTD_outBuffer(dst: room.baseAddress, size: room.count, pos: 0)
                status = unsafe ZSTD_decompressStream(context, &result, &input)
                isFull = unsafe result.pos == result.size
                return unsafe result.pos
            }
            guard ZSTD_isError(status) == 0 else { throw .invalid(.zstd, zstdText(status)) }
            guard output.count <= limit else { throw .tooLong(limit: limit) }
            let isRead = unsafe input.pos == input.size
            // 0: a frame has ended, and all of it is written.
            if isRead && status == 0 { return }
            if isRead && !isFull { throw .truncated(.zstd) }
        }
    }
}

private func zstdText(_ status: Int) -> String {
    if ZSTD_isError(status) == 0 { return "frame is not finished" }
    return unsafe String(cString: ZSTD_getErrorName(status))
}
