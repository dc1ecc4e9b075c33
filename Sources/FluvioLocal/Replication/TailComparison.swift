import FluvioProtocol

/// Finds out up to where two replicas of a partition hold the same batches, the headers of both coming in pieces.
///
/// A header has length, CRC and sequence of its batch: where two of them are equal, the batches are.
struct TailComparison: Equatable, Sendable {
    /// Both are the same below it.
    private(set) var common: Int64
    /// Whether there is nothing more to compare: they part here, or one of them ends.
    private(set) var isOver = false

    /// Begins at an offset up to which both are known to be the same.
    init(from offset: Int64) { common = offset }

    /// Takes the batches from ``common`` on of both, as many as are at hand.
    mutating func take(_ own: [BatchHeader], _ other: [BatchHeader]) {
        var count = 0
        for (mine, its) in zip(own, other) {
            guard mine == its, mine.baseOffset == common, let next = mine.nextOffset else {
                isOver = true
                return
            }
            common = next
            count += 1
        }
        if count == 0 { isOver = true }
    }
}
