import TestSupport
import Testing
import Unix

@testable import FluvioClient

@Suite struct StreamCourseTests {
    /// A course with a clock that stands unless it is told to go.
    private final class Bench {
        var course: StreamCourse
        var now = MonotonicTime(nanoseconds: 0)
        var random = SeededRandom(seed: 1)

        init(from start: Int64 = 10, to stop: Int64? = nil, isCommitted: Bool = true) {
            course = StreamCourse(
                progress: StreamProgress(from: start, stop: stop, maximumBytes: 1000), isCommitted: isCommitted,
                retry: .duration(.seconds(30)), at: now)
        }

        func tell(_ event: StreamCourse.Event) -> StreamCourse.Step { course.event(event, at: now, using: &random) }

        func tell(_ events: [StreamCourse.Event]) -> [StreamCourse.Action] { events.map { tell($0).action } }

        func wait(_ seconds: Int) { now = now + .seconds(seconds) }
    }

    @Test func aLostStreamGoesOnAtItsPositionAtTheNewLeader() {
        let bench = Bench()
        #expect(bench.tell([.begin, .arrived(.init(end: 20))]) == [.open, .acknowledge(20)])
        let lost = bench.tell(.lost)
        #expect(lost.action == .seek && lost.notices == [.lost])
        // What the old stream still brings is not wanted.
        #expect(bench.tell(.arrived(.init(end: 30))).action == .nothing)
        #expect(bench.tell(.connected).action == .ask)
        let open = bench.tell(.offsets(start: 0, end: 20))
        #expect(open.action == .open && open.notices == [.recovered])
        #expect(bench.course.progress.next == 20)
    }

    @Test func aLeaderThatDoesNotKnowYetHowFarItsReplicasAreIsWaitedFor() {
        let bench = Bench()
        _ = bench.tell([.begin, .arrived(.init(end: 20)), .lost, .connected])
        #expect(bench.tell(.offsets(start: 0, end: 15)).action == .look(20))
        #expect(bench.tell(.looked(isThere: true)).action == .pause(StreamCourse.commitPoll))
        #expect(
            bench.tell([.resumed, .connected, .offsets(start: 0, end: 21)]) == [.seek, .ask, .open])
    }

    @Test func aLogThatEndsBeforeThePositionIsTold() {
        for isCommitted in [true, false] {
            let bench = Bench(isCommitted: isCommitted)
            _ = bench.tell([.begin, .arrived(.init(end: 20)), .lost, .connected])
            #expect(bench.tell(.offsets(start: 0, end: 15)).action == .look(20))
            #expect(bench.tell(.looked(isThere: false)).action == .giveUp(.truncated(20)))
            #expect(bench.tell(.resumed).action == .nothing)
        }
    }

    @Test func anUncommittedReaderGoesOnAboveTheHighWatermark() {
        let bench = Bench(isCommitted: false)
        _ = bench.tell([.begin, .arrived(.init(end: 20)), .lost, .connected, .offsets(start: 0, end: 15)])
        #expect(bench.tell(.looked(isThere: true)).action == .open)
    }

    @Test func whatIsNotKeptAnyMoreIsToldAsARange() {
        let bench = Bench()
        _ = bench.tell(.begin)
        let step = bench.tell(.evicted(next: 50))
        #expect(step.action == .seek && step.notices == [.gap(10..<50)])
        let short = Bench(to: 40)
        _ = short.tell(.begin)
        #expect(short.tell(.evicted(next: 50)).action == .finish)
    }

    @Test func aSilentStreamIsProbedAndAWordIsEnough() {
        let bench = Bench()
        _ = bench.tell(.begin)
        bench.wait(4)
        #expect(bench.tell(.tick).action == .nothing)
        bench.wait(1)
        #expect(bench.tell(.tick).action == .probe)
        // One probe at a time.
        bench.wait(5)
        #expect(bench.tell([.tick, .offsets(start: 0, end: 10), .tick]) == [.nothing, .nothing, .nothing])
        bench.wait(5)
        #expect(bench.tell([.tick, .failed(isRetriable: true)]) == [.probe, .seek])
    }

    @Test func aStreamThatIsOwedRecordsTwiceIsOpenedAnew() {
        let bench = Bench()
        _ = bench.tell(.begin)
        bench.wait(5)
        #expect(bench.tell([.tick, .offsets(start: 0, end: 12)]) == [.probe, .nothing])
        bench.wait(5)
        let step = (bench.tell(.tick), bench.tell(.offsets(start: 0, end: 12)))
        #expect(step.0.action == .probe && step.1.action == .seek && step.1.notices.isEmpty)
    }

    @Test func aReaderThatTakesNothingIsOwedNothing() {
        let bench = Bench()
        _ = bench.tell([.begin, .arrived(.init(end: 20)), .arrived(.init(end: 30))])
        for _ in 0..<3 {
            bench.wait(5)
            #expect(bench.tell([.tick, .offsets(start: 0, end: 99)]) == [.probe, .nothing])
        }
    }

    @Test func lookingForALeaderEndsWithTheRetryLimit() {
        let bench = Bench()
        _ = bench.tell([.begin, .lost])
        guard case .pause = bench.tell(.failed(isRetriable: true)).action else {
            Issue.record("no second try")
            return
        }
        bench.wait(30)
        #expect(bench.tell([.resumed, .failed(isRetriable: true)]) == [.seek, .giveUp(.unreachable)])
        let other = Bench()
        #expect(other.tell([.begin, .lost, .failed(isRetriable: false)]).last == .giveUp(.unreachable))
    }

    @Test func aPinnedEndFinishesTheStream() {
        let bench = Bench(to: 20)
        #expect(bench.tell([.begin, .arrived(.init(end: 25)), .lost]) == [.open, .finish, .nothing])
    }
}
