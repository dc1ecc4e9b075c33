/// Base64 as of RFC 4648 §4: with padding, without line breaks.
package enum Base64 {
    /// Length of the text for `count` bytes.
    @inline(__always)
    package static func encodedLength(_ count: Int) -> Int { (count + 2) / 3 * 4 }

    /// Writes the text of `bytes` to `output`, which has room for ``encodedLength(_:)``; the length written.
    package static func encode(_ bytes: UnsafeRawBufferPointer, to output: UnsafeMutablePointer<UInt8>) -> Int {
        0
    }

    /// Writes what `text` stands for to `output`, which has room for 3/4 of its length.
    ///
    /// The number of bytes, or nil for a text that is not exactly what ``encode(_:to:)`` writes: no white space, the
    /// padding there, the unused bits zero.
    package static func decode(_ text: UnsafeRawBufferPointer, to output: UnsafeMutablePointer<UInt8>) -> Int? {
        nil
    }
}
