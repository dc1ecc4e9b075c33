import Testing

@testable import FluvioLocal

@Suite("Where replicas go")
struct ReplicaPlacementTests {
    @Test("Leaders and followers are spread evenly")
    func spread() {
        var placement = ReplicaPlacement(spus: [3, 1, 2], existing: [])
        #expect(
            (0..<6).map { _ in placement.place(replicas: 2) } == [
                [1, 2], [3, 1], [2, 3], [1, 2], [3, 1], [2, 3],
            ])
    }

    @Test("The server that leads least comes first")
    func load() {
        var placement = ReplicaPlacement(spus: [1, 2], existing: [[1], [1], [2], [7]])
        #expect(placement.place(replicas: 1) == [2])
        #expect(placement.place(replicas: 1) == [1])
    }

    @Test("Too few servers, or none asked for, give no place")
    func tooFew() {
        var placement = ReplicaPlacement(spus: [1, 2], existing: [])
        #expect(placement.place(replicas: 3) == nil)
        #expect(placement.place(replicas: 0) == nil)
        var none = ReplicaPlacement(spus: [], existing: [])
        #expect(none.place(replicas: 1) == nil)
    }

    @Test("No partition has two replicas on one server")
    func distinct() {
        var placement = ReplicaPlacement(spus: Array(1...5), existing: [])
        for count in 1...5 {
            for _ in 0..<7 {
                let place = placement.place(replicas: count) ?? []
                #expect(Set(place).count == count)
            }
        }
    }
}
