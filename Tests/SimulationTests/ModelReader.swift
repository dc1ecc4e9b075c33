import TestSupport
import Unix

@testable import FluvioClient

/// A COMMITTED reader of a model cluster: the real ``StreamCourse`` and ``RepeatFilter``. Checks what it hands out:
/// the records of each producer, one after the other, none left out and none twice.
final class ModelReader {
    private var course: StreamCourse
    private var filter = RepeatFilter()
    private var action: StreamCourse.Action
    private var server: Int?
    private let keepsRepeats: Bool
    /// The number of the next record of each producer.
    private(set) var next: [Int64: Int32] = [:]
    private(set) var failure: String?
    private var lastAppend: Int?

    init(keepsRepeats: Bool, at now: MonotonicTime) {
        course = StreamCourse(
            progress: StreamProgress(from: 0, stop: nil, maximumBytes: 1 << 20), isCommitted: true, retry: .forever,
            at: now)
        action = .seek
        self.keepsRepeats = keepsRepeats
    }

    var position: Int64 { course.progress.next }

    private func tell(_ event: StreamCourse.Event, _ now: MonotonicTime, _ random: inout SeededRandom) {
        let step = course.event(event, at: now, using: &random)
        if case .giveUp(let defeat) = step.action { failure = failure ?? "reader gave up: \(defeat)" }
        if step.action != .nothing { action = step.action }
    }

    func step(
        _ broker: ModelBroker, leader: Int, isHurt: Bool, at now: MonotonicTime, _ random: inout SeededRandom
    ) {
        let dice = random.next()
        switch action {
        case .seek:
            guard broker.replicas[leader].isUp else { return tell(.failed(isRetriable: true), now, &random) }
            server = leader
            tell(.connected, now, &random)
        case .pause: tell(.resumed, now, &random)
        case .ask, .look, .probe: ask(broker, isHurt, now, dice, &random)
        case .giveUp, .finish: break
        case .nothing, .open, .acknowledge: stream(broker, isHurt, now, dice, &random)
        }
    }

    private func ask(
        _ broker: ModelBroker, _ isHurt: Bool, _ now: MonotonicTime, _ dice: UInt64, _ random: inout SeededRandom
    ) {
        guard let server, broker.replicas[server].isUp, !(isHurt && dice & 31 == 0) else {
            return tell(.failed(isRetriable: true), now, &random)
        }
        guard broker.replicas[server].works else { return }
        guard broker.replicas[server].leader == server else { return tell(.failed(isRetriable: true), now, &random) }
        if case .look(let offset) = action {
            return tell(.looked(isThere: offset <= Int64(broker.replicas[server].leo)), now, &random)
        }
        if action == .probe { action = .nothing }
        tell(.offsets(start: 0, end: Int64(broker.replicas[server].highWatermark)), now, &random)
    }

    private func stream(
        _ broker: ModelBroker, _ isHurt: Bool, _ now: MonotonicTime, _ dice: UInt64, _ random: inout SeededRandom
    ) {
        guard let server, broker.replicas[server].isUp, !(isHurt && dice & 31 == 0) else {
            return tell(.lost, now, &random)
        }
        guard broker.replicas[server].works else { return tell(.tick, now, &random) }
        // A server that leads no more says nothing; only the silence shows it.
        guard broker.replicas[server].leader == server else { return tell(.tick, now, &random) }
        let replica = broker.replicas[server]
        var end: Int?
        var count = Int(dice >> 8 & 3) + 1
        for entry in replica.log where entry.end > Int(position) && count > 0 {
            guard entry.end <= replica.highWatermark else { break }
            count -= 1
            end = entry.end
            read(entry)
        }
        guard let end else { return tell(.tick, now, &random) }
        tell(.arrived(StreamProgress.Arrival(end: Int64(end))), now, &random)
        tell(.taken, now, &random)
    }

    private func read(_ entry: ModelBroker.Entry) {
        // What lies below the position came along with its batch.
        if entry.base < Int(position) {
            failure = failure ?? "read from the middle of a batch at \(entry.base)"
            return
        }
        guard entry.producer >= 0 else { return }
        let repeated =
            keepsRepeats
            ? 0 : filter.repeated(producerID: entry.producer, first: entry.batch.first, count: entry.batch.count)
        guard repeated < entry.batch.count else { return }
        let first = entry.batch.first.sequence + repeated
        let expected = next[entry.producer] ?? 0
        if first != expected {
            failure = failure ?? "producer \(entry.producer): record \(first) where \(expected) was due"
        }
        next[entry.producer] = entry.batch.last.sequence + 1
    }
}
