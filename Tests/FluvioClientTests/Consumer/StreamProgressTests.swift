import Testing

@testable import FluvioClient

@Suite struct StreamProgressTests {
    @Test func acknowledgesOnArrivalWhileFewResponsesWait() {
        var progress = StreamProgress(from: 0, stop: nil, maximumBytes: 1000)
        #expect(progress.arrived(.init(end: 10)) == .acknowledge(10))
        // The second waits beside the first: its acknowledgement is held until one is taken.
        #expect(progress.arrived(.init(end: 20)) == .nothing)
        #expect(progress.taken() == .acknowledge(20))
        #expect(progress.taken() == .nothing)
        #expect(progress.next == 20)
    }

    @Test func responsesSentAheadDoNotPileUp() {
        // A server that sends three responses for every acknowledgement, and a reader that is slower.
        var progress = StreamProgress(from: 0, stop: nil, maximumBytes: 1000)
        var end: Int64 = 0
        var waiting = 0
        var owed = 3
        var most = 0
        for _ in 0..<100 {
            while owed > 0 {
                owed -= 1
                end += 10
                waiting += 1
                if case .acknowledge = progress.arrived(.init(end: end)) { owed += 3 }
                most = max(most, waiting)
                if most > 50 { break }
            }
            if waiting > 0 {
                waiting -= 1
                if case .acknowledge = progress.taken() { owed += 3 }
            }
        }
        #expect(most <= 6)
        #expect(end > 500)
    }

    @Test func aBatchThatDoesNotFitIsAskedForWithMoreBytes() {
        var progress = StreamProgress(from: 5, stop: nil, maximumBytes: 1000)
        #expect(progress.arrived(.init(cutBatchSize: 5_000_000)) == .reopen)
        #expect(progress.maximumBytes >= 5_000_000)
        #expect(progress.next == 5)
        #expect(progress.arrived(.init(cutBatchSize: 40_000_000)) == .reopen)
        #expect(progress.maximumBytes == StreamProgress.largestBatch)
        // It cannot be asked for with more: no busy loop.
        #expect(progress.arrived(.init(cutBatchSize: 40_000_000)) == .nothing)
    }

    @Test func endsAtThePinnedOffsetAndNotByCount() {
        var progress = StreamProgress(from: 3, stop: 12, maximumBytes: 1000)
        #expect(!progress.isFinished)
        #expect(progress.arrived(.init(end: 10)) == .acknowledge(10))
        #expect(progress.arrived(.init(end: 15)) == .finished)
        #expect(progress.isFinished)
        #expect(progress.taken() == .nothing)
    }

    @Test func anEmptyRangeIsFinishedAtOnce() {
        #expect(StreamProgress(from: 7, stop: 7, maximumBytes: 1).isFinished)
    }

    @Test func aNewStreamOwesNoOldAcknowledgement() {
        var progress = StreamProgress(from: 0, stop: nil, maximumBytes: 1000)
        _ = progress.arrived(.init(end: 10))
        _ = progress.arrived(.init(end: 20))
        progress.reopened()
        #expect(progress.taken() == .nothing)
    }
}

@Suite struct RepeatFilterTests {
    @Test func twinsAreFoundAndOverlapsCounted() {
        var filter = RepeatFilter()
        let zero = RecordSequence(sequence: 0)
        #expect(filter.repeated(producerID: 7, first: zero, count: 10) == 0)
        #expect(filter.repeated(producerID: 7, first: zero, count: 10) == 10)
        #expect(filter.repeated(producerID: 7, first: RecordSequence(sequence: 8), count: 4) == 2)
        #expect(filter.repeated(producerID: 7, first: RecordSequence(sequence: 12), count: 1) == 0)
        // Another producer's numbers are its own.
        #expect(filter.repeated(producerID: 8, first: zero, count: 3) == 0)
    }

    @Test func batchesWithoutNumbersAreLeftAlone() {
        var filter = RepeatFilter()
        let none = RecordSequence(epoch: -1, sequence: -1)
        #expect(filter.repeated(producerID: -1, first: none, count: 3) == 0)
        #expect(filter.repeated(producerID: -1, first: none, count: 3) == 0)
    }

    @Test func aNewEpochIsNoRepeat() {
        var filter = RepeatFilter()
        #expect(filter.repeated(producerID: 7, first: RecordSequence(sequence: 100), count: 10) == 0)
        #expect(filter.repeated(producerID: 7, first: RecordSequence(epoch: 1, sequence: 0), count: 10) == 0)
        #expect(filter.repeated(producerID: 7, first: RecordSequence(sequence: 50), count: 10) == 10)
    }

    @Test func manyProducersCostBoundedMemory() {
        var filter = RepeatFilter()
        for id in 0..<Int64(RepeatFilter.maximumProducers + 5) {
            _ = filter.repeated(producerID: id, first: RecordSequence(), count: 1)
        }
        // Those heard of last are still known.
        let last = Int64(RepeatFilter.maximumProducers + 4)
        #expect(filter.repeated(producerID: last, first: RecordSequence(), count: 1) == 1)
    }
}
