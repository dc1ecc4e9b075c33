import FluvioClient
import Glibc
import Synchronization
import ToolSupport
import Unix

/// Finds the topics and partitions that are to be read: those there are, and those that come while others are read.
final class TopicFeed: Sendable {
    /// What has happened since the last look.
    struct News: Sendable {
        var opened: [Consumer] = []
        /// Topics that are not there any more, among those that a regular expression has found.
        var gone: Set<String> = []
        var failure: FluvioError?
    }

    private struct State {
        /// Topics and partitions that are read, or are being opened.
        var known: [String: UInt32] = [:]
        var news = News()
        var watch: TopicWatch?
    }

    private let options: ConsumeOptions
    private let client: Fluvio
    private let settings: ConsumerSettings
    private let tell: @Sendable (String, ConsumerEvent) -> Void
    private let patterns: Patterns
    private let state = Mutex(State())
    private let event: FileDescriptor

    init(
        _ options: ConsumeOptions, _ client: Fluvio, _ settings: ConsumerSettings,
        tell: @escaping @Sendable (String, ConsumerEvent) -> Void
    ) throws {
        self.options = options
        self.client = client
        self.settings = settings
        self.tell = tell
        patterns = try Patterns(options)
        event = try Unix.eventDescriptor()
    }

    /// Readable when there is news: for poll(2).
    var descriptor: CInt { event.raw }

    /// More topics than those that were named may come.
    var isOpen: Bool { !options.stopsAtEnd && !patterns.isEmpty }

    /// The topics that there are now, in their order.
    func topics() async throws(FluvioError) -> [String] {
        let there = patterns.isEmpty ? [:] : try await client.readableTopics()
        var names: [String] = []
        for name in options.topics where !options.isPattern(name) && !names.contains(name) { names.append(name) }
        for name in there.keys.sorted() where patterns.match(name) && !names.contains(name) { names.append(name) }
        return names
    }

    /// Opens one of them.
    func open(_ topic: String, _ plan: ReadingPlan, _ partitions: [UInt32]) async throws(FluvioError) -> Consumer {
        var settings = settings
        settings.partitions = partitions
        settings.starts = plan.starts
        settings.stops = plan.stops
        settings.stopsAtEnd = plan.stopsAtEnd
        return try await open(topic, settings)
    }

    private func open(_ topic: String, _ settings: ConsumerSettings) async throws(FluvioError) -> Consumer {
        try await client.consumer(of: topic, settings: settings) { [tell] in tell(topic, $0) }
    }

    /// From here on opens what comes beside these topics and their partitions.
    ///
    /// - Parameter stored: where partitions go on that were read before.
    func watch(_ known: [String: UInt32], stored: [String: [UInt32: Int64]]) {
        state.withLock { $0.known = known }
        let watch = client.watchTopics { [weak self] topics in self?.changed(topics, stored) }
        state.withLock { $0.watch = watch }
    }

    private func changed(_ topics: [String: UInt32], _ stored: [String: [UInt32: Int64]]) {
        var wanted: [(topic: String, partitions: [UInt32])] = []
        state.withLock { state in
            for (topic, count) in topics {
                let isNamed = state.known[topic] != nil
                guard isNamed || patterns.match(topic) else { continue }
                let before = state.known[topic] ?? 0
                guard count > before else { continue }
                let chosen = (before..<count).filter { options.partitions.isEmpty || options.partitions.contains($0) }
                state.known[topic] = count
                if !chosen.isEmpty { wanted.append((topic, chosen)) }
            }
            for topic in state.known.keys where topics[topic] == nil && !options.topics.contains(topic) {
                state.known[topic] = nil
                state.news.gone.insert(topic)
            }
        }
        ring()
        for (topic, partitions) in wanted.sorted(by: { $0.topic < $1.topic }) {
            var settings = settings
            settings.partitions = partitions
            settings.starts = (stored[topic] ?? [:]).mapValues { .offset($0) }
            let chosen = settings
            Task { [self] in
                do throws(FluvioError) {
                    let consumer = try await open(topic, chosen)
                    state.withLock { $0.news.opened.append(consumer) }
                } catch {
                    // One that went as it came is no failure.
                    guard error.code != .topicNotFound, error.code != .closed else { return }
                    state.withLock { $0.news.failure = error }
                }
                ring()
            }
        }
    }

    private func ring() { Unix.ring(event.raw) }

    /// What has happened since the last call.
    func take() -> News {
        Unix.quiet(event.raw)
        return state.withLock { state in
            defer { state.news = News() }
            return state.news
        }
    }

    /// Looks for no more.
    func close() { state.withLock { $0.watch = nil } }
}

/// The regular expressions among the operands.
private final class Patterns: Sendable {
    /// Each behind a lock of its own, as matching needs memory.
    private final class Box: Sendable {
        private let pattern: Mutex<Pattern>
        init(_ text: String) throws(ValueError) { pattern = Mutex(try Pattern(text)) }
        func match(_ name: String) -> Bool { pattern.withLock { $0.isFound(in: name) } }
    }

    private let boxes: [Box]

    init(_ options: ConsumeOptions) throws {
        do throws(ValueError) {
            boxes = try options.topics.filter(options.isPattern).map { text throws(ValueError) in try Box(text) }
        } catch {
            throw UsageError("TOPIC: \(error)")
        }
    }

    var isEmpty: Bool { boxes.isEmpty }

    func match(_ name: String) -> Bool { boxes.contains { $0.match(name) } }
}

extension ConsumeOptions {
    /// Whether an operand is a regular expression. No topic's name begins with `^`, so that, as in kcat, says it too.
    func isPattern(_ operand: String) -> Bool { isRegularExpression || operand.hasPrefix("^") }
}
