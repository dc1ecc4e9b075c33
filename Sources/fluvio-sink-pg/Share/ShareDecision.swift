/// A partition that several sinks of one id divide among themselves.
struct Lot: Hashable, Sendable {
    var topic: String
    var partition: UInt32
}

/// Which partitions a sink is to take, and which to give away: pure. All who see the same members come to the same
/// numbers, so that in the end none has more than its share and nothing lies about.
struct ShareDecision: Equatable, Sendable {
    var take: [Lot] = []
    var give: [Lot] = []

    /// - Parameters:
    ///   - members: all sinks that are alive, this one among them.
    ///   - lots: all partitions, in an order that all agree on.
    ///   - mine: those that this one has.
    ///   - free: those that nobody has.
    init(_ me: String, members: [String], lots: [Lot], mine: Set<Lot>, free: Set<Lot>) {
        let members = members.sorted()
        guard let rank = members.firstIndex(of: me) else { return }
        // The first ones have one more where it does not come out even.
        let share = lots.count / members.count + (rank < lots.count % members.count ? 1 : 0)
        if mine.count > share {
            give = Array(lots.filter(mine.contains).suffix(mine.count - share))
        } else {
            take = Array(lots.filter { free.contains($0) && !mine.contains($0) }.prefix(share - mine.count))
        }
    }
}
