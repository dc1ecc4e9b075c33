import FluvioProtocol
import Testing

@testable import FluvioLocal

@Suite("Stores and what their watchers are told")
struct ObjectStoreTests {
    var store = ObjectStore<SpuGroupSpec>()

    private func group(_ name: String, _ replicas: UInt16 = 1) -> Metadata<SpuGroupSpec> {
        Metadata(name: name, spec: SpuGroupSpec(replicas: replicas, minID: 0))
    }

    @Test("The epoch counts changes, from 1; to put what is there is none")
    mutating func epochs() {
        #expect(store.epoch == 1)
        store.put(group("a"))
        #expect(store.epoch == 2)
        store.put(group("a"))
        #expect(store.epoch == 2 && store.changes(since: 2).isEmpty)
        store.remove("b")
        #expect(store.epoch == 2)
        store.remove("a")
        #expect(store.epoch == 3 && store.count == 0)
    }

    @Test("A watcher gets each object once, as it is now, in the order of the changes")
    mutating func coalesced() {
        store.put(group("b"))
        store.put(group("a"))
        store.put(group("b", 2))
        #expect(store.changes(since: 1) == [.update(group("a")), .update(group("b", 2))])
        #expect(store.changes(since: 3) == [.update(group("b", 2))])
        #expect(store.changes(since: 4).isEmpty)
    }

    @Test("What went comes before what was made again under its name")
    mutating func recreated() {
        store.put(group("a"))
        store.put(group("b"))
        let seen = store.epoch
        store.remove("a")
        store.put(group("a", 2))
        store.put(group("b", 2))
        #expect(store.changes(since: seen) == [.delete(group("a")), .update(group("a", 2)), .update(group("b", 2))])
        store.remove("a")
        #expect(store.changes(since: seen) == [.delete(group("a", 2)), .update(group("b", 2))])
    }

    @Test("What all have seen is forgotten")
    mutating func forgotten() {
        store.put(group("a"))
        store.put(group("b"))
        store.remove("a")
        let seen = store.epoch
        store.remove("b")
        store.forgetDeletions(through: seen)
        #expect(store.changes(since: 1) == [.delete(group("b"))])
    }
}
