import TestSupport
import Testing

@testable import FileSource
@testable import FluvioClient

@Suite("How far a lane is") struct LaneProgressTests {
    /// What `#expect` may change.
    private final class Box {
        private var lane: LaneProgress

        init(_ lane: LaneProgress) { self.lane = lane }

        func take(_ partition: Int) -> Bool { lane.take(partition) }
        func settle() -> Bool { lane.settle() }
        func giveBack(_ partition: Int) { lane.giveBack(partition) }
        func mark(offset: Int, line: Int) { lane.mark(offset: offset, line: line) }
        func acknowledged(_ partition: Int, count: Int, at offset: Int64?) {
            lane.acknowledged(partition, count: count, at: offset)
        }
        var isSettled: Bool { lane.isSettled }
        var isCatchingUp: Bool { lane.isCatchingUp }
        var needsRenewal: Bool { lane.needsRenewal }
        var settled: LaneProgress.Mark { lane.settled }
        var positions: [ProducerPosition] { lane.positions }
    }

    private func progress(_ partitions: Int, stored: [Int]? = nil) -> Box {
        let base = (0..<partitions).map {
            ProducerPosition(producerID: 7, epoch: 1, sequence: 100, end: 1000 + Int64($0))
        }
        return Box(LaneProgress(base, stored: stored ?? base.map { _ in 0 }, offset: 50, line: 5))
    }

    @Test func `a mark counts when all records before it are acknowledged, and not before`() {
        let lane = progress(2)
        for partition in [0, 1, 0] { #expect(lane.take(partition)) }
        lane.mark(offset: 60, line: 8)
        #expect(!lane.settle() && !lane.isSettled)
        lane.acknowledged(0, count: 2, at: 2000)
        #expect(!lane.settle())
        #expect(lane.positions[0].sequence == 100)
        lane.acknowledged(1, count: 1, at: nil)
        #expect(lane.settle() && lane.isSettled)
        #expect(lane.settled.offset == 60 && lane.settled.line == 8)
        #expect(lane.positions.map(\.sequence) == [102, 101])
        // Where the second stands is not known: its tail is read from where it began.
        #expect(lane.positions.map(\.end) == [2002, 1001])
    }

    @Test func `a request that reaches over a mark is not cut: the tail is read from its beginning`() {
        let lane = progress(1)
        for _ in 0..<3 { #expect(lane.take(0)) }
        lane.mark(offset: 70, line: 8)
        for _ in 0..<4 { #expect(lane.take(0)) }
        lane.mark(offset: 90, line: 12)
        lane.acknowledged(0, count: 5, at: 3000)
        #expect(lane.settle())
        #expect(lane.settled.offset == 70 && lane.positions[0].sequence == 103 && lane.positions[0].end == 3000)
        lane.acknowledged(0, count: 2, at: 9000)
        #expect(lane.settle())
        #expect(lane.positions[0].sequence == 107 && lane.positions[0].end == 9002)
    }

    @Test func `what the log has already is not sent, partition by partition`() {
        let lane = progress(2, stored: [2, 0])
        #expect(lane.isCatchingUp)
        #expect([0, 1, 0, 0].map { lane.take($0) } == [false, true, false, true])
        #expect(!lane.isCatchingUp)
        lane.mark(offset: 80, line: 9)
        lane.acknowledged(1, count: 1, at: 5)
        #expect(!lane.settle())
        lane.acknowledged(0, count: 1, at: 4000)
        #expect(lane.settle() && lane.positions.map(\.sequence) == [103, 101])
        #expect(lane.positions[0].end == 4001)
    }

    @Test func `a record that did not fit comes again`() {
        let lane = progress(1, stored: [1])
        #expect(!lane.take(0))
        #expect(lane.take(0))
        lane.giveBack(0)
        #expect(lane.take(0))
        lane.mark(offset: 1, line: 1)
        lane.acknowledged(0, count: 1, at: 1)
        #expect(lane.settle() && lane.positions[0].sequence == 102)
    }

    @Test func `numbers that are half used up are noticed`() {
        let base = [ProducerPosition(producerID: 1, epoch: 0, sequence: Int32.max / 2, end: 0)]
        let lane = Box(LaneProgress(base, stored: [0], offset: 0, line: 0))
        #expect(!lane.needsRenewal)
        #expect(lane.take(0))
        #expect(lane.needsRenewal)
    }

    @Test func `in any order of marks and acknowledgements, a position counts just what is stored before it`() {
        var random = SeededRandom(seed: 4)
        for _ in 0..<300 {
            let partitions = Int.random(in: 1...3, using: &random)
            let lane = progress(partitions)
            var (sent, acknowledged) = (
                [[Int]](repeating: [], count: partitions), [Int](repeating: 0, count: partitions)
            )
            var offset = 50
            var log = Int64(5000)
            for _ in 0..<60 {
                let partition = Int.random(in: 0..<partitions, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0:
                    offset += 10
                    _ = lane.take(partition)
                    sent[partition].append(offset)
                case 1: lane.mark(offset: offset, line: 0)
                default:
                    let open = sent[partition].count - acknowledged[partition]
                    guard open > 0 else { continue }
                    let count = Int.random(in: 1...open, using: &random)
                    lane.acknowledged(partition, count: count, at: log)
                    acknowledged[partition] += count
                    log += Int64(count)
                }
                _ = lane.settle()
                for index in 0..<partitions {
                    let before = sent[index].count { $0 <= lane.settled.offset }
                    #expect(acknowledged[index] >= before)
                    #expect(Int(lane.positions[index].sequence) == 100 + before)
                }
            }
        }
    }
}
