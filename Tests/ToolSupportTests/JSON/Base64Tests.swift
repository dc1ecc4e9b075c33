import Foundation
import Testing
import ToolSupport

@Suite("Base64")
struct Base64Tests {
    private func encode(_ bytes: [UInt8]) -> String {
        var output = [UInt8](repeating: 0, count: Base64.encodedLength(bytes.count) + 1)
        let count = unsafe bytes.withUnsafeBytes { bytes in
            unsafe output.withUnsafeMutableBufferPointer { output in
                unsafe output.baseAddress.map { unsafe Base64.encode(bytes, to: $0) } ?? -1
            }
        }
        return String(decoding: output.prefix(count), as: UTF8.self)
    }

    private func decode(_ text: String) -> [UInt8]? {
        var output = [UInt8](repeating: 0, count: text.utf8.count + 1)
        let count = unsafe Array(text.utf8).withUnsafeBytes { bytes in
            unsafe output.withUnsafeMutableBufferPointer { output in
                unsafe output.baseAddress.flatMap { unsafe Base64.decode(bytes, to: $0) }
            }
        }
        return count.map { Array(output.prefix($0)) }
    }

    @Test func `the examples of RFC 4648`() {
        for (plain, text) in [
            ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ] {
            #expect(encode(Array(plain.utf8)) == text)
            #expect(decode(text) == Array(plain.utf8))
        }
    }

    @Test func `random bytes are written as another implementation writes them, and come back`() {
        var random = SplitMix(seed: 3)
        for count in 0..<300 {
            let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
            let text = encode(bytes)
            #expect(text == Data(bytes).base64EncodedString())
            #expect(decode(text) == bytes)
        }
    }

    @Test(arguments: [
        "Z", "Zg", "Zg=", "Zg===", "Zh==", "Zm9=", "Zm8", "Zm9v ", " Zm9v", "Zm9v\n", "Zm9v====", "====", "=m9v",
        "Z=9v",
        "Zm=v", "Zg==Zg==", "Zm9-", "Zm9_", "Zm9\u{e9}", "Zm9vZm9=",
    ])
    func `what an encoder would not have written is refused`(text: String) {
        #expect(decode(text) == nil)
    }
}
