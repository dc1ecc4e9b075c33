import FluvioClient
import ToolSupport
import Unix

/// Holds this process's share of the partitions: tells the others that it lives, takes what is free, gives away what is
/// more than its share.
struct ShareKeeper: Sendable {
    let options: RunOptions
    let owner: String
    let database: Database
    let client: Fluvio
    let workers: Workers
    let selection: TopicSelection
    let context: ToolContext

    private var diagnostics: Diagnostics { context.diagnostics }

    private struct Sight: Sendable {
        var members: [String] = []
        var taken: Set<Lot> = []
    }

    /// Goes on until the task is cancelled; what ends it goes to the pump.
    func run() async {
        var mine: Set<Lot> = []
        do {
            while !Task.isCancelled {
                try await beat(&mine)
                // Two beats may fail before a lease is over.
                try await Task.sleep(for: options.lease / 3)
            }
        } catch is CancellationError {
        } catch {
            workers.fail(error)
        }
    }

    private func beat(_ mine: inout Set<Lot>) async throws {
        let sight = try await look()
        var lots: [Lot] = []
        for topic in try await selection.topics(client) {
            for partition in 0..<(try await client.partitionCount(of: topic))
            where options.partitions.isEmpty || options.partitions.contains(partition) {
                lots.append(Lot(topic: topic, partition: partition))
            }
        }
        mine.formIntersection(lots)
        let decision = ShareDecision(
            owner, members: sight.members, lots: lots, mine: mine, free: Set(lots).subtracting(sight.taken))
        for lot in decision.give {
            diagnostics.detail("topic \(lot.topic), partition \(lot.partition): given to another sink")
            mine.remove(lot)
            workers.release(lot)
        }
        for lot in decision.take {
            guard try await workers.open(lot.topic, partitions: [lot.partition]) else { continue }
            diagnostics.detail("topic \(lot.topic), partition \(lot.partition): taken")
            mine.insert(lot)
        }
    }

    private func look() async throws -> Sight {
        let key = [options.name, owner, "\(Double(options.lease.wholeNanoseconds) / 1e9)"]
        return try await database.with { connection in
            try connection.execute(ShareStatements.join, key)
            try connection.execute(ShareStatements.renew, key)
            try connection.execute(ShareStatements.prune, [key[0]])
            var sight = Sight()
            let members = try connection.execute(ShareStatements.members, [key[0]])
            for row in 0..<members.count { if let name = members.text(row, 0) { sight.members.append(name) } }
            let taken = try connection.execute(ShareStatements.taken, [key[0]])
            for row in 0..<taken.count {
                guard let topic = taken.text(row, 0), let partition = taken.number(row, 1) else { continue }
                sight.taken.insert(Lot(topic: topic, partition: UInt32(clamping: partition)))
            }
            return sight
        }
    }

    /// Lets the others have everything at once.
    func leave() async {
        let key = [options.name, owner]
        _ = try? await Database(
            target: options.target, limit: .duration(.seconds(1)), context: context, name: options.name
        ).with { connection in
            try connection.execute(ShareStatements.leave, key)
            try connection.execute(ShareStatements.releaseAll, key)
        }
    }
}
