import Synchronization
import Unix

/// Since when which partitions have been in trouble: the retry limit counts from there, however often a try fails.
final class Troubles: Sendable {
    private struct Trouble {
        let since: MonotonicTime
        var isAnnounced: Bool
    }

    private let partitions = Mutex<[UInt32: Trouble]>([:])

    /// The beginning of the partition's trouble, which may be now.
    ///
    /// - Parameter announced: somebody is told of it; the end of it will then be told too.
    /// - Returns: since when, and whether it is to be told now.
    func begin(_ partition: UInt32, announced: Bool) -> (since: MonotonicTime, isNew: Bool) {
        partitions.withLock { partitions in
            let known = partitions[partition]
            let trouble = Trouble(
                since: known?.since ?? .now, isAnnounced: announced || known?.isAnnounced == true)
            partitions[partition] = trouble
            return (trouble.since, announced && known?.isAnnounced != true)
        }
    }

    /// The partition works again: whether that is to be told.
    func end(_ partition: UInt32) -> Bool {
        partitions.withLock { $0.removeValue(forKey: partition)?.isAnnounced == true }
    }
}
