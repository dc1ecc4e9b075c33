import FluvioProtocol
import Synchronization
import Testing

@testable import FluvioClient

@Suite final class PartitionQueueTests {
    private func queue(requestSize: Int = 1000, capacity: Int = 4000, sendsAtOnce: Bool = false) -> PartitionQueue {
        var settings = RecordSetBuilder.Settings()
        settings.capacity = capacity
        settings.batchSize = 300
        let queue = PartitionQueue(
            partition: 0, producerID: 7, settings: settings, requestSize: requestSize, sendsAtOnce: sendsAtOnce,
            delivery: Delivery.Settings())
        for event in [Delivery.Event.begin, .connected, .began(end: 0)] { _ = queue.handle(event) }
        return queue
    }

    private func append(_ count: Int, to queue: PartitionQueue, tag: UInt64 = 0) -> [PartitionQueue.Outcome] {
        let value = [UInt8](repeating: 65, count: 50)
        return unsafe value.withUnsafeBytes { value in
            (0..<count).map { _ in unsafe queue.append(key: nil, value: value, timestamp: 1, tag: tag) }
        }
    }

    private func take(_ queue: PartitionQueue) throws -> [Delivery.Batch]? {
        guard let request = try queue.takeRequest() else { return nil }
        let batches = request.batches
        _ = queue.park(request)
        sent.withLock { $0 += 1 }
        return batches
    }

    private let sent = Mutex<UInt64>(0)

    private func stored(_ queue: PartitionQueue, at offset: Int64) -> [Acknowledgement] {
        queue.handle(.stored(request: sent.withLock { $0 }, at: offset)).acknowledgements
    }

    @Test func sequencesFollowEachOtherFromRequestToRequest() throws {
        let queue = queue()
        var next: Int32 = 0
        for _ in 0..<5 {
            // Not a whole number of batches: the last one of each request is cut short.
            _ = append(23, to: queue)
            let batches = try #require(try take(queue))
            for batch in batches {
                #expect(batch.first == RecordSequence(sequence: next))
                next += batch.count
            }
            _ = stored(queue, at: Int64(next))
        }
        #expect(next == 115)
    }

    @Test func aRequestLeavesWhenThereIsEnoughOrWhenItIsToldTo() throws {
        let queue = queue()
        #expect(append(5, to: queue) == (0..<5).map { .appended(record: $0) })
        #expect(try take(queue) == nil)
        queue.flush()
        #expect(try take(queue)?.map(\.count) == [4, 1])
        // Something is under way: nothing is due.
        #expect(append(20, to: queue) == (5..<25).map { .appended(record: $0) })
        #expect(try take(queue) == nil)
        _ = stored(queue, at: 0)
        #expect(try take(queue) != nil)
    }

    @Test func whileARequestIsUnderWayTwiceItsSizeIsGathered() throws {
        let queue = queue(requestSize: 1000, capacity: 100_000)
        _ = append(20, to: queue)
        _ = try take(queue)
        let outcomes = append(200, to: queue)
        let taken = outcomes.prefix { $0 != .full }.count
        // Batches of four records and about 300 bytes.
        #expect((24...32).contains(taken))
        #expect(outcomes.dropFirst(taken).allSatisfy { $0 == .full })
    }

    @Test func aFullQueueTakesNothingUntilAnAnswerComes() throws {
        let queue = queue(requestSize: 1000, capacity: 1000)
        let outcomes = append(40, to: queue)
        #expect(outcomes.contains(.fullAndReady))
        #expect(try take(queue) != nil)
        _ = append(40, to: queue)
        #expect(append(1, to: queue) == [.full])
        _ = stored(queue, at: 0)
        #expect(append(1, to: queue) == [.fullAndReady])
    }

    @Test func theTagOfTheLastRecordComesBack() throws {
        let queue = queue()
        _ = append(3, to: queue, tag: 11)
        _ = append(1, to: queue, tag: 12)
        queue.flush()
        _ = try take(queue)
        _ = append(1, to: queue, tag: 13)
        let acknowledgements = stored(queue, at: 40)
        #expect(
            acknowledgements == [Acknowledgement(partition: 0, firstOffset: 40, count: 4, lastTag: 12)])
        #expect(queue.counts == ProducerCounts(appended: 5, acknowledged: 4, unknown: 0))
    }

    @Test func aSettledRecordSaysWhereItStands() throws {
        let queue = queue()
        _ = append(4, to: queue)
        guard case .open = queue.fate(of: 2) else { return #expect(Bool(false), "it was not even sent") }
        queue.flush()
        _ = try take(queue)
        _ = stored(queue, at: 40)
        guard case .stored(let offset) = queue.fate(of: 2) else { return #expect(Bool(false), "it is stored") }
        #expect(offset == 42)
    }

    @Test func placesOfRecordsAreFoundOverManyStretches() {
        var settled = SettledRecords()
        for stretch in 0..<10 { settled.settle(3, at: Int64(stretch * 100)) }
        settled.settle(2, at: 903)
        settled.settle(5, at: nil)
        #expect(settled.count == 37)
        #expect(settled.offset(of: 0) == 0)
        #expect(settled.offset(of: 17) == 502)
        #expect(settled.offset(of: 31) == 904)
        #expect(settled.offset(of: 32) == nil)
    }

    @Test func whatWasUnderWayWhenThePartitionFailedIsUnknown() throws {
        let queue = queue()
        _ = append(4, to: queue)
        queue.flush()
        _ = try take(queue)
        _ = append(2, to: queue)
        queue.fail(FluvioError(.connectionLost, "gone"))
        #expect(queue.counts == ProducerCounts(appended: 6, acknowledged: 0, unknown: 4))
        #expect(append(1, to: queue) == [.failed])
    }
}
