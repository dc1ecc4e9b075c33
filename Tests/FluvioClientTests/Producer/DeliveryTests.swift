import TestSupport
import Testing
import Unix

@testable import FluvioClient

@Suite struct DeliveryTests {
    typealias Batch = Delivery.Batch

    private static let first = Batch(first: RecordSequence(sequence: 0), count: 3)
    private static let second = Batch(first: RecordSequence(sequence: 3), count: 2)
    private static let third = Batch(first: RecordSequence(sequence: 5), count: 1)

    /// A delivery with a clock that stands unless it is told to go.
    private final class Bench {
        var delivery: Delivery
        var now = MonotonicTime(nanoseconds: 0)
        var random = SeededRandom(seed: 1)

        init(_ settings: Delivery.Settings = Delivery.Settings()) { delivery = Delivery(settings) }

        func tell(_ event: Delivery.Event) -> Delivery.Step {
            delivery.event(event, at: now, using: &random)
        }

        func tell(_ events: [Delivery.Event]) -> [Delivery.Action] { events.map { tell($0).action } }

        /// Three batches are under way, the log began at 100.
        static func underWay(_ settings: Delivery.Settings = Delivery.Settings()) -> Bench {
            let bench = Bench(settings)
            let actions = bench.tell([
                .begin, .connected, .began(end: 100), .building, .request([first, second, third], bytes: 10),
            ])
            #expect(actions == [.seek, .askEnd, .ready, .nothing, .transmit(request: 1, skipping: 0)])
            return bench
        }

        /// The connection broke, was drained, and a leader was found.
        static func inTheDark(
            _ settings: Delivery.Settings = Delivery.Settings(), isDrained: Bool = true
        ) -> Bench {
            let bench = underWay(settings)
            let actions = bench.tell([.trouble(isConnected: true), .drained(isDone: isDrained), .connected])
            #expect(actions == [.drain, .seek, .readTail(from: 100)])
            return bench
        }
    }

    private static let uncommitted = Delivery.Settings(confirmation: .leader(keeping: 1000))

    private func tail(_ found: [(Batch, Int64)], highWatermark: Int64) -> Delivery.Event {
        .tail(Delivery.Tail(found: found.map { .init(batch: $0.0, offset: $0.1) }, highWatermark: highWatermark))
    }

    @Test func anAnswerSettlesEveryBatchOfTheRequest() {
        let bench = Bench.underWay()
        let step = bench.tell(.stored(request: 1, at: 100))
        #expect(step.acknowledged.map(\.offset) == [100, 103, 105])
        #expect(step.acknowledged.map(\.endsRequest) == [false, false, true])
        #expect(step.action == .ready && step.released == 1)
        #expect(bench.delivery.end == 106)
    }

    @Test func nothingIsSentWhileSomethingIsUnderWay() {
        let bench = Bench.underWay()
        #expect(bench.tell(.building).action == .nothing)
        #expect(bench.tell(.request([Self.first], bytes: 1)).action == .nothing)
        #expect(bench.delivery.phase == .sending(1))
    }

    @Test func whatIsNotInTheLogIsSentAgain() {
        let bench = Bench.inTheDark()
        let step = bench.tell(tail([], highWatermark: 100))
        #expect(step.action == .transmit(request: 1, skipping: 0))
        #expect(step.acknowledged.isEmpty && step.notices == [.resending])
    }

    @Test func whatIsStoredAndCommittedIsNotSentAgain() {
        let bench = Bench.inTheDark()
        let step = bench.tell(tail([(Self.first, 110)], highWatermark: 113))
        #expect(step.acknowledged.map(\.offset) == [110])
        #expect(step.action == .transmit(request: 1, skipping: 1))
        let rest = bench.tell(.stored(request: 1, at: 113))
        #expect(rest.acknowledged.map(\.batch) == [Self.second, Self.third])
        #expect(rest.acknowledged.map(\.offset) == [113, 115])
        #expect(rest.notices == [.recovered])
    }

    @Test func whatIsStoredAboveTheHighWatermarkIsWaitedForAndNothingIsSent() {
        let bench = Bench.inTheDark()
        let found = [(Self.first, Int64(100)), (Self.second, 103)]
        let step = bench.tell(tail(found, highWatermark: 103))
        #expect(step.acknowledged.map(\.offset) == [100])
        #expect(step.action == .pause(Delivery.commitPoll))
        // The end never passes an uncommitted batch of ours: the next look must see it again.
        #expect(bench.tell(.resumed).action == .readTail(from: 100))
        let later = bench.tell(tail(found, highWatermark: 105))
        #expect(later.acknowledged.map(\.batch) == [Self.second])
        #expect(later.action == .transmit(request: 1, skipping: 2))
    }

    @Test func whatTheReplicasNeverGetIsToldAndNotAcknowledged() {
        let bench = Bench.inTheDark()
        bench.now = bench.now + .seconds(31)
        let step = bench.tell(tail([(Self.third, 105)], highWatermark: 100))
        #expect(step.action == .giveUp(.notCommitted) && step.acknowledged.isEmpty)
        #expect(bench.delivery.unacknowledged == 6)
    }

    @Test func aNewLeaderMakesWhatWasSeenOfTheLastOneVoid() {
        let bench = Bench.inTheDark()
        #expect(bench.tell(.trouble(isConnected: true)).action == .nothing)
        let step = bench.tell(tail([(Self.third, 105)], highWatermark: 106))
        #expect(step.action == .seek && step.acknowledged.isEmpty)
    }

    @Test func theHighestSequenceCountsAndNotTheNumberOfRecords() {
        // A twin of an earlier append in the log must not make a later batch look stored.
        let bench = Bench.inTheDark()
        let step = bench.tell(tail([(Self.first, 100), (Self.first, 103)], highWatermark: 106))
        #expect(step.acknowledged.map(\.batch) == [Self.first])
        #expect(step.action == .transmit(request: 1, skipping: 1))
    }

    @Test func answersThatComeWhileTheConnectionIsDrainedCount() {
        let bench = Bench.underWay()
        #expect(bench.tell(.trouble(isConnected: true)).notices == [.lost])
        #expect(bench.tell(.stored(request: 1, at: 100)).acknowledged.count == 3)
        #expect(bench.tell([.drained(isDone: true), .connected]) == [.seek, .readTail(from: 106)])
        #expect(bench.tell(tail([], highWatermark: 106)).action == .ready)
    }

    @Test func afterADrainThatWasNotHeardOutTheLogIsLookedAtAgainForTwins() {
        let bench = Bench.inTheDark(isDrained: false)
        #expect(bench.tell(tail([], highWatermark: 100)).action == .transmit(request: 1, skipping: 0))
        #expect(bench.tell(.stored(request: 1, at: 106)).action == .readTail(from: 100))
        let found = [(Self.first, Int64(100)), (Self.second, 103), (Self.third, 105)].flatMap { batch, offset in
            [(batch, offset), (batch, offset + 6)]
        }
        let step = bench.tell(tail(found.sorted { $0.1 < $1.1 }, highWatermark: 112))
        #expect(step.notices == [.twins(records: 6), .recovered] && step.action == .ready)
    }

    @Test func aLeaderThatRefusesAgainAndAgainIsNotAskedWithoutPause() {
        let bench = Bench.inTheDark()
        _ = bench.tell(tail([], highWatermark: 100))
        #expect(bench.tell(.trouble(isConnected: true)).action == .drain)
        guard case .pause = bench.tell(.drained(isDone: true)).action else {
            Issue.record("it is asked at once")
            return
        }
    }

    @Test func lookingForALeaderEndsWithTheRetryLimit() {
        let bench = Bench.underWay()
        _ = bench.tell([.trouble(isConnected: true), .drained(isDone: true)])
        guard case .pause = bench.tell(.failed(isRetriable: true)).action else {
            Issue.record("no second try")
            return
        }
        #expect(bench.tell(.resumed).action == .seek)
        bench.now = bench.now + .seconds(30)
        #expect(bench.tell(.failed(isRetriable: true)).action == .giveUp(.unreachable))
        #expect(bench.delivery.unacknowledged == 6)
    }

    @Test func whatMayHaveBeenStoredWhereNothingIsKeptIsUnknown() {
        let bench = Bench.inTheDark()
        let nothing = Delivery.Tail(highWatermark: 500, evictedTo: 500)
        #expect(bench.tell(.tail(nothing)).action == .giveUp(.evicted(from: 100, to: 500)))
        let other = Bench.inTheDark()
        // The last of ours says that all before it arrived, too.
        let last = Delivery.Tail(found: [.init(batch: Self.third, offset: 500)], highWatermark: 501, evictedTo: 500)
        let step = other.tell(.tail(last))
        #expect(step.acknowledged.map(\.offset) == [nil, nil, 500] && step.action == .ready)
    }

    @Test func aLogThatEndsBeforeWhatWasCommittedIsNamed() {
        let bench = Bench.inTheDark()
        #expect(
            bench.tell(.logIsShorter(logEnd: 90)).action == .giveUp(.logIsShorter(than: 100, logEnd: 90)))
    }

    @Test func whereTheLogProvesNothingAllIsSentAgain() {
        let bench = Bench.underWay(Delivery.Settings(isProvable: false))
        #expect(
            bench.tell([.trouble(isConnected: true), .drained(isDone: true), .connected])
                == [.drain, .seek, .transmit(request: 1, skipping: 0)])
    }

    // MARK: Acknowledged by the leader

    @Test func whatTheLeaderAloneHasIsAcknowledgedAndKept() {
        let bench = Bench.underWay(Self.uncommitted)
        let step = bench.tell(.stored(request: 1, at: 100))
        #expect(step.acknowledged.count == 3 && step.released == nil && step.action == .ready)
        #expect(bench.delivery.end == 100)
        let newest = bench.delivery.newestUnconfirmed
        #expect(newest == .init(batch: Self.third, offset: 105))
        #expect(bench.tell(.confirmed(newest, highWatermark: 105)).released == nil)
        #expect(bench.tell(.confirmed(newest, highWatermark: 106)).released == 1)
        #expect(!bench.delivery.isUnconfirmed)
    }

    @Test func whatAnElectionTookBackIsSentAgainAndNotAcknowledgedTwice() {
        let bench = Bench.underWay(Self.uncommitted)
        let fourth = Batch(first: RecordSequence(sequence: 6), count: 4)
        _ = bench.tell(.stored(request: 1, at: 100))
        _ = bench.tell([.building, .request([fourth], bytes: 10)])
        _ = bench.tell([.trouble(isConnected: true), .drained(isDone: true), .connected])
        // The new leader has the first batch only.
        let step = bench.tell(tail([(Self.first, 100)], highWatermark: 103))
        #expect(step.action == .transmit(request: 1, skipping: 1) && step.acknowledged.isEmpty)
        let again = bench.tell(.stored(request: 1, at: 103))
        #expect(again.acknowledged.isEmpty && again.action == .transmit(request: 2, skipping: 0))
        #expect(bench.tell(.stored(request: 2, at: 106)).acknowledged.map(\.batch) == [fourth])
    }

    @Test func beyondItsBoundItIsLetGoOfAndSaid() {
        let bench = Bench.underWay(Delivery.Settings(confirmation: .leader(keeping: 15)))
        _ = bench.tell(.stored(request: 1, at: 100))
        _ = bench.tell([.building, .request([Batch(first: RecordSequence(sequence: 6), count: 4)], bytes: 10)])
        let step = bench.tell(.stored(request: 2, at: 106))
        #expect(step.notices == [.leaderAlone(records: 6)] && step.released == 1)
        #expect(bench.tell(.letGo).released == 2)
    }

    // MARK: Taking over

    @Test func whoTakesOverWaitsUntilTheLogIsQuietAndGoesOnBehindTheHighestSequence() {
        let predecessor = Delivery.Predecessor(next: RecordSequence(sequence: 3), end: 50)
        let bench = Bench(Delivery.Settings(predecessor: predecessor))
        #expect(bench.tell([.begin, .connected]) == [.seek, .readTail(from: 50)])
        var tail = Delivery.Tail(found: [.init(batch: Self.second, offset: 60)], highWatermark: 62, end: 62)
        #expect(bench.tell(.tail(tail)).action == .pause(Delivery.quietPoll))
        bench.now = bench.now + .milliseconds(900)
        // It still comes in.
        tail.found.append(.init(batch: Self.third, offset: 62))
        tail.end = 63
        tail.highWatermark = 63
        #expect(bench.tell([.resumed, .tail(tail)]) == [.readTail(from: 50), .pause(Delivery.quietPoll)])
        bench.now = bench.now + .milliseconds(900)
        #expect(bench.tell([.resumed, .tail(tail)]).last == .pause(Delivery.quietPoll))
        bench.now = bench.now + .milliseconds(100)
        _ = bench.tell(.resumed)
        let step = bench.tell(.tail(tail))
        #expect(step.notices == [.tookOver(next: RecordSequence(sequence: 6))] && step.action == .ready)
    }

    @Test func sequencesOfALaterEpochAreLater() {
        let old = RecordSequence(epoch: 0, sequence: .max)
        #expect(old < old.nextEpoch)
        #expect(old.nextEpoch.sequence == 0)
        #expect(RecordSequence(sequence: 5).advanced(by: 2) == RecordSequence(sequence: 7))
    }
}
