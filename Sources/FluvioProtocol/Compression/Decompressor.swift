/// Decompresses whole payloads. Keeps what the libraries need from one payload to the next; each is set up at its
/// first use.
package struct Decompressor: ~Copyable {
    /// The longest output, in bytes, unless the caller says otherwise: twice the largest batch that a server stores.
    package static let defaultLimit = 67_108_864

    private var scratch: [UInt8] = []

    package init() {}

    /// Replaces the contents of `output`, whose capacity is worth keeping, by the decompressed `source`. Output grows
    /// as it comes, whatever size the data claims. ``Compression/none`` copies.
    ///
    /// - Throws: ``CompressionError/tooLong(limit:)`` as soon as there is more than `limit`; `output` is then
    ///   unspecified.
    package mutating func decompress(
        _ source: UnsafeRawBufferPointer, with codec: Compression, into output: inout [UInt8],
        limit: Int = Decompressor.defaultLimit
    ) throws(CompressionError) {
        output.removeAll(keepingCapacity: true)
        unsafe output.append(contentsOf: source)
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
        var cursor = try unsafe batch.cursor(in: bytes)
        return try unsafe body(&cursor, bytes)
    }
}
