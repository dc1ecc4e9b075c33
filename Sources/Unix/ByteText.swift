import Glibc

// Arguments and file names are bytes, and a String can hold UTF-8 only. What is not UTF-8 is kept in it all the same: a
// byte of 0x80 and above that belongs to no character is written as the scalar value U+10FF00 + byte, which Unicode
// leaves to private use. Those values themselves, where somebody does use them, are taken byte by byte, so that every
// text stands for one sequence of bytes only.
extension Unix {
    /// Bytes as a text, from which ``bytes(of:)`` makes the same bytes again.
    package static func text(of bytes: some Collection<UInt8>) -> String {
        if let text = String(validating: bytes, as: UTF8.self), !text.unicodeScalars.contains(where: isByte) {
            return text
        }
        var text = ""
        var rest = Array(bytes)[...]
        while let first = rest.first {
            let size = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4
            if let character = String(validating: rest.prefix(size), as: UTF8.self),
                !character.unicodeScalars.contains(where: isByte)
            {
                text += character
                rest = rest.dropFirst(size)
            } else {
                if let scalar = Unicode.Scalar(0x10_ff00 + UInt32(first)) { text.unicodeScalars.append(scalar) }
                rest = rest.dropFirst()
            }
        }
        return text
    }

    /// The name or the path of a file as a text. Strings are equal where Unicode takes them for the same, such as é in one
    /// character and in two, and files of these names are not: what could be equal to another name is kept as bytes, too.
    package static func name(of bytes: some Collection<UInt8>) -> String {
        let text = text(of: bytes)
        guard bytes.contains(where: { $0 >= 0x80 }), text.unicodeScalars.contains(where: hasOtherForm) else {
            return text
        }
        return text.unicodeScalars.reduce(into: "") { name, scalar in
            guard hasOtherForm(scalar) else { return name.unicodeScalars.append(scalar) }
            for byte in String(scalar).utf8 {
                if let kept = Unicode.Scalar(0x10_ff00 + UInt32(byte)) { name.unicodeScalars.append(kept) }
            }
        }
    }

    /// Whether a character may be written in another way: it combines with others, or stands for one of its own.
    private static func hasOtherForm(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value >= 0x300 && !isByte(scalar)
            && (scalar.properties.canonicalCombiningClass != .notReordered
                || scalar.properties.isFullCompositionExclusion || (0x1160...0x11ff).contains(scalar.value))
    }

    /// The bytes that a text stands for: its UTF-8, but for what ``text(of:)`` had to keep in another way.
    package static func bytes(of text: String) -> [UInt8] {
        let plain = Array(text.utf8)
        // The kept ones all begin with F4 8F BE or F4 8F BF.
        guard plain.contains(0xf4), text.unicodeScalars.contains(where: isByte) else { return plain }
        var bytes: [UInt8] = []
        for scalar in text.unicodeScalars {
            if let byte = byte(keptAs: scalar) { bytes.append(byte) } else { bytes += Array(String(scalar).utf8) }
        }
        return bytes
    }

    /// A text for others, in which U+FFFD stands for what is not UTF-8.
    package static func display(_ text: String) -> String { String(decoding: bytes(of: text), as: UTF8.self) }

    /// The byte that a scalar value was kept for; nil: it is a character.
    package static func byte(keptAs scalar: Unicode.Scalar) -> UInt8? {
        isByte(scalar) ? UInt8(truncatingIfNeeded: scalar.value) : nil
    }

    private static func isByte(_ scalar: Unicode.Scalar) -> Bool { scalar.value >= 0x10_ff80 }

    /// Hands a path to a system call, as bytes.
    static func withPath<R>(_ path: String, _ body: (UnsafePointer<CChar>) -> R) -> R {
        if !path.utf8.contains(0xf4) { return unsafe path.withCString { path in unsafe body(path) } }
        var bytes = bytes(of: path)
        bytes.append(0)
        return unsafe bytes.withUnsafeBufferPointer { buffer in
            unsafe buffer.withMemoryRebound(to: CChar.self) { chars in
                // There is a byte at least: the zero.
                let nothing: StaticString = ""
                guard let base = chars.baseAddress else {
                    return unsafe body(UnsafeRawPointer(nothing.utf8Start).assumingMemoryBound(to: CChar.self))
                }
                return unsafe body(base)
            }
        }
    }
}
