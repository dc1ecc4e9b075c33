/// A client of one cluster. A process may have several.
///
/// It holds a connection to the cluster's SC, watches its topics, partitions and SPUs, and connects to SPUs as they are
/// needed. Producers and consumers that it made go on without it; the connections end with the last of them.
public final class Fluvio: Sendable {
    /// How it behaves.
    public let settings: ClientSettings

    init(settings: ClientSettings) {
        self.settings = settings
    }

    /// Connects to a cluster.
    ///
    /// - Throws: a configuration error of the profile; ``FluvioError/Code/unreachable`` when
    ///   ``ClientSettings/retryFor`` is over; ``FluvioError/Code/incompatible``; ``FluvioError/Code/cancelled``.
    public static func connect(
        to target: Target = .currentProfile, settings: ClientSettings = ClientSettings()
    ) async throws(FluvioError) -> Fluvio {
        throw FluvioError(.unreachable, "there is no connection yet")
    }

    /// Makes a producer of a topic.
    ///
    /// - Throws: ``FluvioError/Code/topicNotFound``; ``FluvioError/Code/compressionRefused`` if the topic demands
    ///   another codec; ``FluvioError/Code/partitionNotFound``; ``FluvioError/Code/deadlineExceeded``.
    public func producer(
        topic: String, configuration: Producer.Configuration = Producer.Configuration()
    ) async throws(FluvioError) -> Producer {
        Producer(topic: topic, configuration: configuration)
    }

    /// Makes a consumer of a topic. Its start and end positions are resolved before this returns.
    ///
    /// - Throws: ``FluvioError/Code/topicNotFound``; ``FluvioError/Code/partitionNotFound``;
    ///   ``FluvioError/Code/offsetOutOfRange``; ``FluvioError/Code/deadlineExceeded``.
    public func consumer(
        topic: String, configuration: Consumer.Configuration = Consumer.Configuration()
    ) async throws(FluvioError) -> Consumer {
        Consumer(topic: topic, configuration: configuration)
    }

    /// Ends all connections, also those of its producers and consumers.
    public func close() {}
}
