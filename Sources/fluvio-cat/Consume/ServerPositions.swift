import FluvioClient
import Synchronization
import ToolSupport

/// Stores positions on the servers, one request after the other, while records go on being written.
final class ServerPositions: Sendable {
    /// What is to be stored.
    typealias Positions = [(consumer: Consumer, positions: [UInt32: Int64])]

    private struct State {
        /// Stored last by this process.
        var stored: [String: [UInt32: Int64]] = [:]
        var task: Task<Void, Never>?
        var isBusy = false
        var failure: FluvioError?
        var hasWarned = false
    }

    private let id: String
    private let client: Fluvio
    private let diagnostics: Diagnostics
    private let state = Mutex(State())

    init(_ id: String, _ client: Fluvio, _ diagnostics: Diagnostics) {
        self.id = id
        self.client = client
        self.diagnostics = diagnostics
    }

    /// Where the consumer goes on, by topic and partition.
    func load() async throws(FluvioError) -> [String: [UInt32: Int64]] {
        let positions = try await client.positions(of: id)
        state.withLock { $0.stored = positions }
        return positions
    }

    /// Nothing is being stored at the moment.
    var isIdle: Bool { state.withLock { !$0.isBusy } }

    /// Begins to store. Only while ``isIdle``.
    ///
    /// - Throws: what kept it from storing the last time.
    func begin(_ positions: Positions) throws(FluvioError) {
        if let failure = state.withLock({ $0.failure }) { throw failure }
        state.withLock { state in
            state.isBusy = true
            state.task = Task { [self] in
                do throws(FluvioError) {
                    try await store(positions)
                } catch {
                    self.state.withLock { $0.failure = error }
                }
                self.state.withLock { $0.isBusy = false }
            }
        }
    }

    /// Waits for what is being stored, then stores the last.
    func finish(_ positions: Positions) async throws(FluvioError) {
        if let task = state.withLock({ $0.task }) { await task.value }
        if let failure = state.withLock({ $0.failure }) { throw failure }
        try await store(positions)
    }

    private func store(_ positions: Positions) async throws(FluvioError) {
        guard !positions.isEmpty else { return }
        try await lookForOthers(positions)
        for (consumer, positions) in positions {
            try await consumer.commit(positions)
            state.withLock { $0.stored[consumer.topic, default: [:]].merge(positions) { $1 } }
        }
    }

    /// Says so, once, if somebody else has stored positions of the same partitions under the same id.
    private func lookForOthers(_ positions: Positions) async throws(FluvioError) {
        let known = state.withLock { $0.hasWarned ? nil : $0.stored }
        guard let known else { return }
        let there = try await client.positions(of: id)
        for (consumer, partitions) in positions {
            let topic = consumer.topic
            for partition in partitions.keys where there[topic]?[partition] != known[topic]?[partition] {
                // Deleted with its topic, or from outside: nobody reads along.
                guard let other = there[topic]?[partition] else { continue }
                diagnostics.error(
                    "another process uses consumer '\(id)': it stored offset \(other) for topic \(topic), partition "
                        + "\(partition); each gets all records, and the last to store decides where the next goes on")
                return state.withLock { $0.hasWarned = true }
            }
        }
    }
}
