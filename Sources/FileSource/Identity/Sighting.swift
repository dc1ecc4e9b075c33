import Unix

/// How large a file was seen to be. It may be cut and written anew between any two looks at it, so that a size counts for
/// the beginning that was looked at before it, and never for one that is looked at after it.
struct Sighting: Equatable, Sendable {
    /// Place, size and times when it was looked at last.
    private(set) var facts: Unix.FileFacts
    /// The most bytes that it was seen to have.
    private(set) var largest: Int

    /// As it is seen first, after its beginning was looked at.
    init(_ facts: Unix.FileFacts) { (self.facts, largest) = (facts, facts.size) }

    /// It was looked at again. True: it has fewer bytes than it had, so it was cut.
    ///
    /// - Parameter isSame: whether what was read of it still stands there, asked where it has more bytes than ever: else they
    ///   are those of something else.
    mutating func look(_ now: Unix.FileFacts, isSame: () -> Bool) -> Bool {
        let isShorter = now.size < facts.size
        facts = now
        if now.size > largest, isSame() { largest = now.size }
        return isShorter
    }

    /// More of its beginning was looked at, and then its size.
    ///
    /// - Parameter isFirst: nothing was known of its beginning: whatever was seen before may have been of something else.
    mutating func lookAfterHead(_ now: Unix.FileFacts, isFirst: Bool) {
        facts = now
        largest = isFirst ? now.size : max(largest, now.size)
    }

    /// It is found again, or goes on in another place.
    ///
    /// - Parameter size: bytes that it was seen to have there, of which it is known that they are its own; nil: nothing is
    ///   known of them.
    mutating func move(_ now: Unix.FileFacts, size: Int?) {
        facts = now
        largest = max(largest, size ?? 0)
    }

    /// How much there was behind a position nobody knows.
    mutating func end(at position: Int) { largest = position }

    /// Bytes that are known to be lost where it is not to be found any more, and was read up to a position.
    ///
    /// - Parameters:
    ///   - head: what is known of its beginning. What was cut before that could be looked at may stand in any other file.
    ///   - isCut: something else stands in its place.
    func lost(behind position: Int, _ head: Head, isCut: Bool) -> Int {
        isCut && head.length == 0 ? 0 : max(0, largest - position)
    }
}
