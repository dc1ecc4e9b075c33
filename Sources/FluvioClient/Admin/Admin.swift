import FluvioProtocol

/// Creates, changes, deletes and shows the objects of a cluster.
///
/// What every call can throw, beside what it says itself: ``FluvioError/Code/unreachable`` while the SC is away,
/// ``FluvioError/Code/deadlineExceeded``, ``FluvioError/Code/connectionLost`` (whether a change was made is then not
/// known), ``FluvioError/Code/permissionDenied``, ``FluvioError/Code/incompatible``, ``FluvioError/Code/closed`` and
/// ``FluvioError/Code/cancelled``.
public struct Admin: Sendable {
    let cluster: Cluster
}

extension Fluvio {
    /// Creates, changes, deletes and shows the objects of the cluster.
    public var admin: Admin { Admin(cluster: cluster) }
}

// MARK: - Objects of any kind

extension Admin {
    /// The objects of a kind that a filter lets through: by name, partitions by topic and number, SPUs by id.
    ///
    /// - Parameters:
    ///   - type: the kind.
    ///   - filter: without it, all.
    ///   - includingSystem: with those that belong to the cluster; topics and partitions have such.
    public func list<Spec: ObjectSpec>(
        _ type: ObjectType<Spec>, matching filter: ObjectFilter = ObjectFilter(), includingSystem: Bool = false
    ) async throws(FluvioError) -> [Metadata<Spec>] {
        // The SC's own filter matches parts of names, and is not kept by all kinds: all are asked for.
        try await objects(type, system: includingSystem).filter { filter.matches($0) }.sorted(by: Metadata.precedes)
    }

    /// The objects of exactly these names; of SmartModules also `GROUP/NAME@VERSION` and its parts. Those that belong to
    /// the cluster are found, too.
    public func list<Spec: ObjectSpec>(
        _ type: ObjectType<Spec>, named names: [String]
    ) async throws(FluvioError) -> [Metadata<Spec>] {
        if names.isEmpty { return [] }
        let objects = try await objects(type, names: names, system: true)
        // The SC's filter is content with a part of the name, and ignored for some kinds.
        return objects.filter { Spec.kind == .smartModule || names.contains($0.name) }.sorted(by: Metadata.precedes)
    }

    private func objects<Spec: ObjectSpec>(
        _ type: ObjectType<Spec>, names: [String] = [], system: Bool
    ) async throws(FluvioError) -> [Metadata<Spec>] {
        // The official client asks for summaries of SmartModules alone.
        let summary = Spec.kind == .smartModule
        var objects = try await type.list(cluster, names, summary, false)
        // The SC gives the one or the other, never both.
        if system, Spec.kind == .topic || Spec.kind == .partition {
            objects += try await type.list(cluster, names, summary, true)
        }
        return objects
    }

    /// Creates an object, and says under which name it is stored.
    ///
    /// - Parameters:
    ///   - dryRun: only checks whether it would work; the SC does so for topics and custom SPUs.
    ///   - timeout: nil: that of requests.
    func create(
        _ name: String, _ spec: some CreatableSpec, dryRun: Bool = false, timeout: Duration? = nil
    ) async throws(FluvioError) -> String {
        let kind = type(of: spec).kind
        let request = CreateRequest(name: name, dryRun: dryRun, spec: spec)
        let status = try await cluster.ask(request, timeout: timeout)
        try check(status, "cannot create \(kind.noun) '\(name)'", kind, name)
        return status.name
    }

    /// Deletes an object.
    ///
    /// - Parameters:
    ///   - type: partitions and SPUs of groups go with their owners, and are no such.
    ///   - name: exactly this one.
    ///   - force: one that belongs to the cluster, too.
    /// - Throws: ``FluvioError/Code/topicNotFound``, ``FluvioError/Code/objectNotFound``,
    ///   ``FluvioError/Code/objectInvalid``.
    public func delete<Spec: ObjectSpec>(
        _ type: ObjectType<Spec>, _ name: String, force: Bool = false
    ) async throws(FluvioError) {
        guard let delete = type.delete else {
            throw FluvioError(
                .objectInvalid, "a \(Spec.kind.noun) cannot be deleted by itself",
                advice: Spec.kind == .partition ? "delete its topic" : "delete its group, or unregister it")
        }
        try await delete(self, name, force)
    }

    /// As ``delete(_:_:force:)``; `name` is what messages call it.
    func delete<Spec: DeletableSpec>(_ request: DeleteRequest<Spec>, name: String) async throws(FluvioError) {
        let status = try await cluster.ask(request)
        try check(status, "cannot delete \(Spec.kind.noun) '\(name)'", Spec.kind, name)
    }

    /// Changes a topic.
    func update(_ topic: String, _ action: UpdateTopicAction) async throws(FluvioError) {
        let status = try await cluster.ask(UpdateRequest<TopicSpec>(key: topic, action: action))
        try check(status, "cannot change topic '\(topic)'", .topic, topic)
    }

    private func check(
        _ status: StatusResponse, _ subject: String, _ kind: ObjectKind, _ name: String
    ) throws(FluvioError) {
        guard !status.error.isSuccess else { return }
        let place = FluvioError.Place(topic: kind == .topic ? name : nil)
        switch FluvioError.Code(controller: status.error) {
        // The SC's words say the same again, with the name or without it.
        case .objectExists:
            throw FluvioError(
                .objectExists, "\(kind.noun) '\(name)' exists already", at: place, underlying: status.error)
        case .topicNotFound:
            throw FluvioError(.topicNotFound, "there is no topic '\(name)'", at: place, underlying: status.error)
        // It exists all the same.
        case .notProvisioned:
            throw FluvioError(
                controller: status.error, status.message, "\(kind.noun) '\(name)' is not ready", at: place)
        default: throw FluvioError(controller: status.error, status.message, subject, at: place)
        }
    }
}

extension Metadata {
    /// By name, partitions by topic and number, SPUs by id.
    fileprivate static func precedes(_ a: Self, _ b: Self) -> Bool {
        switch (a.spec, b.spec) {
        case (let a as SpuSpec, let b as SpuSpec): a.id < b.id
        case (is PartitionSpec, is PartitionSpec):
            if let a = ReplicaKey(name: a.name), let b = ReplicaKey(name: b.name) {
                (a.topic, a.partition) < (b.topic, b.partition)
            } else {
                a.name < b.name
            }
        default: a.name < b.name
        }
    }
}

extension ObjectKind {
    /// What people call it.
    public var noun: String {
        switch self {
        case .topic: "topic"
        case .partition: "partition"
        case .spu, .customSpu: "SPU"
        case .spuGroup: "SPU group"
        case .smartModule: "SmartModule"
        case .tableFormat: "table format"
        case .mirror: "mirror"
        }
    }
}
