import Testing
import Unix

@testable import FileSource

@Suite("How large a file was seen to be") struct SightingTests {
    private func facts(_ size: Int) -> Unix.FileFacts {
        Unix.FileFacts(device: 1, inode: 2, born: 3, size: size, modified: 4)
    }

    private var head: Head { Head(of: [1, 2, 3]) }

    @Test func `what it had when it was found again counts as lost, though no look came after that`() {
        var sighting = Sighting(facts(1000))
        sighting.move(facts(5000), size: 5000)
        #expect(sighting.lost(behind: 1000, head, isCut: true) == 4000)
        // Cut between the comparison and the look at its size.
        sighting.move(facts(10), size: 6000)
        #expect(sighting.lost(behind: 1000, head, isCut: true) == 5000)
        #expect(!sighting.look(facts(20)) { true })
        // Of compressed data nothing is known.
        var other = Sighting(facts(0))
        other.move(facts(5000), size: nil)
        #expect(other.lost(behind: 0, head, isCut: false) == 0)
    }

    @Test func `a size counts for what was read, and for nothing that stands in its place`() {
        var sighting = Sighting(facts(100))
        #expect(!sighting.look(facts(200)) { true })
        #expect(!sighting.look(facts(900)) { false })
        #expect(sighting.look(facts(50)) { true })
        #expect(sighting.lost(behind: 30, head, isCut: true) == 170)
        #expect(sighting.lost(behind: 300, head, isCut: true) == 0)
    }

    @Test func `a size from before anything was known of the beginning counts for nothing`() {
        var sighting = Sighting(facts(0))
        _ = sighting.look(facts(800)) { true }
        #expect(sighting.lost(behind: 0, Head(), isCut: true) == 0)
        sighting.lookAfterHead(facts(60), isFirst: true)
        #expect(sighting.lost(behind: 0, head, isCut: true) == 60)
        #expect(!sighting.look(facts(70)) { true })
        sighting.lookAfterHead(facts(80), isFirst: false)
        #expect(sighting.lost(behind: 0, head, isCut: true) == 80)
        sighting.end(at: 30)
        #expect(sighting.lost(behind: 30, head, isCut: true) == 0)
    }
}
