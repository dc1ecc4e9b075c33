import FluvioClient
import ToolSupport

extension Checkpoint {
    /// Compares what is known of the topics with what they are, tells where one is another of the same name, and forgets
    /// what it was.
    func compared(
        _ client: Fluvio, _ options: SourceOptions, partitions: UInt32, _ diagnostics: Diagnostics
    ) async -> Checkpoint {
        var checkpoint = self
        let past = TopicPast(files, isDead: false)
        if past.partitions > partitions {
            let change = TopicChange.fewerPartitions(had: past.partitions, has: partitions)
            diagnostics.error(change.text(options.topic))
            // Partitions in which something was under way are not there to be asked.
            checkpoint.forgetTopic(isDead: false, forgetsDoubts: true)
        } else if let change = await Self.change(of: options.topic, past, client, diagnostics) {
            diagnostics.error(change.text(options.topic))
            checkpoint.forgetTopic(isDead: false, forgetsDoubts: false)
        }
        guard let dead = options.deadLetters,
            let change = await Self.change(of: dead, TopicPast(files, isDead: true), client, diagnostics)
        else { return checkpoint }
        diagnostics.error(change.text(dead, isDead: true))
        checkpoint.forgetTopic(isDead: true, forgetsDoubts: false)
        return checkpoint
    }

    private static func change(
        of topic: String, _ past: TopicPast, _ client: Fluvio, _ diagnostics: Diagnostics
    ) async -> TopicChange? {
        do throws(FluvioError) {
            return try await past.change(of: topic, client)
        } catch {
            diagnostics.error("whether topic \(topic) is the one that it was cannot be found out: \(error.message)")
            return nil
        }
    }
}
