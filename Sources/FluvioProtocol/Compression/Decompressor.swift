/// Decompresses whole payloads. Keeps what the libraries need from one payload to the next; each is set up at its
/// first use.
package struct Decompressor: ~Copyable {
    /// The longest output, in bytes, unless the caller says otherwise: twice the largest batch that a server stores.
    package static let defaultLimit = 67_108_864
    /// A larger buffer is not kept from one batch to the next.
    private static let maximumScratch = 4_194_304

    private var inflater = Inflater()
    private var lz4 = LZ4Decompressor()
    private var zstd = ZstdDecompressor()
    private var scratch: [UInt8] = []

    package init() {}

    /// Replaces the contents of `output`, whose capacity is worth keeping, by the decompressed `source`. Output grows
    /// as it comes, whatever size the data claims. ``Compression/none`` copies. Several frames, one after the other,
    /// are read as one; the official client ignores a second gzip member.
    ///
    /// - Throws: ``CompressionError/tooLong(limit:)`` as soon as there is more than `limit`. `output` is then
    ///   unspecified, as with every error.
    package mutating func decompress(
        _ source: UnsafeRawBufferPointer, with codec: Compression, into output: inout [UInt8],
        limit: Int = Decompressor.defaultLimit
    ) throws(CompressionError) {
        output.removeAll(keepingCapacity: true)
        switch codec {
        case .none:
            guard source.count <= limit else { throw .tooLong(limit: limit) }
            unsafe output.append(contentsOf: source)
        case .gzip: try unsafe inflater.decompress(source, appendingTo: &output, limit: limit)
        case .snappy: try unsafe SnappyFraming.decompress(source, appendingTo: &output, limit: limit)
        case .lz4: try unsafe lz4.decompress(source, appendingTo: &output, limit: limit)
        case .zstd: try unsafe zstd.decompress(source, appendingTo: &output, limit: limit)
        }
    }

    /// As ``decompress(_:with:into:limit:)``, of the payload of `batch`, which stands in `bytes`.
    ///
    /// - Throws: ``BatchError/Reason/compression(_:)``.
    package mutating func decompress(
        _ batch: RecordBatch, in bytes: UnsafeRawBufferPointer, into output: inout [UInt8],
        limit: Int = Decompressor.defaultLimit
    ) throws(BatchError) {
        let range = batch.payload.clamped(to: 0..<bytes.count)
        do throws(CompressionError) {
            try unsafe decompress(
                UnsafeRawBufferPointer(rebasing: bytes[range]), with: batch.codec, into: &output, limit: limit)
        } catch {
            throw batch.error(.compression(error))
        }
    }

    /// Opens `batch`, which stands in `bytes`, and hands `body` a cursor in front of its first record, with the bytes
    /// that the cursor's positions refer to: `bytes` itself, or those decompressed into this value's own buffer.
    /// They are valid until `body` returns.
    ///
    /// - Throws: what ``RecordBatch/cursor(in:payload:)`` throws, and
    ///   ``BatchError/Reason/compression(_:)``.
    package mutating func withRecords<R>(
        of batch: RecordBatch, in bytes: UnsafeRawBufferPointer, limit: Int = Decompressor.defaultLimit,
        _ body: (inout RecordCursor, UnsafeRawBufferPointer) throws(BatchError) -> R
    ) throws(BatchError) -> R {
        if batch.codec == .none {
            var cursor = try unsafe batch.cursor(in: bytes)
            return try unsafe body(&cursor, bytes)
        }
        // Taken out, so that no one else holds it while it grows.
        var payload: [UInt8] = []
        swap(&payload, &scratch)
        defer { if payload.capacity <= Self.maximumScratch { swap(&payload, &scratch) } }
        try unsafe decompress(batch, in: bytes, into: &payload, limit: limit)
        return try unsafe payload.span.withUnsafeBytes { opened throws(BatchError) in
            var cursor = try unsafe batch.cursor(in: opened, payload: 0..<opened.count)
            return try unsafe body(&cursor, opened)
        }
    }
}
