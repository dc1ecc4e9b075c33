import Testing
import Unix

@testable import FileSource

/// A file of which only these things are known.
private struct Table: FileContent {
    var place: Unix.FileFacts
    var whole: UInt64? = 11
    /// The number of its first 256 bytes, where it has no more.
    var shorter: UInt64?
    var mark: UInt64? = 22
    var isCompressed = false

    var facts: Unix.FileFacts { place }
    var size: Int? { isCompressed ? nil : place.size }
    func number(ofFirst length: Int) -> UInt64? { length == 256 ? shorter : [16, 64].contains(length) ? nil : whole }
    func number(of length: Int, before position: Int) -> UInt64? { position <= size ?? .max ? mark : nil }
    func again() -> Table? { self }
    func head() -> Head? { nil }
    func forgetBytes() {}
    func common(with other: Table, from known: Int) -> Common {
        Common(length: 0, isWhole: false, isWholeOther: false)
    }
}

@Suite("Which file it is") struct VerdictTests {
    private func known(_ born: Int64? = 5, head: Int = 1024) -> Evidence {
        var evidence = Evidence(device: 1, inode: 2, born: born)
        (evidence.head.length, evidence.head.number, evidence.head.shorter) = (head, 11, [8, 9, 10])
        (evidence.markLength, evidence.mark) = (64, 22)
        return evidence
    }

    private func at(_ inode: UInt64, born: Int64? = 5, size: Int = 5000) -> Unix.FileFacts {
        Unix.FileFacts(device: 1, inode: inode, born: born, size: size, modified: 0)
    }

    @Test func `place, head and mark decide`() throws {
        func judge(
            _ facts: Unix.FileFacts, head: UInt64? = 11, shorter: UInt64? = nil, mark: UInt64? = 22,
            known: Evidence? = nil, position: Int = 4000, rotated: Bool = false, isCompressed: Bool = false
        ) throws -> Verdict {
            try Verdict.judge(
                known ?? self.known(), at: position,
                Table(place: facts, whole: head, shorter: shorter, mark: mark, isCompressed: isCompressed),
                isRotationName: rotated)
        }
        // Its place.
        #expect(try judge(at(2)) == .same)
        #expect(try judge(at(2), mark: 23) == .truncated)
        #expect(try judge(at(2), head: 12) == .truncated)
        #expect(try judge(at(2, size: 100), head: nil) == .truncated, "it is shorter than it was")
        #expect(try judge(at(2, size: 3999), mark: nil) == .truncated)
        // The number of its inode, which another file has now.
        #expect(try judge(at(2, born: 6)) == .copy, "the number of the inode was given to a copy")
        #expect(try judge(at(2, born: 6), head: 12) == .other)
        // Another place.
        #expect(try judge(at(3)) == .copy)
        #expect(try judge(at(3), mark: 23) == .other, "only the same beginning")
        #expect(try judge(at(3, size: 3000), mark: nil) == .partOfCopy)
        // What was read further than it was copied.
        var past = known()
        past.past.add(2000, 33)
        #expect(try judge(at(3, size: 3000), mark: 33, known: past) == .earlierCopy)
        #expect(try judge(at(3, size: 3000), mark: 34, known: past) == .other)
        #expect(try judge(at(3, size: 1999), mark: nil, known: past) == .partOfCopy)
        #expect(try judge(at(3), head: 12) == .other)
        #expect(try judge(at(3), mark: nil, isCompressed: true) == .partOfCopy)
        #expect(try judge(at(3), known: known(head: 40), position: 500) == .other, "a short beginning proves little")
        #expect(try judge(at(3), known: known(head: 40), position: 500, rotated: true) == .copy)
        // Shorter than the head: in the making, if rotation makes it.
        #expect(try judge(at(3, size: 300), head: nil, shorter: 10, rotated: true) == .partOfCopy)
        #expect(try judge(at(3, size: 300), head: nil, shorter: 99, rotated: true) == .other)
        #expect(try judge(at(3, size: 0), head: nil, rotated: true) == .partOfCopy)
        #expect(try judge(at(3, size: 0), head: nil) == .other, "a file of the live name is new at once")
        // Without times of birth.
        #expect(try judge(at(2, born: nil)) == .same)
        #expect(try judge(at(2, born: nil), mark: 23) == .truncated)
        #expect(try judge(at(2, born: nil), head: 12) == .other)
        #expect(try judge(at(2, born: nil, size: 300), head: nil, shorter: 10) == .truncated)
        // Nothing is known of its content.
        var empty = Evidence(device: 1, inode: 2, born: 5)
        #expect(try judge(at(2, size: 0), head: nil, mark: nil, known: empty, position: 0) == .same)
        empty.born = nil
        #expect(try judge(at(2), head: nil, mark: nil, known: empty, position: 0) == .same)
        #expect(try judge(at(3), head: nil, mark: nil, known: empty, position: 0) == .other)
        #expect(try judge(at(3), head: nil, mark: nil, known: empty, position: 0, rotated: true) == .other)
    }

    @Test func `few places are kept, and the more the nearer they are to the last`() {
        var marks = PastMarks()
        for position in stride(from: 64, through: 1 << 24, by: 4096) { marks.add(position, UInt64(position)) }
        let positions = marks.all.map(\.position)
        #expect(positions.count < 30 && positions.first == 64, "\(positions)")
        for wanted in [64, 10_000, 1 << 20, (1 << 24) - 10_000] {
            #expect(positions.contains { $0 <= wanted })
        }
        #expect(marks.upTo(10_000).all.allSatisfy { $0.position <= 10_000 })
    }

    @Test func `a beginning says as much as it is long`() {
        let bytes = (0..<300).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        let head = Head(of: bytes)
        #expect(head.length == 300 && head.shorter.count == 3)
        #expect(Head(of: Array(bytes[..<16])).shorter.isEmpty && Head(of: Array(bytes[..<17])).shorter.count == 1)
        #expect(Head(of: bytes + bytes + bytes + bytes).length == 1024)
    }
}
