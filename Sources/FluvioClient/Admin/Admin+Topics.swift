import FluvioProtocol

extension Admin {
    /// A topic of exactly this name.
    ///
    /// - Throws: ``FluvioError/Code/topicNotFound``.
    public func topic(_ name: String) async throws(FluvioError) -> Metadata<TopicSpec> {
        if let topic = try await list(.topic, named: [name]).first { return topic }
        throw cluster.topology.current.noTopic(name)
    }

    /// Creates a topic and waits until its partitions have leaders, so that it can be used at once.
    ///
    /// - Parameters:
    ///   - name: up to 63 of the letters a-z, digits and `-`; anything else the SC refuses.
    ///   - spec: one partition with one replica if left out.
    ///   - limit: for all of it; zero: does not wait.
    /// - Throws: ``FluvioError/Code/objectExists``; ``FluvioError/Code/objectInvalid``;
    ///   ``FluvioError/Code/invalidArgument``; ``FluvioError/Code/notProvisioned`` if it exists then, but is not ready.
    public func createTopic(
        _ name: String, _ spec: TopicSpec = TopicSpec(partitions: 1), waitingAtMost limit: Duration = .seconds(60)
    ) async throws(FluvioError) {
        try checkName(name)
        guard limit > .zero else {
            _ = try await create(name, spec)
            return
        }
        let deadline = ContinuousClock.now + limit
        do throws(FluvioError) {
            _ = try await create(name, spec, timeout: limit)
        } catch {
            // A real SC answers only when all partitions are online, for which it may wait longer than we do.
            guard error.code == .deadlineExceeded, cluster.topology.current.topics[name] != nil else { throw error }
            throw cluster.topology.current.notReady(name, underlying: error)
        }
        try await waitUntilProvisioned(name, within: max(deadline - .now, .zero))
    }

    /// Checks whether a topic could be created.
    ///
    /// - Throws: as ``createTopic(_:_:waitingAtMost:)``.
    public func validateTopic(_ name: String, _ spec: TopicSpec) async throws(FluvioError) {
        try checkName(name)
        _ = try await create(name, spec, dryRun: true)
    }

    /// Waits until all partitions of a topic have leaders.
    ///
    /// - Throws: ``FluvioError/Code/notProvisioned``, with the SC's reason.
    public func waitUntilProvisioned(_ name: String, within limit: Duration) async throws(FluvioError) {
        try await cluster.topology.value(
            within: limit, orElse: { $0.notReady(name, underlying: nil) },
            { topology throws(FluvioError) in topology.isProvisioned(name) ? () : nil })
    }

    /// Deletes a topic with all its records, and waits until the SC has said so to everybody.
    ///
    /// - Parameters:
    ///   - name: exactly this one.
    ///   - force: system topics, too.
    /// - Throws: ``FluvioError/Code/topicNotFound``; ``FluvioError/Code/objectInvalid`` for a system topic.
    public func deleteTopic(_ name: String, force: Bool = false) async throws(FluvioError) {
        try await delete(.topic, name, force: force)
        try await cluster.topology.value(
            within: cluster.settings.requestTimeout,
            orElse: { _ in
                FluvioError(
                    .deadlineExceeded, "the SC has accepted the deletion, and still shows the topic",
                    at: .init(topic: name))
            },
            { topology throws(FluvioError) in topology.isGone(name) ? () : nil })
    }

    /// Adds partitions to a topic and waits until they have leaders. Records with keys go to other partitions from
    /// then on.
    ///
    /// - Parameters:
    ///   - count: so many more, from 1.
    ///   - name: the topic.
    ///   - limit: for all of it.
    /// - Throws: ``FluvioError/Code/topicNotFound``; ``FluvioError/Code/objectInvalid`` for topics whose SPUs were
    ///   assigned, mirrors and system topics; ``FluvioError/Code/notProvisioned``.
    public func addPartitions(
        _ count: Int, to name: String, waitingAtMost limit: Duration = .seconds(60)
    ) async throws(FluvioError) {
        guard let added = UInt32(exactly: count), added > 0 else {
            throw FluvioError(.invalidArgument, "the number of partitions to add must be above 0, not \(count)")
        }
        let deadline = ContinuousClock.now + limit
        let before = try await topic(name).spec.replicas.partitionCount
        try await update(name, .addPartition(count: added))
        try await cluster.topology.value(
            within: max(deadline - .now, .zero), orElse: { $0.notReady(name, underlying: nil) },
            { topology throws(FluvioError) in
                topology.partitionCount(of: name) >= before + count && topology.isProvisioned(name) ? () : nil
            })
    }

    /// Adds the partition of a remote cluster to a topic that mirrors.
    ///
    /// - Parameters:
    ///   - remote: the remote cluster's name.
    ///   - topic: the topic.
    ///   - homeToRemote: mirror from this cluster to the remote one.
    /// - Throws: ``FluvioError/Code/topicNotFound``, ``FluvioError/Code/objectInvalid``.
    public func addMirror(_ remote: String, to topic: String, homeToRemote: Bool = false) async throws(FluvioError) {
        try await update(topic, .addMirror(AddMirror(remoteCluster: remote, homeToMirror: homeToRemote)))
    }

    private func checkName(_ name: String) throws(FluvioError) {
        // The SC takes an empty name, and the topic can then not be deleted any more.
        guard !name.isEmpty else { throw FluvioError(.invalidArgument, "a topic needs a name") }
    }
}

extension Topology {
    fileprivate func notReady(_ topic: String, underlying: FluvioError?) -> FluvioError {
        FluvioError(
            .notProvisioned, "the topic is not ready: \(reason(forWaitingOn: topic))", at: .init(topic: topic),
            underlying: underlying)
    }

    fileprivate func partitionCount(of topic: String) -> Int { topics[topic]?.spec.replicas.partitionCount ?? 0 }

    fileprivate func isGone(_ topic: String) -> Bool { topics[topic] == nil && partitions[topic] == nil }
}
