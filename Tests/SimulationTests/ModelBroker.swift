import TestSupport

@testable import FluvioClient

/// One partition of a model cluster: replicas with logs, leader, followers, high watermark, elections by the rule of
/// the real SC, and connections whose requests a server works off one after the other, even when nobody is there any
/// more to hear the answers.
final class ModelBroker {
    /// A batch in a log.
    struct Entry: Equatable {
        /// Which append it is: two appends of the same batch are two.
        var append: Int
        var producer: Int64
        var batch: Delivery.Batch
        var base: Int
        var end: Int { base + Int(batch.count) }
    }

    final class Replica {
        var log: [Entry] = []
        var highWatermark = 0
        var isUp = true
        var isFrozen = false
        /// Who leads, as far as this server has heard.
        var leader = 0
        /// As leader: how far each replica has it.
        var reported: [Int]
        var leo = 0
        var works: Bool { isUp && !isFrozen }

        init(replicas: Int) { reported = Array(repeating: 0, count: replicas) }

        func noteEnd() { leo = log.last?.end ?? 0 }
    }

    enum Request {
        case produce(UInt64, [Delivery.Batch], isCommitted: Bool)
        case end
        case tail(from: Int)
        /// What stands at an offset.
        case look(Int)
    }

    enum Response {
        case stored(UInt64, at: Int)
        /// Not the leader.
        case refused
        /// Appended, and not on all replicas in time.
        case timedOut
        case end(Int)
        case tail(Delivery.Tail)
        case tooShort
        case look(Delivery.Found?, highWatermark: Int)
    }

    final class Connection {
        let server: Int
        let producer: Int64
        var requests: [Request] = []
        var responses: [Response] = []
        /// A stored COMMITTED request whose answer waits for the replicas.
        var waiting: (request: UInt64, base: Int, end: Int)?
        /// The client sends no more.
        var isHalfClosed = false
        /// The client hears nothing any more.
        var isAbandoned = false
        /// The server has ended it, and is done with all it received.
        var isEnded = false
        /// It broke.
        var isBroken = false

        init(server: Int, producer: Int64) {
            self.server = server
            self.producer = producer
        }
    }

    var replicas: [Replica]
    /// Who leads, by the SC.
    var leader = 0
    /// The SC's last word of each replica, and whom it takes for gone.
    var status: [Int]
    var isMissed: [Bool]
    var connections: [Connection] = []
    private var appends = 0

    init(replicas count: Int) {
        replicas = (0..<count).map { _ in Replica(replicas: count) }
        status = Array(repeating: 0, count: count)
        isMissed = Array(repeating: false, count: count)
    }

    // MARK: The SC

    func report(_ replica: Int) {
        guard replicas[replica].works else { return }
        status[replica] = replicas[replica].leo
        isMissed[replica] = false
    }

    /// The SC looks after a server that says nothing, and elects if it led.
    func miss(_ replica: Int) {
        guard !replicas[replica].works else { return }
        isMissed[replica] = true
        elect()
    }

    func elect() {
        guard isMissed[leader] else { return }
        var best: Int?
        for candidate in replicas.indices where !isMissed[candidate] && candidate != leader {
            guard status[leader] - status[candidate] < 4 else { continue }
            if best.map({ status[candidate] > status[$0] }) ?? true { best = candidate }
        }
        if let best { leader = best }
    }

    /// A server hears who leads.
    func tell(_ replica: Int, closesConnections: Bool) {
        guard replicas[replica].works, replicas[replica].leader != leader else { return }
        let wasLeader = replicas[replica].leader == replica
        replicas[replica].leader = leader
        if leader == replica {
            replicas[replica].reported = Array(repeating: 0, count: replicas.count)
        } else if wasLeader {
            for index in connections.indices where connections[index].server == replica {
                // What waits for replicas waits in vain.
                giveUpWaiting(index)
                guard closesConnections else { continue }
                connections[index].isBroken = true
                connections[index].requests = []
            }
        }
    }

    // MARK: Servers

    /// A follower takes some entries from whom it takes for the leader, having cut what that does not hold.
    func replicate(_ follower: Int, _ count: Int) {
        let leader = replicas[follower].leader
        guard leader != follower, replicas[follower].works, replicas[leader].works, replicas[leader].leader == leader
        else { return }
        var common = min(replicas[follower].log.count, replicas[leader].log.count)
        while common > 0, replicas[follower].log[common - 1].append != replicas[leader].log[common - 1].append {
            common -= 1
        }
        if common < replicas[follower].log.count {
            replicas[follower].log.removeLast(replicas[follower].log.count - common)
        }
        let upTo = min(replicas[leader].log.count, common + count)
        if upTo > common { replicas[follower].log += replicas[leader].log[common..<upTo] }
        replicas[follower].noteEnd()
        replicas[follower].highWatermark = min(replicas[leader].highWatermark, replicas[follower].leo)
        replicas[leader].reported[follower] = replicas[follower].leo
        advance(leader)
    }

    private func advance(_ leader: Int) {
        var least = replicas[leader].leo
        for other in replicas.indices where other != leader { least = min(least, replicas[leader].reported[other]) }
        replicas[leader].highWatermark = max(replicas[leader].highWatermark, least)
    }

    func kill(_ replica: Int) {
        replicas[replica].isUp = false
        for index in connections.indices where connections[index].server == replica {
            connections[index].requests = []
            connections[index].responses = []
            connections[index].waiting = nil
            connections[index].isBroken = true
        }
    }

    func start(_ replica: Int) {
        replicas[replica].isUp = true
        replicas[replica].isFrozen = false
        replicas[replica].leader = leader
        replicas[replica].reported = Array(repeating: 0, count: replicas.count)
        if replicas.count == 1 { advance(replica) }
    }

    /// A server works on one connection: the next request, an answer that has waited, or its end.
    func serve(_ index: Int) {
        let server = connections[index].server
        guard replicas[server].works, !connections[index].isEnded else { return }
        if let waiting = connections[index].waiting {
            guard replicas[server].highWatermark >= waiting.end else { return }
            connections[index].waiting = nil
            answer(.stored(waiting.request, at: waiting.base), index)
            return
        }
        guard !connections[index].requests.isEmpty else {
            if connections[index].isHalfClosed { connections[index].isEnded = true }
            return
        }
        let request = connections[index].requests.removeFirst()
        guard replicas[server].leader == server else { return answer(.refused, index) }
        switch request {
        case .produce(let number, let batches, let isCommitted):
            let base = replicas[server].leo
            for batch in batches { append(batch, of: connections[index].producer, to: server) }
            advance(server)
            if isCommitted, replicas[server].highWatermark < replicas[server].leo {
                connections[index].waiting = (number, base, replicas[server].leo)
            } else {
                answer(.stored(number, at: base), index)
            }
        case .end: answer(.end(replicas[server].highWatermark), index)
        case .tail(let from): answer(tail(of: server, from: from, for: connections[index].producer), index)
        case .look(let offset):
            let entry = replicas[server].log.first { $0.base == offset && $0.producer == connections[index].producer }
            answer(
                .look(
                    entry.map { Delivery.Found(batch: $0.batch, offset: Int64($0.base)) },
                    highWatermark: replicas[server].highWatermark), index)
        }
    }

    func append(_ batch: Delivery.Batch, of producer: Int64, to server: Int) {
        appends += 1
        replicas[server].log.append(
            Entry(append: appends, producer: producer, batch: batch, base: replicas[server].leo))
        replicas[server].noteEnd()
    }

    /// A server tires of waiting for its replicas.
    func giveUpWaiting(_ index: Int) {
        guard connections[index].waiting != nil, replicas[connections[index].server].works else { return }
        connections[index].waiting = nil
        answer(.timedOut, index)
    }

    private func answer(_ response: Response, _ index: Int) {
        guard !connections[index].isBroken, !connections[index].isAbandoned else { return }
        connections[index].responses.append(response)
    }

    private func tail(of server: Int, from: Int, for producer: Int64) -> Response {
        let replica = replicas[server]
        guard from <= replica.leo else { return .tooShort }
        var tail = Delivery.Tail(highWatermark: Int64(replica.highWatermark))
        for entry in replica.log.reversed() {
            guard entry.end > from else { break }
            if tail.end == nil { tail.end = Int64(entry.end) }
            if entry.producer == producer {
                tail.found.append(Delivery.Found(batch: entry.batch, offset: Int64(entry.base)))
            }
        }
        tail.found.reverse()
        return .tail(tail)
    }

    // MARK: What stands in a log

    /// Records in the log that stood there before, of producers that number theirs.
    func twins(in replica: Int) -> Int {
        var highest: [Int64: RecordSequence] = [:]
        var twins = 0
        for entry in replicas[replica].log where entry.producer >= 0 {
            if let known = highest[entry.producer], entry.batch.first <= known {
                twins += Int(min(known, entry.batch.last).sequence - entry.batch.first.sequence) + 1
            }
            highest[entry.producer] = max(highest[entry.producer] ?? entry.batch.last, entry.batch.last)
        }
        return twins
    }
}
