import FluvioClient
import ToolSupport

extension Checkpoint {
    /// Compares what is known of the topics with what they are, tells where one is another of the same name, and forgets
    /// what it was.
    func compared(
        _ client: Fluvio, _ options: SourceOptions, partitions: UInt32, _ diagnostics: Diagnostics
    ) async -> Checkpoint {
        var checkpoint = self
        for (topic, isDead) in options.topics {
            do throws(FluvioError) {
                let count = isDead ? nil : partitions
                guard let change = try await change(of: topic, isDead: isDead, partitions: count, client) else {
                    continue
                }
                diagnostics.error(change.text(topic, isDead: isDead))
                var forgetsDoubts = false
                // Partitions in which something was under way are not there to be asked.
                if case .fewerPartitions = change { forgetsDoubts = true }
                checkpoint.forgetTopic(isDead: isDead, forgetsDoubts: forgetsDoubts)
            } catch {
                diagnostics.error("whether topic \(topic) is the one that it was cannot be found out: \(error.message)")
            }
        }
        return checkpoint
    }

    /// What shows that a topic is not the one that was sent to; nil: nothing does.
    ///
    /// - Parameters:
    ///   - isDead: the topic is that for what is refused.
    ///   - partitions: of the topic now, where they matter.
    func change(
        of topic: String, isDead: Bool, partitions: UInt32?, _ client: Fluvio
    ) async throws(FluvioError) -> TopicChange? {
        let past = TopicPast(files, isDead: isDead)
        if let partitions, past.partitions > partitions {
            return .fewerPartitions(had: past.partitions, has: partitions)
        }
        return try await past.change(of: topic, client)
    }
}

extension SourceOptions {
    /// The topics that are sent to, and whether it is that for what is refused.
    var topics: [(name: String, isDead: Bool)] { [(topic, false)] + (deadLetters.map { [($0, true)] } ?? []) }
}
