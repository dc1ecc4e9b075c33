extension FileReader {
    /// A record.
    @safe
    struct Piece {
        /// The text, in UTF-8 where an encoding is known; else what stands in the file.
        let bytes: UnsafeRawBufferPointer
        /// What stands in the file.
        let raw: UnsafeRawBufferPointer
        /// Where it begins in the file.
        let start: Int
        /// Its number in the file, from 1.
        let line: Int
        /// Its rest was left out.
        let isCut: Bool
        /// Places at which no character stands, in an encoding that is known.
        var invalid = 0
    }
}
