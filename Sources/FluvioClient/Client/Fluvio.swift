import FluvioProtocol
import FluvioTransport

/// A client of one cluster. A process may have several.
///
/// It holds a connection to the cluster's SC, watches its topics, partitions and SPUs, and connects to SPUs as they are
/// needed. Producers and consumers that it made go on without it; the connections end with the last of them, or with
/// ``close()``.
public final class Fluvio: Sendable {
    /// What all parts of the client share.
    let cluster: Cluster

    /// Where the cluster is and how it is talked to.
    public var profile: ClusterProfile { cluster.profile }

    private init(cluster: Cluster) { self.cluster = cluster }

    /// Connects to a cluster.
    ///
    /// - Parameters:
    ///   - target: a profile or an address.
    ///   - settings: how the client behaves towards the cluster.
    ///   - onEvent: told of connections that are tried again, lost and found again, on any thread; it must not block.
    /// - Throws: what is wrong with the profile; ``FluvioError/Code/tlsFailed``; ``FluvioError/Code/unreachable`` when
    ///   ``ClientSettings/retry`` is over; ``FluvioError/Code/incompatible``; ``FluvioError/Code/cancelled``.
    public static func connect(
        to target: Target = .currentProfile, settings: ClientSettings = ClientSettings(),
        onEvent: (@Sendable (ClientEvent) -> Void)? = nil
    ) async throws(FluvioError) -> Fluvio {
        let profile = try ClusterProfile(target)
        let security = try ClusterSecurity(profile)
        if security.isUnverified { onEvent?(.unverified(server: "\(profile.address)")) }
        let start = ContinuousClock.now
        var schedule = RetrySchedule(limit: settings.retry)
        var random = SystemRandomNumberGenerator()
        var isFirst = true
        while true {
            do throws(FluvioError) {
                let cluster = try await Cluster.open(
                    profile, security: security, settings: settings, onEvent: onEvent)
                if !isFirst { onEvent?(.recovered(server: profile.address.description)) }
                return Fluvio(cluster: cluster)
            } catch {
                let failure = error.explained(connectingTo: profile)
                guard error.isRetriable,
                    let delay = schedule.delay(afterFailureAt: start.duration(to: .now), using: &random)
                else { throw failure }
                // Who waits for half a minute is told why, once.
                if isFirst { onEvent?(.lost(failure)) }
                isFirst = false
                guard (try? await Task.sleep(for: delay)) != nil else { throw .cancelled }
            }
        }
    }

    /// Makes a producer of a topic, and finds the leaders of its partitions.
    ///
    /// - Parameters:
    ///   - topic: exactly this one.
    ///   - settings: how it batches, sends and waits.
    ///   - onAcknowledgement: told of records that are stored, on any thread; it must not block.
    ///   - onEvent: told of servers lost and found again, on any thread; it must not block.
    /// - Throws: ``FluvioError/Code/topicNotFound``; ``FluvioError/Code/compressionRefused``; what keeps it from the
    ///   leaders.
    public func producer(
        for topic: String, settings: ProducerSettings = ProducerSettings(),
        onAcknowledgement: (@Sendable ([Acknowledgement]) -> Void)? = nil,
        onEvent: (@Sendable (ProducerEvent) -> Void)? = nil
    ) async throws(FluvioError) -> Producer {
        let producer = try Producer(
            topic: TopicLayout(try await cluster.topic(named: topic)), cluster: cluster, settings: settings,
            onAcknowledgement: onAcknowledgement, onEvent: onEvent)
        do throws(FluvioError) {
            try await producer.open()
        } catch {
            producer.close()
            throw error
        }
        return producer
    }

    /// Makes a consumer of a topic, and resolves where it begins and ends.
    ///
    /// - Parameters:
    ///   - topic: exactly this one.
    ///   - settings: what is read, and how.
    ///   - onEvent: told of servers lost and found again and of gaps, on any thread; it must not block.
    /// - Throws: ``FluvioError/Code/topicNotFound``; ``FluvioError/Code/partitionNotFound``;
    ///   ``FluvioError/Code/offsetOutOfRange``; what keeps it from the leaders.
    public func consumer(
        of topic: String, settings: ConsumerSettings = ConsumerSettings(),
        onEvent: (@Sendable (ConsumerEvent) -> Void)? = nil
    ) async throws(FluvioError) -> Consumer {
        let layout = TopicLayout(try await cluster.topic(named: topic))
        return try await Consumer.open(layout, cluster: cluster, settings: settings, onEvent: onEvent)
    }

    /// The public address of the cluster's SC, as `HOST:PORT`, or the URL of the WebSocket to it, without its query.
    public var address: String { "\(cluster.profile.address)" }

    /// Ends all connections, also those of its producers and consumers.
    public func close() { cluster.close() }
}

extension ClusterProfile {
    /// The cluster that a target names.
    init(_ target: Target) throws(FluvioError) {
        switch target {
        case .currentProfile: self = try Profiles.load().profile()
        case .profile(let name): self = try Profiles.load().profile(name)
        case .address(let text, let tls):
            self.init(address: try ServerAddress(wanted: text), tls: tls.map { .verified($0) } ?? .disabled)
        }
    }

    /// As messages name it.
    var name: String { profile.map { "profile '\($0)'" } ?? "\(address)" }
}

extension ServerAddress {
    /// Reads what was given as an argument.
    init(wanted text: String) throws(FluvioError) {
        do throws(Endpoint.ParseError) {
            try self.init(parsing: text)
        } catch {
            throw FluvioError(.invalidArgument, error.description, underlying: error)
        }
    }
}

extension FluvioError {
    /// Says whose address it was, and what helps if nobody listens there.
    func explained(connectingTo profile: ClusterProfile) -> FluvioError {
        guard code == .unreachable else { return self }
        let whose = profile.profile.map { "profile '\($0)': " } ?? ""
        let local = ["localhost", "127.0.0.1", "::1"].contains(profile.endpoint.host)
        let start = local ? "'fluvio-admin cluster start' starts a cluster on this machine" : nil
        return FluvioError(code, whose + message, at: place, advice: advice ?? start, underlying: underlying)
    }
}

extension TopicLayout {
    init(_ topic: Metadata<TopicSpec>) {
        self.init(
            name: topic.name, partitions: UInt32(clamping: topic.spec.replicas.partitionCount),
            compression: Compression(topic.spec.compression), isReplicated: topic.spec.replicas.isReplicated,
            isDeduplicated: topic.spec.deduplication != nil)
    }
}

extension ReplicaSpec {
    /// Partitions are held by several SPUs.
    fileprivate var isReplicated: Bool {
        switch self {
        case .assigned(let maps): maps.contains { $0.replicas.count > 1 }
        case .computed(let parameters): parameters.replicationFactor > 1
        case .mirror: true
        }
    }
}

extension Compression {
    /// The codec that a topic demands; nil: any.
    init?(_ algorithm: CompressionAlgorithm) {
        switch algorithm {
        case .any: return nil
        case .uncompressed: self = .none
        case .gzip: self = .gzip
        case .snappy: self = .snappy
        case .lz4: self = .lz4
        case .zstd: self = .zstd
        }
    }
}
