/// Compresses whole payloads, with the settings of the official client (protocol: codecs). Keeps what the libraries
/// need from one payload to the next; each is set up at its first use.
package struct Compressor: ~Copyable {
    private var deflater = Deflater()
    private var lz4 = LZ4Compressor()
    private var zstd = ZstdCompressor()
    /// Holds a batch's payload between compression and its place in a RecordSet.
    var scratch: [UInt8] = []

    package init() {}

    /// Appends the compressed `source` to `output`, whose capacity is worth keeping. ``Compression/none`` copies.
    package mutating func compress(
        _ source: UnsafeRawBufferPointer, with codec: Compression, appendingTo output: inout [UInt8]
    ) throws(CompressionError) {
        switch codec {
        case .none: unsafe output.append(contentsOf: source)
        case .gzip: try unsafe deflater.compress(source, appendingTo: &output)
        case .snappy: try unsafe SnappyFraming.compress(source, appendingTo: &output)
        case .lz4: try unsafe lz4.compress(source, appendingTo: &output)
        case .zstd: try unsafe zstd.compress(source, appendingTo: &output)
        }
    }
}
