import TestSupport
import Unix

@testable import FluvioClient

/// One random schedule of a model cluster: two producers, a reader, and everything that can happen to servers,
/// connections and news, in an order that a seed decides. Then everything heals, and all has to come to its end.
final class Schedule {
    /// What schedules are drawn from.
    struct Family: Sendable {
        var confirmation = Delivery.Confirmation.replicas
        /// Drains are heard out, and connections break only with their servers: then the log must hold no twin.
        var isHeardOut = false
        /// Producers are killed, and others take over from them.
        var hasKilledProducers = false
        var sabotage: ModelProducer.Sabotage?
    }

    struct Result: Sendable {
        var failure: String?
        /// Records that stand twice in the log.
        var twins = 0
        var steps = 0
    }

    private let family: Family
    private var random: SeededRandom
    private var now = MonotonicTime(nanoseconds: 0)
    private var broker: ModelBroker
    private var producers: [ModelProducer] = []
    private var reader: ModelReader
    /// Who leads, by the metadata that the clients have: each producer, then the reader.
    private var known: [Int] = [0, 0, 0]
    private let records: Int32
    private let closesConnections: Bool
    private var isHurt = true
    private var steps = 0
    private var mayRevive: [Bool] = [true, true]

    init(seed: UInt64, _ family: Family) {
        self.family = family
        random = SeededRandom(seed: seed)
        broker = ModelBroker(replicas: 2 + Int(random.next() & 1))
        records = 4 + Int32(random.next() % 12)
        closesConnections = random.next() & 1 == 0
        reader = ModelReader(keepsRepeats: family.sabotage == .readersKeepRepeats, at: now)
        for id in 0..<2 {
            producers.append(
                ModelProducer(id: Int64(id), settings: settings(), sabotage: family.sabotage))
        }
    }

    private func settings(_ predecessor: Delivery.Predecessor? = nil) -> Delivery.Settings {
        Delivery.Settings(confirmation: family.confirmation, retry: .forever, predecessor: predecessor)
    }

    func run() -> Result {
        for index in producers.indices { producers[index].begin(at: now, &random) }
        let length = 100 + Int(random.next() % 200)
        while steps < length, failure == nil { step() }
        heal()
        // Most are done within a few hundred steps. Chance can starve one that has many old connections: one in a
        // quarter of a million was still on its way after 4000.
        while steps < length + 40_000, failure == nil, !isDone { step() }
        var result = Result(failure: failure, twins: broker.twins(in: broker.leader), steps: steps)
        if result.failure == nil, !isDone { result.failure = "it does not come to an end: \(state)" }
        let mayHaveTwins = !family.isHeardOut || producers.contains(where: \.wasDeaf)
        if result.failure == nil, result.twins > 0, !mayHaveTwins {
            result.failure = "\(result.twins) twins in the log"
        }
        return result
    }

    private var failure: String? { producers[0].failure ?? producers[1].failure ?? reader.failure }

    private var state: String {
        let servers = broker.replicas.map { "\($0.leo)/\($0.highWatermark) of \($0.leader)" }
        let clients = producers.map { "\($0.acknowledged) of \($0.sent) \($0.delivery.phase) \($0.action)" }
        return
            "leader \(broker.leader), known \(known), status \(broker.status), missed \(broker.isMissed), logs \(servers), "
            + "producers \(clients) of \(records), reader \(reader.next) at \(reader.position)"
    }

    /// All records are acknowledged and safe, and the reader has them.
    private var isDone: Bool {
        // The cheapest first: it is asked after every step.
        for index in 0..<2 where producers[index].acknowledged < records { return false }
        for index in 0..<2 {
            guard producers[index].isSettled, producers[index].sent == records, reader.next[Int64(index)] == records
            else { return false }
        }
        return true
    }

    /// Every server is up, every word arrives, nothing breaks any more.
    private func heal() {
        isHurt = false
        for index in broker.replicas.indices {
            if broker.replicas[index].isUp { broker.replicas[index].isFrozen = false } else { broker.start(index) }
        }
    }

    private func step() {
        steps += 1
        now = MonotonicTime(nanoseconds: now.nanoseconds + Int64(random.next() & 63) * 1_000_000)
        let dice = random.next()
        let pick = Int(dice >> 32 & 0xffff)
        switch dice & 63 {
        case 0..<20: serve(pick)
        case 20..<30: broker.replicate(pick % broker.replicas.count, 1 + Int(dice >> 16 & 3))
        case 30..<42:
            let index = pick & 1
            producers[index].step(
                broker, leader: known[index], more: records, isHurt: isHurt, isDeaf: isHurt && !family.isHeardOut,
                at: now, &random)
        case 42..<48: reader.step(broker, leader: known[2], isHurt: isHurt, at: now, &random)
        case 48..<51: broker.report(pick % broker.replicas.count)
        case 51: broker.miss(pick % broker.replicas.count)
        case 52, 53: broker.tell(pick % broker.replicas.count, closesConnections: closesConnections)
        case 54, 55: known[pick % 3] = broker.leader
        default:
            if isHurt {
                hurt(dice & 63, pick)
            } else {
                broker.tell(pick % broker.replicas.count, closesConnections: true)
            }
        }
    }

    private func serve(_ pick: Int) {
        // The latest connections have the most to say.
        guard !broker.connections.isEmpty else { return }
        let count = pick & 1 == 0 ? min(4, broker.connections.count) : broker.connections.count
        let back = (pick >> 1) % count
        broker.serve(broker.connections.count - 1 - back)
    }

    private func hurt(_ kind: UInt64, _ pick: Int) {
        let replica = pick % broker.replicas.count
        switch kind {
        case 56: if broker.replicas[replica].isUp, pick >> 4 & 3 == 0 { broker.kill(replica) }
        case 57: if broker.replicas[replica].isUp, pick >> 4 & 3 == 0 { broker.replicas[replica].isFrozen = true }
        case 58, 59:
            if broker.replicas[replica].isUp {
                broker.replicas[replica].isFrozen = false
            } else {
                broker.start(replica)
            }
        case 60, 61:
            if !broker.connections.isEmpty { broker.giveUpWaiting(pick % broker.connections.count) }
        case 62:
            // The network cuts a connection; what the server has received, it still appends.
            guard !family.isHeardOut, !broker.connections.isEmpty else { return }
            broker.connections[pick % broker.connections.count].isBroken = true
        default: if family.hasKilledProducers, pick >> 4 & 7 == 0 { kill(pick & 1) }
        }
    }

    /// A producer's process dies, and another goes on from a checkpoint of it.
    private func kill(_ index: Int) {
        let dead = producers[index]
        guard dead.failure == nil, let end = dead.delivery.end, dead.delivery.phase != .failed, mayRevive[index] else {
            return
        }
        mayRevive[index] = false
        producers[index].die(broker)
        // As of the last acknowledged record: nothing of ours from there on lies before the place.
        let next = dead.delivery.requests.first.map { $0.batches[min($0.done, $0.batches.count - 1)].first.sequence }
        let predecessor = Delivery.Predecessor(
            next: RecordSequence(sequence: min(next ?? dead.sent, dead.sent)), end: end)
        producers[index] = ModelProducer(
            id: dead.id, settings: settings(predecessor), sent: predecessor.next.sequence, sabotage: family.sabotage)
        producers[index].begin(at: now, &random)
    }
}
