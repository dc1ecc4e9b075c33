import Glibc

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
        let inner = unsafe UnsafeRawBufferPointer(rebasing: token.bytes[1..<(token.bytes.count - 1)])
        return token.hasEscapes ? unsafe unescape(inner) : unsafe inner
    }

    /// What a string of base64 stands for, nil if it is none.
    package mutating func base64(of token: JSONToken) -> UnsafeRawBufferPointer? {
        let text = unsafe content(of: token)
        let output = unsafe reserve(text.count)
        guard let length = unsafe Base64.decode(text, to: output) else { return nil }
        count += length
        return unsafe UnsafeRawBufferPointer(start: output, count: length)
    }

    private mutating func unescape(_ text: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        let start = unsafe reserve(text.count)
        guard let source = text.baseAddress else { return unsafe UnsafeRawBufferPointer(start: start, count: 0) }
        var out = unsafe start
        var index = 0
        while index < text.count {
            let rest = text.count - index
            let plain = unsafe memchr(source + index, CInt(UInt8(ascii: "\\")), rest).map {
                unsafe UnsafeRawPointer($0) - (source + index)
            }
            unsafe memcpy(out, source + index, plain ?? rest)
            unsafe out += plain ?? rest
            guard let plain else { break }
            index += plain + 2
            switch unsafe text[index - 1] {
            case UInt8(ascii: "b"): unsafe out.pointee = 8
            case UInt8(ascii: "f"): unsafe out.pointee = 12
            case UInt8(ascii: "n"): unsafe out.pointee = 10
            case UInt8(ascii: "r"): unsafe out.pointee = 13
            case UInt8(ascii: "t"): unsafe out.pointee = 9
            case UInt8(ascii: "u"):
                var scalar = unsafe Self.hexadecimal(source + index) ?? 0
                index += 4
                if scalar & 0xfc00 == 0xd800 {
                    let low = unsafe Self.hexadecimal(source + index + 2) ?? 0
                    scalar = 0x10000 + (scalar & 0x3ff) << 10 + low & 0x3ff
                    index += 6
                }
                unsafe out += Self.encode(scalar, to: out)
                continue
            case let byte: unsafe out.pointee = byte
            }
            unsafe out += 1
        }
        let length = unsafe out - start
        count += length
        return unsafe UnsafeRawBufferPointer(start: start, count: length)
    }

    /// Four hexadecimal digits, nil if one is none.
    static func hexadecimal(_ digits: UnsafeRawPointer) -> UInt32? {
        var number: UInt32 = 0
        for index in 0..<4 {
            let byte = unsafe digits.load(fromByteOffset: index, as: UInt8.self)
            let digit: UInt8
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = byte - UInt8(ascii: "a") + 10
            case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = byte - UInt8(ascii: "A") + 10
            default: return nil
            }
            number = number << 4 | UInt32(digit)
        }
        return number
    }

    /// Writes a scalar value as UTF-8; the number of bytes.
    private static func encode(_ scalar: UInt32, to out: UnsafeMutablePointer<UInt8>) -> Int {
        func tail(_ shift: UInt32) -> UInt8 { 0x80 | UInt8(truncatingIfNeeded: scalar >> shift & 0x3f) }
        switch scalar {
        case 0..<0x80:
            unsafe out[0] = UInt8(truncatingIfNeeded: scalar)
            return 1
        case 0x80..<0x800:
            unsafe out[0] = 0xc0 | UInt8(truncatingIfNeeded: scalar >> 6)
            unsafe out[1] = tail(0)
            return 2
        case 0x800..<0x10000:
            unsafe out[0] = 0xe0 | UInt8(truncatingIfNeeded: scalar >> 12)
            unsafe out[1] = tail(6)
            unsafe out[2] = tail(0)
            return 3
        default:
            unsafe out[0] = 0xf0 | UInt8(truncatingIfNeeded: scalar >> 18)
            unsafe out[1] = tail(12)
            unsafe out[2] = tail(6)
            unsafe out[3] = tail(0)
            return 4
        }
    }
}
