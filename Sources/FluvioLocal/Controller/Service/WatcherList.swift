import FluvioProtocol
import FluvioTransport

/// All streams of changes, by the kind they are about.
struct WatcherList: Sendable {
    private var watchers: [ObjectKind: [Watcher]] = [:]

    private var counts: [UInt64: Int] = [:]

    /// Of one connection. An official client has six.
    private static let maximum = 1_000

    /// A frame with where it goes.
    struct Push: Sendable {
        let connection: ServedConnection
        let frame: [UInt8]
    }

    /// False: the connection has too many already.
    mutating func add(_ watcher: Watcher) -> Bool {
        guard counts[watcher.connection.id, default: 0] < Self.maximum else { return false }
        counts[watcher.connection.id, default: 0] += 1
        watchers[watcher.kind, default: []].append(watcher)
        return true
    }

    mutating func remove(connection: UInt64) {
        counts[connection] = nil
        for kind in watchers.keys { watchers[kind]?.removeAll { $0.connection.id == connection } }
    }

    /// What brings every watcher that can take it up to date.
    /// - Parameter failed: takes connections to which an update cannot be written.
    mutating func pushes(_ registry: inout Registry, failed: (ServedConnection) -> Void) -> [Push] {
        var pushes: [Push] = []
        // Most watchers differ in nothing but their correlation ids.
        var frames: [Watcher.Sort: [UInt8]] = [:]
        for kind in Registry.pushOrder {
            guard let epoch = registry.epoch(kind) else { continue }
            var list = watchers[kind] ?? []
            for index in list.indices where list[index].seen < epoch && list[index].isReady {
                let watcher = list[index]
                do throws(WireError) {
                    var frame: [UInt8]
                    if let made = frames[watcher.sort] {
                        frame = made
                    } else {
                        frame = try registry.frame(for: watcher, first: false)
                        frames[watcher.sort] = frame
                    }
                    Self.patch(&frame, correlationID: watcher.correlationID)
                    pushes.append(Push(connection: watcher.connection, frame: frame))
                } catch {
                    failed(watcher.connection)
                }
                list[index].seen = epoch
            }
            watchers[kind] = list
            registry.forgetDeletions(kind, through: list.map(\.seen).min() ?? epoch)
        }
        return pushes
    }

    private static func patch(_ frame: inout [UInt8], correlationID: Int32) {
        let bits = UInt32(bitPattern: correlationID)
        for index in 0..<4 {
            frame[Frame.lengthSize + index] = UInt8(truncatingIfNeeded: bits >> (24 - 8 * UInt32(index)))
        }
    }
}
