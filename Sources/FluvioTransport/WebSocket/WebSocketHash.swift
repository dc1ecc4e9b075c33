import COpenSSL

/// What the handshake computes.
enum WebSocketHash {
    /// What a server makes of a client's key (WebSocket: Sec-WebSocket-Accept); nil: OpenSSL cannot.
    static func accept(_ key: String) -> String? {
        let text = Array((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").utf8)
        var digest = [UInt8](repeating: 0, count: 20)
        var size: CUnsignedInt = 0
        let isGood = unsafe digest.withUnsafeMutableBufferPointer { digest in
            unsafe EVP_Digest(text, text.count, digest.baseAddress, &size, EVP_sha1(), nil) == 1
        }
        return isGood && size == 20 ? base64(digest) : nil
    }

    /// A new key of a client: 16 random bytes.
    static func key() -> String {
        var system = SystemRandomNumberGenerator()
        var bytes = (0..<16).map { _ in UInt8.random(in: .min ... .max, using: &system) }
        _ = unsafe bytes.withUnsafeMutableBufferPointer { unsafe RAND_bytes($0.baseAddress, CInt($0.count)) }
        return base64(bytes)
    }

    /// Bytes as text.
    static func base64(_ bytes: [UInt8]) -> String {
        var text = [UInt8](repeating: 0, count: (bytes.count + 2) / 3 * 4 + 1)
        let count = unsafe text.withUnsafeMutableBufferPointer { text in
            unsafe EVP_EncodeBlock(text.baseAddress, bytes, CInt(bytes.count))
        }
        return String(decoding: text.prefix(Int(max(count, 0))), as: UTF8.self)
    }

    /// Whether a text is what 16 bytes are written as.
    static func isKey(_ text: String) -> Bool {
        guard text.utf8.count == 24, text.hasSuffix("=="), !text.hasSuffix("===") else { return false }
        return text.utf8.dropLast(2).allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "/"):
                true
            default: false
            }
        }
    }
}
