import TestSupport
import Testing

@testable import FileSource
@testable import FluvioClient

@Suite("What a topic was") struct TopicPastTests {
    private func record(_ id: UInt64, _ newest: [UInt32: Int64], dead: Int64? = nil) -> FileRecord {
        var lane = FileRecord.Lane(
            spread: 3, first: 1,
            positions: newest.mapValues { ProducerPosition(producerID: Int64(id), end: $0 + 1) },
            dead: dead.map { ProducerPosition(producerID: Int64(id), end: $0 + 1) })
        lane.newest = newest
        lane.newestDead = dead
        var record = FileRecord(id: FileID(number: id), path: "p", evidence: Evidence(device: 1, inode: id, born: nil))
        record.lane = lane
        return record
    }

    private func ends(_ all: (Int64, Int64)...) -> [PartitionOffsets] {
        all.enumerated().map { PartitionOffsets(partition: UInt32($0), start: $1.0, end: $1.1) }
    }

    @Test func `the newest of all files is what a partition held`() {
        let past = TopicPast([record(1, [0: 5, 1: 2]), record(2, [0: 9]), record(3, [0: 7])], isDead: false)
        #expect(past.newest == [0: .init(offset: 9, producerID: 2), 1: .init(offset: 2, producerID: 1)])
        #expect(past.partitions == 3)
        #expect(past.change(ends((0, 10), (0, 3))) == nil)
        #expect(past.change(ends((0, 9), (0, 3))) == .shorter(partition: 0, end: 9, held: 9))
        #expect(past.change(ends((10, 10), (2, 2))) == .shorter(partition: 1, end: 2, held: 2))
        // What is not kept any more shows nothing.
        #expect(past.witness(ends((10, 20), (2, 5)))?.partition == 1)
        #expect(past.witness(ends((10, 20), (3, 5))) == nil)
    }

    @Test func `of the topic for what is refused it is its own records that are known`() {
        let past = TopicPast([record(1, [0: 5], dead: 3), record(2, [0: 9])], isDead: true)
        #expect(past.newest == [0: .init(offset: 3, producerID: 1)])
        #expect(past.partitions == 0)
    }

    @Test func `a checkpoint keeps it, and reads those that have none`() throws {
        var checkpoint = Checkpoint(topic: "t", rules: "")
        checkpoint.files = [record(1, [0: 5, 2: 1], dead: 3), record(2, [:])]
        #expect(try CheckpointText.decode(CheckpointText.encode(checkpoint)) == checkpoint)
    }

    @Test func `what was in doubt stays so, unless there is nothing to ask`() {
        var checkpoint = Checkpoint(topic: "t", rules: "")
        checkpoint.files = [record(1, [0: 5], dead: 3), record(2, [0: 9], dead: 4)]
        checkpoint.files[1].isDoubtful = true
        var before = checkpoint
        before.forgetTopic(isDead: false, forgetsDoubts: false)
        #expect(before == checkpoint)
        checkpoint.isClean = true
        checkpoint.forgetTopic(isDead: true, forgetsDoubts: false)
        #expect(checkpoint.files.map { $0.lane?.newestDead } == [nil, 4])
        #expect(checkpoint.files.map { $0.lane?.newest } == [[0: 5], [0: 9]])
        checkpoint.forgetTopic(isDead: false, forgetsDoubts: false)
        #expect(checkpoint.files.map { $0.lane?.newest } == [nil, [0: 9]])
        checkpoint.forgetTopic(isDead: false, forgetsDoubts: true)
        #expect(checkpoint.files.allSatisfy { $0.lane == nil })
    }

    @Test func `a log that counts anew is seen by the first record, where what is stored is kept`() {
        var known = KnownRecords([nil, 4], isKept: true)
        #expect(known.stored(0, count: 3, at: 7) == nil && known.offsets == [9, 4])
        #expect(known.stored(0, count: 1, at: 10) == nil && known.offsets == [10, 4])
        #expect(known.stored(0, count: 2, at: 10) == 10 && known.offsets == [11, 4])
        #expect(known.stored(1, count: 1, at: 4) == 4)
        known.forget()
        #expect(known.offsets == [nil, nil] && known.stored(0, count: 1, at: 0) == nil)
        var other = KnownRecords([3, 4], isKept: false)
        #expect(other.stored(0, count: 1, at: 0) == nil && other.offsets == [nil, nil])
    }
}
