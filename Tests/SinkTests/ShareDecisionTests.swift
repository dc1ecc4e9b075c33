import Testing

@testable import fluvio_sink_pg

/// Who takes which partitions.
@Suite("Sharing of the sink")
struct ShareDecisionTests {
    private static func lots(_ count: UInt32) -> [Lot] { (0..<count).map { Lot(topic: "t", partition: $0) } }

    @Test func `one alone takes all`() {
        let lots = Self.lots(3)
        let decision = ShareDecision("a", members: ["a"], lots: lots, mine: [], free: Set(lots))
        #expect(decision.take == lots && decision.give == [])
    }

    @Test func `one that has more than its share gives the rest`() {
        let lots = Self.lots(5)
        let decision = ShareDecision("a", members: ["b", "a"], lots: lots, mine: Set(lots), free: [])
        #expect(decision.give == Array(lots[3...]) && decision.take == [])
    }

    @Test func `who is not among the living does nothing`() {
        let lots = Self.lots(2)
        #expect(
            ShareDecision("x", members: ["a"], lots: lots, mine: [], free: Set(lots))
                == ShareDecision("x", members: [], lots: [], mine: [], free: []))
    }

    @Test(arguments: [(1, 1), (5, 3), (4, 3), (2, 5), (7, 7), (100, 9)])
    func `whatever the beginning, all partitions are held in the end, and evenly`(partitions: Int, sinks: Int) {
        let lots = Self.lots(UInt32(partitions))
        let members = (0..<sinks).map { "m\($0)" }
        for _ in 0..<50 {
            var held: [String: Set<Lot>] = [:]
            // Some have whatever they have, and the rest is free.
            for lot in lots where Bool.random() { held[members.randomElement() ?? "", default: []].insert(lot) }
            for _ in 0..<4 {
                for member in members.shuffled() {
                    let free = Set(lots).subtracting(held.values.reduce(into: []) { $0.formUnion($1) })
                    let mine = held[member] ?? []
                    let decision = ShareDecision(member, members: members, lots: lots, mine: mine, free: free)
                    held[member] = mine.union(decision.take).subtracting(decision.give)
                }
            }
            let counts = members.map { held[$0]?.count ?? 0 }
            #expect(counts.reduce(0, +) == partitions)
            #expect((counts.max() ?? 0) - (counts.min() ?? 0) <= 1)
        }
    }
}
