import TestSupport
import Unix

@testable import FluvioClient

/// A producer of a model cluster: the real ``Delivery`` over model connections. It performs what that asks for, and may
/// be told to break one of the rules on the way.
final class ModelProducer {
    /// A rule that is not kept.
    enum Sabotage: String, CaseIterable, Sendable {
        /// What is found in the log is acknowledged on sight.
        case acknowledgesAboveTheHighWatermark
        /// The batches of a request leave as requests of their own, at once.
        case sendsTwoAtOnce
        /// What arrived is told by how many records are found.
        case countsRecords
        /// Readers hand out what stands twice.
        case readersKeepRepeats
        /// The old connection is dropped and not heard out.
        case doesNotDrain
        /// The tail is read up to the high watermark only.
        case readsCommittedTail
    }

    let id: Int64
    let isCommitted: Bool
    let sabotage: Sabotage?
    private(set) var delivery: Delivery
    private(set) var action: Delivery.Action = .nothing
    private(set) var connection: Int?
    private var isAwaiting = false
    /// Records handed in, and of them those acknowledged (each once), from 0 on.
    private(set) var sent: Int32
    private(set) var acknowledged: Int32 = 0
    /// The first sequence that is not settled when ``delivery`` began: those before were proved by a predecessor.
    private var firstUnproved: Int32 = 0
    private var split: (count: Int, stored: [Int])?
    private(set) var failure: String?
    private(set) var hasLeaderAlone = false
    /// A drain was not heard out: twins may come.
    private(set) var wasDeaf = false

    init(id: Int64, settings: Delivery.Settings, sent: Int32 = 0, sabotage: Sabotage?) {
        self.id = id
        self.sent = sent
        self.sabotage = sabotage
        isCommitted = settings.confirmation == .replicas
        delivery = Delivery(settings)
    }

    /// Everything handed in is acknowledged, and no election can take it back.
    var isSettled: Bool { delivery.phase == .ready && action == .nothing && !delivery.isUnconfirmed }

    func begin(at now: MonotonicTime, _ random: inout SeededRandom) { tell(.begin, now, &random) }

    private func tell(_ event: Delivery.Event, _ now: MonotonicTime, _ random: inout SeededRandom) {
        if case .trouble = event, delivery.isConfirming {
            // Whoever asked hears of the trouble, too.
            _ = delivery.event(.confirmed(nil, highWatermark: nil), at: now, using: &random)
        }
        let step = delivery.event(event, at: now, using: &random)
        for batch in step.acknowledged {
            if batch.batch.first.sequence != acknowledged { failure = failure ?? "acknowledged out of order" }
            acknowledged = batch.batch.last.sequence + 1
        }
        for notice in step.notices {
            switch notice {
            case .leaderAlone: hasLeaderAlone = true
            case .tookOver(let next):
                sent = next.sequence
                acknowledged = next.sequence
            default: break
            }
        }
        switch step.action {
        case .nothing: break
        case .ready: action = .nothing
        case .giveUp(let defeat): failure = failure ?? "gave up: \(defeat)"
        case let next:
            action = next
            isAwaiting = false
        }
    }

    /// Something of what can happen to it happens.
    ///
    /// - Parameters:
    ///   - leader: who leads, by the metadata that this client has.
    ///   - isHurt: connections break and deadlines pass.
    ///   - isDeaf: drains may end before the server is done.
    func step(
        _ broker: ModelBroker, leader: Int, more: Int32, isHurt: Bool, isDeaf: Bool, at now: MonotonicTime,
        _ random: inout SeededRandom
    ) {
        if delivery.phase == .failed { return }
        let dice = random.next()
        switch action {
        case .nothing, .ready: idle(broker, more, isHurt, now, dice, &random)
        case .transmit(let number, let skipping): transmit(number, skipping, broker, now, &random)
        case .drain: drain(broker, isDeaf, now, dice, &random)
        case .seek:
            guard broker.replicas[leader].isUp else { return tell(.failed(isRetriable: true), now, &random) }
            connection = broker.connections.count
            broker.connections.append(ModelBroker.Connection(server: leader, producer: id))
            tell(.connected, now, &random)
        case .askEnd: ask(.end, broker, isHurt, now, dice, &random)
        case .readTail(let offset): ask(.tail(from: Int(offset)), broker, isHurt, now, dice, &random)
        case .pause: tell(.resumed, now, &random)
        case .giveUp: break
        }
    }

    /// A request is under way, or nothing is.
    private func idle(
        _ broker: ModelBroker, _ more: Int32, _ isHurt: Bool, _ now: MonotonicTime, _ dice: UInt64,
        _ random: inout SeededRandom
    ) {
        if let connection, receive(broker, connection, now, &random) { return }
        let isBroken = connection.map { broker.connections[$0].isBroken || broker.connections[$0].isEnded } ?? false
        if isBroken || (isHurt && dice & 31 == 0) {
            return tell(.trouble(isConnected: connection != nil), now, &random)
        }
        guard delivery.phase == .ready else { return }
        if dice & 3 == 0, let newest = delivery.newestUnconfirmed, let connection {
            _ = delivery.event(.confirming, at: now, using: &random)
            broker.connections[connection].requests.append(.look(Int(newest.offset)))
            return
        }
        guard sent < more else { return }
        var batches: [Delivery.Batch] = []
        for _ in 0...Int(dice >> 8 & 1) where sent < more {
            let count = min(1 + Int32(dice >> (16 + batches.count) & 1), more - sent)
            batches.append(Delivery.Batch(first: RecordSequence(sequence: sent), count: count))
            sent += count
        }
        tell(.building, now, &random)
        tell(.request(batches, bytes: batches.count), now, &random)
    }

    private func transmit(
        _ number: UInt64, _ skipping: Int, _ broker: ModelBroker, _ now: MonotonicTime,
        _ random: inout SeededRandom
    ) {
        guard let connection, !broker.connections[connection].isBroken, !broker.connections[connection].isHalfClosed
        else { return tell(.trouble(isConnected: false), now, &random) }
        action = .nothing
        guard let request = delivery.requests.first(where: { $0.number == number }) else { return }
        let batches = Array(request.batches[skipping...])
        split = nil
        if sabotage == .sendsTwoAtOnce, batches.count > 1 {
            split = (batches.count, [])
            for batch in batches {
                broker.connections[connection].requests.append(.produce(number, [batch], isCommitted: isCommitted))
            }
            return
        }
        broker.connections[connection].requests.append(.produce(number, batches, isCommitted: isCommitted))
    }

    private func drain(
        _ broker: ModelBroker, _ isDeaf: Bool, _ now: MonotonicTime, _ dice: UInt64, _ random: inout SeededRandom
    ) {
        guard let connection else { return tell(.drained(isDone: true), now, &random) }
        if sabotage == .doesNotDrain {
            leave(broker)
            return tell(.drained(isDone: true), now, &random)
        }
        broker.connections[connection].isHalfClosed = true
        if receive(broker, connection, now, &random) { return }
        let isEnded = broker.connections[connection].isEnded
        guard isEnded || broker.connections[connection].isBroken || (isDeaf && dice & 7 == 0) else { return }
        if !isEnded { wasDeaf = true }
        leave(broker)
        tell(.drained(isDone: isEnded), now, &random)
    }

    private func ask(
        _ request: ModelBroker.Request, _ broker: ModelBroker, _ isHurt: Bool, _ now: MonotonicTime,
        _ dice: UInt64, _ random: inout SeededRandom
    ) {
        guard let connection, !broker.connections[connection].isBroken, !(isHurt && dice & 31 == 0) else {
            leave(broker)
            return tell(.failed(isRetriable: true), now, &random)
        }
        if isHurt, dice & 31 == 1 { tell(.trouble(isConnected: true), now, &random) }
        if !isAwaiting {
            isAwaiting = true
            broker.connections[connection].requests.append(request)
        }
        _ = receive(broker, connection, now, &random)
    }

    private func leave(_ broker: ModelBroker) {
        if let connection {
            broker.connections[connection].isAbandoned = true
            broker.connections[connection].isHalfClosed = true
        }
        connection = nil
    }

    /// Takes one response. False: there is none.
    private func receive(
        _ broker: ModelBroker, _ connection: Int, _ now: MonotonicTime, _ random: inout SeededRandom
    ) -> Bool {
        guard !broker.connections[connection].responses.isEmpty else { return false }
        let response = broker.connections[connection].responses.removeFirst()
        switch response {
        case .stored(let number, let offset): stored(number, offset, now, &random)
        case .refused, .timedOut:
            if case .askEnd = action { return failed(now, &random) }
            if case .readTail = action { return failed(now, &random) }
            split = nil
            tell(.trouble(isConnected: true), now, &random)
        case .end(let end): tell(.began(end: Int64(end)), now, &random)
        case .tail(let tail): tell(.tail(sabotaged(tail)), now, &random)
        case .tooShort: tell(.logIsShorter(logEnd: nil), now, &random)
        case .look(let found, let highWatermark):
            tell(.confirmed(found, highWatermark: Int64(highWatermark)), now, &random)
            if found == nil { tell(.trouble(isConnected: true), now, &random) }
        }
        return true
    }

    private func failed(_ now: MonotonicTime, _ random: inout SeededRandom) -> Bool {
        tell(.failed(isRetriable: true), now, &random)
        return true
    }

    private func stored(_ number: UInt64, _ offset: Int, _ now: MonotonicTime, _ random: inout SeededRandom) {
        if var split {
            split.stored.append(offset)
            self.split = split
            guard split.stored.count == split.count else { return }
            self.split = nil
            // As if they stood one after the other.
            let batches = delivery.requests.first { $0.number == number }?.batches.suffix(split.count) ?? []
            let before = batches.dropLast().reduce(0) { $0 + Int($1.count) }
            return tell(
                .stored(request: number, at: Int64(split.stored[split.count - 1] - before)), now, &random)
        }
        tell(.stored(request: number, at: Int64(offset)), now, &random)
    }

    private func sabotaged(_ tail: Delivery.Tail) -> Delivery.Tail {
        var tail = tail
        switch sabotage {
        case .acknowledgesAboveTheHighWatermark: tail.highWatermark = max(tail.highWatermark, tail.end ?? 0)
        case .readsCommittedTail:
            tail.found.removeAll { $0.offset + Int64($0.batch.count) > tail.highWatermark }
        case .countsRecords:
            guard let first = delivery.requests.first(where: { !$0.isDone }), !tail.found.isEmpty else { break }
            let count = tail.found.reduce(0) { $0 + $1.batch.count }
            let last = tail.found[tail.found.count - 1]
            let end = last.offset + Int64(last.batch.count)
            let batch = Delivery.Batch(first: first.batches[first.done].first, count: count)
            tail.found = [Delivery.Found(batch: batch, offset: end - Int64(count))]
        default: break
        }
        return tail
    }

    /// The process is killed: its connection stays with the server for as long as that likes.
    func die(_ broker: ModelBroker) { leave(broker) }
}
