import ToolSupport

/// The connection: made, and made again.
extension DatabaseSession {
    /// Connects if there is no connection. After a lost one it makes sure that the partitions are still this process's.
    mutating func connect() throws {
        if let alive = connection?.isAlive {
            if alive { return }
            connection = nil
        }
        let fresh = try Connection(settings.target, name: "fluvio-sink-pg \(settings.id)")
        // Behind a pooler the connection is another's after each transaction: there they are set within it.
        if !settings.isPooled { try fresh.execute(sessionSettings("SET ")) }
        if try fresh.execute("SELECT pg_is_in_recovery()").truth(0, 0) {
            throw DatabaseError(state: SQLState("25006"), message: "the server is a standby, and takes no rows")
        }
        if !settings.isPooled {
            for table in tables { if let make = table.makeStage { try fresh.execute(make) } }
        }
        if !lanes.isEmpty {
            reconnects += 1
            if !settings.isDry { try renew(fresh) }
        }
        connection = consume fresh
    }

    /// What values are read by.
    ///
    /// - Parameter set: `SET ` for the session, `SET LOCAL ` for a transaction.
    func sessionSettings(_ set: String) -> String {
        ["standard_conforming_strings=on", "datestyle='ISO'", "timezone='UTC'"].map { "\(set)\($0);" }.joined()
    }

    /// Raises the epochs of the partitions, which ends whatever the lost connection may still do, and reads where they
    /// are. Waits for a transaction of the lost connection.
    mutating func renew(_ connection: borrowing Connection) throws {
        for index in lanes.indices where lanes[index].isOurs {
            let lane = lanes[index]
            let key = [settings.id, lane.topic, "\(lane.partition)"]
            let found = try connection.execute(
                OffsetStatements.renew, key + ["\(lane.epoch)", settings.owner, settings.leaseSeconds])
            guard found.count == 1, let epoch = found.number(0, 0), let next = found.number(0, 1) else {
                // The answer to an earlier try may have been lost, and the epoch be ours all the same.
                let read = try connection.execute(OffsetStatements.read, key)
                guard read.count == 1, read.text(0, 2) == settings.owner, let epoch = read.number(0, 0) else {
                    throw fenced(read.count == 1 ? read.text(0, 2) : nil, lane)
                }
                lanes[index].epoch = epoch
                try renewAgain(connection, index, key)
                continue
            }
            lanes[index].epoch = epoch
            lanes[index].next = next
            if !settings.isPooled {
                let lock = settings.lease == nil ? OffsetStatements.lock : OffsetStatements.sharedLock
                _ = try connection.execute(lock, key)
            }
        }
    }

    mutating func renewAgain(_ connection: borrowing Connection, _ index: Int, _ key: [String]) throws {
        let found = try connection.execute(
            OffsetStatements.renew, key + ["\(lanes[index].epoch)", settings.owner, settings.leaseSeconds])
        guard found.count == 1, let epoch = found.number(0, 0), let next = found.number(0, 1) else {
            throw fenced(nil, lanes[index])
        }
        lanes[index].epoch = epoch
        lanes[index].next = next
    }

    func fenced(_ owner: String?, _ lane: Lane) -> any Error {
        let what = "\(lane.place) has been taken over by \(owner ?? "another process") under the id '\(settings.id)'"
        return settings.lease == nil ? ToolError(what, .busy) : LeaseLost(description: what)
    }
}

/// A partition that was shared is another's now, as after a long halt.
struct LeaseLost: Error, CustomStringConvertible {
    let description: String
}
