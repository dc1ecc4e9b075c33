/// A buffer that strings with escapes are written into, used again and again.
@safe
package struct JSONScratch: ~Copyable {
    private var buffer: UnsafeMutablePointer<UInt8>
    private var capacity = 256
    private var count = 0
    /// Buffers that became too small while slices of them were in use.
    private var retired: [UnsafeMutablePointer<UInt8>] = unsafe []

    /// An empty buffer.
    package init() { unsafe buffer = .allocate(capacity: capacity) }

    deinit {
        unsafe buffer.deallocate()
        unsafe retired.forEach { unsafe $0.deallocate() }
    }

    /// Forgets what was handed out.
    package mutating func begin() {
        count = 0
        if unsafe retired.isEmpty { return }
        unsafe retired.forEach { unsafe $0.deallocate() }
        unsafe retired.removeAll()
    }

    /// Room for `wanted` bytes more.
    private mutating func reserve(_ wanted: Int) -> UnsafeMutablePointer<UInt8> {
        if capacity - count < wanted {
            unsafe retired.append(buffer)
            capacity = max(wanted, capacity * 2)
            unsafe buffer = .allocate(capacity: capacity)
            count = 0
        }
        return unsafe buffer + count
    }

    /// What a token of a checked text means: the UTF-8 of a string; of any other value the bytes as they are.
    ///
    /// Good until ``begin()``, and no longer than the text.
    package mutating func content(of token: JSONToken) -> UnsafeRawBufferPointer {
        guard token.kind == .string else { return unsafe token.bytes }
        guard token.hasEscapes else { return unsafe token.inner }
        var scanner = unsafe JSONScanner(token.bytes)
        let content = try? unsafe string(&scanner).content
        return unsafe content ?? token.inner
    }

    /// Passes over a string and gives what it means, at once.
    @inline(__always)
    mutating func string(
        _ scanner: inout JSONScanner
    ) throws(JSONError) -> (token: JSONToken, content: UnsafeRawBufferPointer) {
        let start = unsafe UnsafeMutableRawPointer(reserve(scanner.stringRoom))
        var end = unsafe start
        let token = try unsafe scanner.string(to: &end)
        guard token.hasEscapes else { return unsafe (token, token.inner) }
        let length = unsafe end - start
        count += length
        return unsafe (token, UnsafeRawBufferPointer(start: start, count: length))
    }

    /// What base64 stands for, nil if it is none. Good until ``begin()``.
    package mutating func decodeBase64(_ text: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
        let output = unsafe reserve(text.count)
        guard let length = unsafe Base64.decode(text, to: output) else { return nil }
        count += length
        return unsafe UnsafeRawBufferPointer(start: output, count: length)
    }

    /// A copy of the bytes that is good until ``begin()``.
    package mutating func keep(_ bytes: [UInt8]) -> UnsafeRawBufferPointer {
        let output = unsafe UnsafeMutableRawBufferPointer(start: reserve(bytes.count), count: bytes.count)
        unsafe output.copyBytes(from: bytes)
        count += bytes.count
        return UnsafeRawBufferPointer(output)
    }

    /// The same of a text.
    package mutating func decode(hexadecimal text: String) -> UnsafeRawBufferPointer? {
        var text = text
        return text.withUTF8 { unsafe decodeHexadecimal(UnsafeRawBufferPointer($0)) }
    }

    /// What hexadecimal digits stand for, nil if they are none. Good until ``begin()``.
    package mutating func decodeHexadecimal(_ text: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
        guard text.count.isMultiple(of: 2) else { return nil }
        let output = unsafe reserve(text.count / 2)
        for index in 0..<text.count / 2 {
            var byte: UInt8 = 0
            for place in [2 * index, 2 * index + 1] {
                guard let digit = unsafe Character(Unicode.Scalar(text[place])).hexDigitValue else { return nil }
                byte = byte << 4 | UInt8(digit)
            }
            unsafe output[index] = byte
        }
        count += text.count / 2
        return unsafe UnsafeRawBufferPointer(start: output, count: text.count / 2)
    }
}

extension JSONToken {
    /// What stands between the quotes of a string.
    @inline(__always)
    fileprivate var inner: UnsafeRawBufferPointer {
        unsafe UnsafeRawBufferPointer(start: bytes.baseAddress.map { unsafe $0 + 1 }, count: bytes.count - 2)
    }
}
