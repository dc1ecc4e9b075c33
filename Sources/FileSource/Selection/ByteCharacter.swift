/// Characters in bytes that are UTF-8 as a rule, as names of files are.
enum ByteCharacter {
    /// Bytes of the first character; what is not UTF-8 is one of its own. There is one byte at least.
    static func size(_ bytes: ArraySlice<UInt8>) -> Int {
        guard let first = bytes.first, first >= 0xc2, first < 0xf5 else { return 1 }
        let size = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4
        let isWhole = bytes.count >= size && bytes.dropFirst().prefix(size - 1).allSatisfy { $0 & 0xc0 == 0x80 }
        return isWhole ? size : 1
    }

    /// Takes the first character off; its number in Unicode. Bytes that are not UTF-8 have numbers behind all of these.
    static func take(_ bytes: inout ArraySlice<UInt8>) -> UInt32 {
        let size = size(bytes)
        let character = bytes.prefix(size)
        bytes = bytes.dropFirst(size)
        guard size > 1 else {
            let byte = UInt32(character.first ?? 0)
            return byte < 0x80 ? byte : 0x11_0000 + byte
        }
        let first = UInt32(character.first ?? 0) & (size == 2 ? 0x1f : size == 3 ? 0x0f : 0x07)
        return character.dropFirst().reduce(first) { $0 << 6 | UInt32($1 & 0x3f) }
    }
}
