import Glibc
import Unix

// What happens on the disk's thread.
extension Spu {
    /// Retention is looked after as often as by a real server.
    private static let retentionInterval: Duration = .seconds(10)

    func beginRounds() {
        // Weak: the disk's thread must not keep alive what keeps it.
        disk.run(every: Self.retentionInterval) { [weak disk, weak service, say] in
            for partition in service?.all ?? [] {
                if partition.log.enforceRetention(now: Self.now) { disk?.note(changed: partition) }
                do throws(SystemError) {
                    try partition.log.writeCheckpoint()
                } catch {
                    say("\(partition.key): \(error)")
                }
            }
        }
        guard case .interval(let interval) = durability else { return }
        disk.run(every: interval) { [weak service] in
            for partition in service?.all ?? [] where partition.log.isDirty { partition.synchronizeNow() }
        }
    }

    /// The clock of file times: nanoseconds since 1970.
    private static var now: Int64 {
        var time = timespec()
        _ = unsafe clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }

    /// Deletes what a crash has left of deleted partitions.
    func sweep() {
        let names = (try? Unix.names(in: directory)) ?? []
        for name in names where name.hasSuffix(Self.deletedSuffix) {
            let path = "\(directory)/\(name)"
            disk.run { [say] in Self.delete(path, say) }
        }
    }

    static func delete(_ directory: String, _ say: (String) -> Void) {
        do throws(SystemError) {
            for name in try Unix.names(in: directory) { try Unix.removeFile("\(directory)/\(name)") }
            try Unix.removeDirectory(directory)
        } catch {
            say("\(directory): files of a deleted partition are left: \(error)")
        }
    }
}
