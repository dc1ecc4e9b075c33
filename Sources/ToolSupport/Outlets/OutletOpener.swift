package import FluvioClient
import Synchronization
package import Unix

/// Makes the ways to topics, and hears what their producers tell.
package final class OutletOpener: Sendable {
    private let client: Mutex<Fluvio?>
    private let settings: ProducerSettings
    /// Partitions of topics to make; nil: none are made.
    private let create: UInt32?
    private let acks: AcknowledgementLines?
    private let hasLines: Bool
    private let diagnostics: Diagnostics
    private let attention: Attention
    /// Whether messages name the topic.
    private let namesTopics: Bool
    private let links = Mutex<[OutletLink]>([])

    /// - Parameters:
    ///   - hasLines: whether the tags of records are lines of the input.
    package init(
        _ client: Fluvio?, _ settings: ProducerSettings, create: UInt32?, acks: AcknowledgementLines?,
        hasLines: Bool = true, namesTopics: Bool, attention: Attention, diagnostics: Diagnostics
    ) {
        self.client = Mutex(client)
        self.settings = settings
        self.create = create
        self.acks = acks
        self.hasLines = hasLines
        self.namesTopics = namesTopics
        self.attention = attention
        self.diagnostics = diagnostics
    }

    /// All ways that were made.
    package var all: [OutletLink] { links.withLock { $0 } }

    /// What is known of the records of all topics.
    package var counts: ProducerCounts {
        var sum = ProducerCounts.none
        for link in all { if let counts = link.producer?.counts { sum.add(counts) } }
        return sum
    }

    /// Makes the way to a topic.
    package func open(_ topic: String, partition: UInt32? = nil) async throws(FluvioError) -> OutletLink {
        let link = OutletLink(topic, partition: partition, .connecting, attention: attention)
        try await connect(link)
        return link
    }

    /// Makes ways that connect when they can: `connecting` gives the client, and what keeps it from a topic fails the way.
    package func openLater(
        _ targets: [(topic: String, partition: UInt32?)], connecting: @escaping @Sendable () async throws -> Fluvio
    ) -> [OutletLink] {
        let links = targets.map { OutletLink($0.topic, partition: $0.partition, .connecting, attention: attention) }
        Task { [self] in
            do {
                let made = try await connecting()
                client.withLock { $0 = made }
            } catch {
                let error = (error as? FluvioError) ?? FluvioError(.unreachable, "\(ToolError(reporting: error))")
                for link in links { link.set(.failed(error)) }
                return
            }
            for link in links {
                do throws(FluvioError) {
                    try await connect(link)
                } catch {
                    link.set(.failed(error))
                }
            }
        }
        return links
    }

    private func connect(_ link: OutletLink) async throws(FluvioError) {
        guard let client = client.withLock({ $0 }) else { throw FluvioError(.closed, "there is no connection") }
        let topic = link.topic
        if let create { try await make(topic, create, client) }
        let producer = try await client.producer(
            for: topic, settings: settings,
            onAcknowledgement: { [acks, hasLines] entries in
                link.acknowledged(entries)
                acks?.add(entries, topic: topic, hasLines: hasLines)
            }
        ) { [self] event in tell(event, topic) }
        if let partition = link.partition, partition >= producer.partitions {
            producer.close()
            throw .noPartition(partition, of: topic, with: producer.partitions)
        }
        link.set(.ready(producer))
        links.withLock { $0.append(link) }
    }

    /// The same for a thread that may block; nil: `wake` was readable first.
    package func openBlocking(_ topic: String, wake: CInt) -> Result<OutletLink, ToolError>? {
        guard let bell = try? Attention() else { return .failure(ToolError("cannot wait for topic '\(topic)'")) }
        let box = AnswerBox()
        Task { [self] in
            do throws(FluvioError) {
                let link = try await open(topic)
                box.answer.withLock { $0 = .success(link) }
            } catch {
                let failure = ToolError(reporting: error)
                box.answer.withLock { $0 = .failure(failure) }
            }
            bell.ring()
        }
        let events = try? Unix.poll(bell.raw, 1, wake, 1, timeoutMilliseconds: -1)
        guard events?.first != 0 else { return nil }
        switch box.answer.withLock({ $0 }) {
        case .success(let link?): return .success(link)
        case .failure(let error): return .failure(error)
        case .success(nil): return nil
        }
    }

    private final class AnswerBox: Sendable {
        let answer = Mutex<Result<OutletLink?, ToolError>>(.success(nil))
    }

    /// Ends all producers, and the client.
    package func close() {
        for link in all { link.producer?.close() }
        client.withLock { $0 }?.close()
    }

    private func make(_ topic: String, _ partitions: UInt32, _ client: Fluvio) async throws(FluvioError) {
        do throws(FluvioError) {
            try await client.admin.createTopic(topic, TopicSpec(partitions: partitions))
            diagnostics.note("topic '\(topic)' created")
        } catch {
            guard error.code == .objectExists else { throw error }
        }
    }

    private func tell(_ event: ProducerEvent, _ topic: String) {
        let place = namesTopics ? "\(topic): " : ""
        diagnostics.tell(event, of: place)
    }

    /// Waits, with isolation `read_uncommitted`, until all replicas have what their leaders acknowledged, for
    /// ``ProducerSettings/replicaWait``. Returns at once where there is nothing to wait for.
    package func awaitReplicas() async {
        for link in all { try? await link.producer?.finish() }
    }
}
