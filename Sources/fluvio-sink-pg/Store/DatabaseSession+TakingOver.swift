import Glibc
import ToolSupport
import Unix

/// Partitions become this process's.
extension DatabaseSession {
    /// Takes partitions over, from whoever has them, and reads how far they are.
    mutating func open(_ requests: [DatabaseWriter.Request], tables: [TablePlan]) throws -> [DatabaseWriter.Opened] {
        let known = plans.count
        plans = tables
        for number in known..<tables.count {
            self.tables.append(TableStatements(tables[number], number: number, isPooled: settings.isPooled))
        }
        return try persistently { session in
            if !session.settings.isPooled, session.connection != nil {
                for table in session.tables[known...] { if let make = table.makeStage { try session.sql(make) } }
            }
            try session.connect()
            return try session.takeOver(requests)
        }
    }

    /// Runs `body` with the connection.
    mutating func visit(_ body: (borrowing Connection) throws -> Void) throws {
        try persistently { session in
            try session.connect()
            try session.connection?.lend(body)
        }
    }

    /// Does it, however often it takes.
    private mutating func persistently<Value>(_ body: (inout DatabaseSession) throws -> Value) throws -> Value {
        while true {
            do {
                let value = try body(&self)
                settled()
                return value
            } catch let error as DatabaseError {
                try recover(from: error)
            }
        }
    }

    private mutating func takeOver(_ requests: [DatabaseWriter.Request]) throws -> [DatabaseWriter.Opened] {
        var opened: [DatabaseWriter.Opened] = []
        for request in requests {
            let key = [settings.id, request.topic, "\(request.partition)"]
            if !settings.isDry { try claim(key, request) }
            var lane = Lane(topic: request.topic, partition: request.partition, next: request.start)
            var result = DatabaseWriter.Opened(number: 0, next: request.start)
            if settings.isDry {
                if try sql(Schema.check).truth(0, 0) {
                    let found = try sql(OffsetStatements.read, key)
                    if found.count == 1, let next = found.number(0, 1) { lane.next = next }
                }
            } else {
                try sql(OffsetStatements.begin, key + ["\(request.start)", request.mapping, settings.owner])
                let found = try sql(OffsetStatements.takeOver, key + [settings.owner, settings.leaseSeconds])
                if found.count == 0 {
                    if settings.lease == nil { throw try leased(key, lane) }
                    result.isElsewhere = true
                    opened.append(result)
                    continue
                }
                guard found.count == 1, let epoch = found.number(0, 0), let next = found.number(0, 1) else {
                    throw ToolError("\(lane.place): the row in fluvio_sink.offsets has gone")
                }
                if found.text(0, 4) != request.mapping {
                    guard settings.acceptsMapping else {
                        throw ToolError(
                            "the id '\(settings.id)' has written \(lane.place) with another mapping or table before; "
                                + "--accept-mapping goes on with this one, another --id begins anew", .usage)
                    }
                    try sql(
                        "UPDATE fluvio_sink.offsets SET mapping_hash=$4 WHERE sink_id=$1 AND topic=$2 AND partition=$3::int",
                        key + [request.mapping])
                }
                (lane.epoch, lane.next) = (epoch, next)
                (result.lastTimestamp, result.lastChecksum) = (
                    found.number(0, 2), found.number(0, 3).map(UInt32.init(truncatingIfNeeded:))
                )
                let seen = try sql(OffsetStatements.seen, key)
                for row in 0..<seen.count {
                    guard let id = seen.number(row, 0), let epoch = seen.number(row, 1), let last = seen.number(row, 2)
                    else { continue }
                    result.seen.append((id, Int16(truncatingIfNeeded: epoch), Int32(truncatingIfNeeded: last)))
                }
            }
            result.next = lane.next
            if let known = lanes.firstIndex(where: { $0.topic == lane.topic && $0.partition == lane.partition }) {
                lanes[known] = lane
                result.number = known
            } else {
                result.number = lanes.count
                lanes.append(lane)
            }
            opened.append(result)
        }
        if !settings.isDry { try sql(OffsetStatements.prune, [settings.id]) }
        return opened
    }

    /// Others of the id share it, which this one does not.
    private func leased(_ key: [String], _ lane: Lane) throws -> ToolError {
        let owner = try sql(OffsetStatements.read, key)
        let who = owner.count == 1 ? owner.text(0, 2) : nil
        return ToolError(
            "\(lane.place): the id '\(settings.id)' is in use by \(who ?? "another process"), which shares it; "
                + "--share takes part", .busy)
    }

    /// Lets others of the id have partitions.
    mutating func release(_ numbers: [Int]) throws {
        for number in numbers where lanes[number].isOurs {
            lanes[number].isOurs = false
            let lane = lanes[number]
            // If that cannot be said, the lease ends by itself.
            _ = try? sql(ShareStatements.release, [settings.id, lane.topic, "\(lane.partition)", "\(lane.epoch)"])
        }
    }

    /// Keeps others of the id away, who would otherwise find out with their next transaction only.
    private mutating func claim(_ key: [String], _ request: DatabaseWriter.Request) throws {
        if settings.lease != nil {
            try lockShared(key, request)
        } else if !settings.isPooled {
            try lock(key, request)
        }
    }

    /// The courtesy: who comes second is told, or waits.
    private mutating func lock(_ key: [String], _ request: DatabaseWriter.Request) throws {
        var wasTold = false
        let began = MonotonicTime.now
        while true {
            if try sql(OffsetStatements.lock, key).truth(0, 0) { return }
            let holder = try holder(key)
            // The server finds out in a moment that a process of this machine has died.
            let isGoing = holder.isDead && MonotonicTime.now - began < .seconds(10)
            guard settings.waitsForOthers || isGoing else {
                let advice = holder.isSharing ? ", which shares it; --share takes part" : "; --standby waits for it"
                throw inUse(request, by: holder.name + advice)
            }
            if !wasTold { settings.diagnostics.note("waits: the id '\(settings.id)' is in use by \(holder.name)") }
            wasTold = true
            try sleep(.milliseconds(250))
        }
    }

    /// Those who share hold leases, which do not outlive them for long; the lock keeps away who does not share.
    private func lockShared(_ key: [String], _ request: DatabaseWriter.Request) throws {
        let isFree = settings.isPooled ? false : try sql(OffsetStatements.sharedLock, key).firstRow == ["t"]
        if isFree { return }
        let holder = try holder(key)
        if holder.isSharing || (settings.isPooled && holder.isUnknown) { return }
        throw inUse(request, by: holder.name + ", which does not share it")
    }

    private func inUse(_ request: DatabaseWriter.Request, by who: String) -> ToolError {
        let place = "topic \(request.topic), partition \(request.partition)"
        return ToolError("\(place): the id '\(settings.id)' is in use by \(who)", .busy)
    }

    private struct Holder {
        var name = "another process"
        var isSharing = false
        var isUnknown = true
        /// It was a process of this machine, which has ended.
        var isDead = false
    }

    /// Who has the lock of a partition.
    private func holder(_ key: [String]) throws -> Holder {
        let row = try sql(OffsetStatements.holder, key).firstRow
        guard row.count == 4 else { return Holder() }
        let name = "\(row[2] ?? "a process") (backend \(row[0] ?? "?"), from \(row[1] ?? "?"))"
        return Holder(name: name, isSharing: row[3] == "t", isUnknown: false, isDead: isDead(row[2] ?? ""))
    }

    /// Whether an owner is a process of this machine that has ended.
    private func isDead(_ owner: String) -> Bool {
        let (parts, own) = (owner.split(separator: ":"), settings.owner.split(separator: ":"))
        guard parts.count == 3, parts[0] == own[0], let process = pid_t(parts[1]) else { return false }
        return kill(process, 0) == -1 && errno == ESRCH
    }
}
