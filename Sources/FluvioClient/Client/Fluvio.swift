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

    /// Ends all connections, also those of its producers and consumers.
    public func close() {}
}
