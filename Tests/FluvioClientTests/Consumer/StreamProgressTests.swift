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
