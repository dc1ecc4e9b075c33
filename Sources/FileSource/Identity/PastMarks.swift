/// What stood before some places that were read long ago, denser towards the last: so a copy is known that ends before the
/// position, as one does that was made while more was written.
struct PastMarks: Equatable, Sendable {
    /// The bytes before a place have a number.
    struct Mark: Equatable, Sendable {
        var position: Int
        var number: UInt64
    }

    /// Bytes that each is of.
    static let length = Evidence.longestMark
    /// Between marks nearer than this nothing is gained.
    private static let nearest = 256

    /// In the order of their positions.
    private(set) var all: [Mark] = []

    init(_ all: [Mark] = []) { self.all = all }

    /// A place behind all others.
    mutating func add(_ position: Int, _ number: UInt64) {
        if let last = all.last, position <= last.position { return }
        all.append(Mark(position: position, number: number))
        // One stays in each fourfold of the distance from the last.
        var index = all.count - 2
        while index > 0 {
            let distance = max(Self.nearest, position - all[index + 1].position)
            if position - all[index - 1].position <= 4 * distance { all.remove(at: index) }
            index -= 1
        }
    }

    /// Those up to a position.
    func upTo(_ position: Int) -> PastMarks { PastMarks(all.filter { $0.position <= position }) }
}
