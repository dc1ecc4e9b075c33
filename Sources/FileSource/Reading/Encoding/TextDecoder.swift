import CLinux
import Glibc
import ToolSupport

/// Makes UTF-8 of text in another encoding, line by line, with iconv(3). For one thread; its buffer is used again.
@safe
final class TextDecoder {
    /// What stands in the buffer.
    @safe
    struct Text {
        /// Good until the next line.
        let bytes: UnsafeRawBufferPointer
        /// Places at which there was no character.
        let invalid: Int
    }

    private let converter: iconv_t
    private let unit: Int
    private let output = ByteScratch()
    private static let replacement: [UInt8] = [0xef, 0xbf, 0xbd]
    private static let mark: [UInt8] = [0xef, 0xbb, 0xbf]

    /// - Throws: the encoding is not known.
    init(_ encoding: TextEncoding) throws(ValueError) {
        unsafe converter = try unsafe Self.open(to: "UTF-8", from: encoding.name, encoding.text)
        unit = encoding.unit
    }

    deinit { _ = unsafe iconv_close(converter) }

    private static func open(to: String, from: String, _ text: String) throws(ValueError) -> iconv_t {
        guard let converter = unsafe iconv_open(to, from), Int(bitPattern: converter) != -1 else {
            throw ValueError("'\(text)' is no encoding that iconv(3) knows here; 'iconv -l' lists them")
        }
        return unsafe converter
    }

    /// The bytes of a text of UTF-8 in an encoding.
    static func bytes(of text: [UInt8], in encoding: String, _ given: String) throws(ValueError) -> [UInt8] {
        let converter = try unsafe open(to: encoding, from: "UTF-8", given)
        defer { _ = unsafe iconv_close(converter) }
        var input = text.map { CChar(bitPattern: $0) }
        var output = [CChar](repeating: 0, count: 16 * text.count + 16)
        let size = output.count
        let left: Int? = unsafe input.withUnsafeMutableBufferPointer { input in
            unsafe output.withUnsafeMutableBufferPointer { output in
                var (from, to) = (input.baseAddress, output.baseAddress)
                var (count, room) = (input.count, output.count)
                guard unsafe iconv(converter, &from, &count, &to, &room) >= 0 else { return nil }
                return room
            }
        }
        guard let left else { throw ValueError("the delimiter does not exist in \(given)") }
        return output.prefix(size - left).map { UInt8(bitPattern: $0) }
    }

    /// The text of a line.
    ///
    /// - Parameters:
    ///   - isFirst: a mark of the order of bytes that it begins with is left out.
    ///   - isCut: it ends where a limit was, and not where a character does.
    func decode(_ line: UnsafeRawBufferPointer, isFirst: Bool, isCut: Bool) -> Text {
        output.clear()
        var invalid = 0
        // Each line begins anew, whatever the one before has switched to.
        _ = unsafe iconv(converter, nil, nil, nil, nil)
        var at = 0
        while at < line.count {
            let rest = unsafe UnsafeRawBufferPointer(rebasing: line[at...])
            let (consumed, code) = unsafe convert(rest)
            at += consumed
            guard at < line.count, code != E2BIG else { continue }
            if code == EINVAL, isCut { break }
            // No character begins here, or it does not end.
            invalid += 1
            output.append(Self.replacement)
            at = code == EINVAL ? line.count : at + unit
            _ = unsafe iconv(converter, nil, nil, nil, nil)
        }
        var bytes = unsafe output.bytes
        if isFirst, unsafe bytes.starts(with: Self.mark) {
            unsafe bytes = UnsafeRawBufferPointer(rebasing: bytes[Self.mark.count...])
        }
        return unsafe Text(bytes: bytes, invalid: invalid)
    }

    /// As much as there is room for: bytes that were taken, and why it has ended.
    private func convert(_ input: UnsafeRawBufferPointer) -> (Int, CInt) {
        let room = 2 * input.count + 64
        var consumed = 0
        var code: CInt = 0
        _ = unsafe output.append(room: room) { buffer in
            var from = unsafe UnsafeMutablePointer<CChar>(
                mutating: input.baseAddress?.assumingMemoryBound(to: CChar.self))
            var to = unsafe UnsafeMutableRawPointer(buffer).assumingMemoryBound(to: CChar.self) as UnsafeMutablePointer?
            var (count, left) = (input.count, room)
            errno = 0
            let result = unsafe iconv(converter, &from, &count, &to, &left)
            code = result < 0 ? errno : 0
            consumed = input.count - count
            return room - left
        }
        return (consumed, code)
    }
}
