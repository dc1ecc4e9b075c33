import Unix

/// Passes over holes, which a writer leaves that goes on where it was in a file that was cut, and the zeros behind them.
struct Holes {
    /// Bytes that were passed over.
    private(set) var passed = 0
    /// Whether zeros that come now are those of a hole.
    private(set) var isBehindOne: Bool

    /// - Parameter isBehindOne: nothing was read yet of a file that was cut.
    init(isBehindOne: Bool) { self.isBehindOne = isBehindOne }

    /// Something else than zeros has come.
    mutating func end() { isBehindOne = false }

    /// Where the data goes on, if there is a hole at a place, or the zeros behind one; nil: the zero is data.
    ///
    /// - Parameters:
    ///   - descriptor: of the file, in which `bytes` stand at `base`.
    ///   - unit: bytes of the shortest character.
    mutating func pass(
        _ descriptor: CInt, at place: Int, _ bytes: UnsafeRawBufferPointer, _ base: Int, unit: Int
    ) throws -> Int? {
        var end = place
        if try Unix.nextData(descriptor, from: place).map({ $0 > place }) ?? (Unix.size(descriptor) > place) {
            end = try Unix.nextData(descriptor, from: place) ?? Unix.size(descriptor)
            isBehindOne = true
        }
        guard isBehindOne else { return nil }
        // The file system keeps whole blocks: what stands in the block before the data are zeros too.
        while end - base < bytes.count, unsafe bytes[end - base] == 0 { end += 1 }
        // The first of them may be half of a character.
        end -= end % unit
        passed += max(0, end - place)
        return end > place ? end : nil
    }
}
