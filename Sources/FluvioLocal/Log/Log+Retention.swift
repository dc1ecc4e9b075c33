import Synchronization
import Unix

extension Log {
    /// Deletes closed segments that the configuration does not keep: first the oldest while the log is too long, then
    /// those that were not written to for too long. Readers that are at one of them finish what they have.
    /// - Parameter now: nanoseconds since 1970, the clock of file times.
    /// - Returns: whether anything went.
    @discardableResult
    package func enforceRetention(now: Int64) -> Bool {
        let (configuration, closed, size) = state.withLock { state in
            (state.configuration, state.closed, Int(state.diskSize))
        }
        var gone = 0
        if size > configuration.maximumBytes {
            let excess = size - configuration.maximumBytes
            gone = min((excess - 1) / max(1, configuration.segmentBytes) + 1, closed.count)
        }
        if let retention = configuration.retention {
            let (seconds, attoseconds) = retention.components
            let oldest =
                now - seconds.multipliedReportingOverflow(by: 1_000_000_000).partialValue
                - attoseconds / 1_000_000_000
            while gone < closed.count, isOlder(closed[gone], than: oldest) { gone += 1 }
        }
        guard gone > 0 else { return false }
        var removed = false
        for segment in closed[..<gone] {
            guard delete(segment) else { break }
            removed = true
        }
        return removed
    }

    private func isOlder(_ segment: ClosedSegment, than time: Int64) -> Bool {
        do throws(SystemError) {
            guard let status = try Unix.status(of: path(.log(base: segment.base))) else { return true }
            return status.modified < time
        } catch {
            say("\(name): \(error)")
            return false
        }
    }

    /// Takes the oldest segment from the log, then from the disk: the index first, since a log without index is
    /// something that ``Log/init(directory:name:configuration:say:)`` mends without a question.
    private func delete(_ segment: ClosedSegment) -> Bool {
        let isOldest = state.withLock { state in
            guard state.closed.first?.base == segment.base else { return false }
            state.closed.removeFirst()
            state.open.removeAll { $0.base == segment.base }
            return true
        }
        guard isOldest else { return false }
        do throws(SystemError) {
            try Unix.removeFile(path(.index(base: segment.base)))
            try Unix.removeFile(path(.log(base: segment.base)))
        } catch {
            // It comes back at the next start, and goes with the retention after that.
            say("\(name): old segment not deleted: \(error)")
        }
        return true
    }
}
