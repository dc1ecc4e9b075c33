import Testing

@testable import FluvioClient

@Suite struct DeliveryTests {
    private let first = Delivery.Batch(first: RecordSequence(sequence: 0), count: 3)
    private let second = Delivery.Batch(first: RecordSequence(sequence: 3), count: 2)
    private let third = Delivery.Batch(first: RecordSequence(sequence: 5), count: 1)

    private func underWay(committed: Bool = true) -> Delivery {
        var delivery = Delivery(end: 100, committed: committed)
        delivery.sent([first, second, third])
        return delivery
    }

    @Test func anAnswerSettlesEveryBatchOfTheRequest() {
        var delivery = underWay()
        let settled = delivery.stored(at: 100)
        #expect(settled.map(\.offset) == [100, 103, 105])
        #expect(delivery.unsettled.isEmpty)
        #expect(delivery.end == 106)
    }

    @Test func anUncommittedAnswerDoesNotMoveTheEnd() {
        var delivery = underWay(committed: false)
        _ = delivery.stored(at: 100)
        #expect(delivery.end == 100)
    }

    @Test func whatIsNotInTheLogIsSentAgain() {
        var delivery = underWay()
        let (settled, verdict) = delivery.observed([], highWatermark: 100)
        #expect(settled.isEmpty)
        #expect(verdict == .resend(last: 3))
        #expect(delivery.unsettled == [first, second, third])
    }

    @Test func whatIsStoredAndCommittedIsNotSentAgain() {
        var delivery = underWay()
        let (settled, verdict) = delivery.observed([.init(batch: first, offset: 110)], highWatermark: 113)
        #expect(settled == [.init(batch: first, offset: 110)])
        #expect(verdict == .resend(last: 2))
        #expect(delivery.end == 113)
    }

    @Test func whatIsStoredAboveTheHighWatermarkIsWaitedForAndNothingIsSent() {
        var delivery = underWay()
        let found: [Delivery.Found] = [.init(batch: first, offset: 100), .init(batch: second, offset: 103)]
        let (settled, verdict) = delivery.observed(found, highWatermark: 103)
        #expect(settled == [.init(batch: first, offset: 100)])
        #expect(verdict == .wait)
        #expect(delivery.unsettled == [second, third])
        // The end never passes an uncommitted batch of ours: the next look must see it again.
        #expect(delivery.end == 100)
        let later = delivery.observed(found, highWatermark: 105)
        #expect(later.settled == [.init(batch: second, offset: 103)])
        #expect(later.verdict == .resend(last: 1))
    }

    @Test func withoutCommitmentWhatIsStoredIsAcknowledged() {
        var delivery = underWay(committed: false)
        let (settled, verdict) = delivery.observed([.init(batch: first, offset: 100)], highWatermark: 100)
        #expect(settled.count == 1)
        #expect(verdict == .resend(last: 2))
    }

    @Test func theHighestSequenceCountsAndNotTheNumberOfRecords() {
        // A twin of an earlier append in the log must not make a later batch look stored.
        var delivery = underWay()
        let found: [Delivery.Found] = [.init(batch: first, offset: 100), .init(batch: first, offset: 103)]
        let (settled, verdict) = delivery.observed(found, highWatermark: 106)
        #expect(settled == [.init(batch: first, offset: 100)])
        #expect(verdict == .resend(last: 2))
    }

    @Test func sequencesOfALaterEpochAreLater() {
        let old = RecordSequence(epoch: 0, sequence: .max)
        #expect(old < old.nextEpoch)
        #expect(old.nextEpoch.sequence == 0)
        #expect(RecordSequence(sequence: 5).advanced(by: 2) == RecordSequence(sequence: 7))
    }
}
