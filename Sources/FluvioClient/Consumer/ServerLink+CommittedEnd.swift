import FluvioProtocol
import Unix

extension ServerLink {
    /// For how long a leader may say less than its replicas have.
    private static let patience = Duration.seconds(3)

    /// Where a partition ends for a reader of what is committed.
    ///
    /// A server that has just become the leader knows the high watermark of before, until its followers have told how far
    /// they are: whoever believed it would take records that were acknowledged for records that are not there. So the
    /// high watermark is asked for until it has reached what the log holds now, or the replicas have had 3 s for that.
    ///
    /// - Parameter highWatermark: what the leader has just told.
    func committedEnd(
        _ highWatermark: Int64, of replica: ReplicaKey, timeout: Duration
    ) async throws(FluvioError) -> Int64 {
        let logEnd: Int64?
        do throws(FluvioError) {
            logEnd = try await self.logEnd(from: highWatermark, of: replica, timeout: timeout)
        } catch {
            // A server that does not answer this as expected is believed: better the end of before than none.
            guard error.mayPass, error.code != .deadlineExceeded else { return highWatermark }
            throw error
        }
        guard let logEnd else { return highWatermark }
        let deadline = MonotonicTime.now + Self.patience
        var backoff = Backoff(initial: .milliseconds(5), maximum: .milliseconds(100))
        var random = SystemRandomNumberGenerator()
        var end = highWatermark
        while end < logEnd, MonotonicTime.now < deadline {
            do { try await Task.sleep(for: backoff.next(using: &random)) } catch { throw .cancelled }
            end = try await offsets(of: replica, timeout: timeout).end
        }
        return end
    }

    /// The offset behind the last record of a log that reaches to `offset`. No request asks for it: it lies between the
    /// furthest offset that the server knows and the nearest that it does not. nil: the server knows any.
    private func logEnd(
        from offset: Int64, of replica: ReplicaKey, timeout: Duration
    ) async throws(FluvioError) -> Int64? {
        var low = offset
        var step: Int64 = 1
        while try await reaches(low + step, of: replica, timeout: timeout) {
            low += step
            step *= 2
            if step > 1 << 40 { return nil }
        }
        var high = low + step
        while high - low > 1 {
            let middle = low + (high - low) / 2
            if try await reaches(middle, of: replica, timeout: timeout) { low = middle } else { high = middle }
        }
        return low
    }
}
