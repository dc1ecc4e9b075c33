import FluvioTransport

/// What becomes of pushes that are doubled or swapped.
struct PushFaults: Sendable {
    /// The last push to a connection, which waits for the next, by the connection's number.
    private var held: [UInt64: WatcherList.Push] = [:]

    /// What is sent in place of `pushes`.
    mutating func apply(to pushes: [WatcherList.Push], doubled: Bool, swapped: Bool) -> [WatcherList.Push] {
        var pushes = pushes
        if doubled { pushes = pushes.flatMap { [$0, $0] } }
        guard swapped else {
            defer { held = [:] }
            return Array(held.values) + pushes
        }
        var sent: [WatcherList.Push] = []
        for push in pushes {
            if let early = held.removeValue(forKey: push.connection.id) {
                sent += [push, early]
            } else {
                held[push.connection.id] = push
            }
        }
        return sent
    }

    /// A connection is gone.
    mutating func forget(_ connection: UInt64) { held[connection] = nil }
}
