import CLZ4

/// An LZ4 context that compresses to one frame as the official client does: independent blocks, no checksums, no
/// content size.
@safe
struct LZ4Compressor: ~Copyable {
    private var context: OpaquePointer?

    init() {}

    deinit { unsafe LZ4F_freeCompressionContext(context) }

    private mutating func ready() throws(CompressionError) -> OpaquePointer {
        if let context = unsafe context { return unsafe context }
        var fresh: OpaquePointer?
        let status = unsafe LZ4F_createCompressionContext(&fresh, CUnsignedInt(LZ4F_VERSION))
        guard LZ4F_isError(status) == 0, let fresh = unsafe fresh else { throw .outOfMemory(.lz4) }
        unsafe context = fresh
        return unsafe fresh
    }

    /// The block sizes that the official client chooses by the size of the payload.
    private static func blockSize(for count: Int) -> LZ4F_blockSizeID_t {
        if count <= 65_536 { return LZ4F_max64KB }
        return count <= 262_144 ? LZ4F_max256KB : LZ4F_max4MB
    }

    mutating func compress(
        _ source: UnsafeRawBufferPointer, appendingTo output: inout [UInt8]
    ) throws(CompressionError) {
        let context = try unsafe ready()
        var preferences = LZ4F_preferences_t()
        preferences.frameInfo.blockSizeID = Self.blockSize(for: source.count)
        preferences.frameInfo.blockMode = LZ4F_blockIndependent
        // Everything comes in one piece: nothing is worth keeping back.
        preferences.autoFlush = 1
        let bound = unsafe LZ4F_compressBound(source.count, &preferences) + Int(LZ4F_HEADER_SIZE_MAX)
        var status = 0
        unsafe output.appendBytes(upTo: bound) { room in
            guard let base = room.baseAddress else { return 0 }
            var written = 0
            status = unsafe LZ4F_compressBegin(context, base, room.count, &preferences)
            guard LZ4F_isError(status) == 0 else { return 0 }
            written += status
            status = unsafe LZ4F_compressUpdate(
                context, base + written, room.count - written, source.baseAddress, source.count, nil)
            guard LZ4F_isError(status) == 0 else { return 0 }
            written += status
            status = unsafe LZ4F_compressEnd(context, base + written, room.count - written, nil)
            guard LZ4F_isError(status) == 0 else { return 0 }
            return written + status
        }
        guard LZ4F_isError(status) == 0 else { throw .invalid(.lz4, lz4Text(status)) }
    }
}

/// An LZ4 context that decompresses frames.
@safe
struct LZ4Decompressor: ~Copyable {
    private var context: OpaquePointer?

    init() {}

    deinit { unsafe LZ4F_freeDecompressionContext(context) }

    private mutating func ready() throws(CompressionError) -> OpaquePointer {
        if let context = unsafe context {
            unsafe LZ4F_resetDecompressionContext(context)
            return unsafe context
        }
        var fresh: OpaquePointer?
        let status = unsafe LZ4F_createDecompressionContext(&fresh, CUnsignedInt(LZ4F_VERSION))
        guard LZ4F_isError(status) == 0, let fresh = unsafe fresh else { throw .outOfMemory(.lz4) }
        unsafe context = fresh
        return unsafe fresh
    }

    /// Decompresses all frames of `source`, one after the other.
    mutating func decompress(
        _ source: UnsafeRawBufferPointer, appendingTo output: inout [UInt8], limit: Int
    ) throws(CompressionError) {
        guard let base = source.baseAddress else { throw .truncated(.lz4) }
        let context = try unsafe ready()
        var position = 0
        while true {
            var status = 0
            var isFull = false
            var consumed = source.count - position
            unsafe output.appendBytes(upTo: output.nextRoom(limit: limit)) { room in
                var written = room.count
                status = unsafe LZ4F_decompress(
                    context, room.baseAddress, &written, base + position, &consumed, nil)
                isFull = written == room.count
                return LZ4F_isError(status) == 0 ? written : 0
            }
            guard LZ4F_isError(status) == 0 else { throw .invalid(.lz4, lz4Text(status)) }
            guard output.count <= limit else { throw .tooLong(limit: limit) }
            position += consumed
            // 0: a frame has ended, and all of it is written.
            if position == source.count && status == 0 { return }
            if position == source.count && !isFull { throw .truncated(.lz4) }
        }
    }
}

private func lz4Text(_ status: Int) -> String { unsafe String(cString: LZ4F_getErrorName(status)) }
