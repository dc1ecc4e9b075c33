package import FluvioProtocol

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
    /// The objects of a kind.
    ///
    /// - Parameters:
    ///   - names: exactly these; nil: all. Of SmartModules also `GROUP/NAME@VERSION` and its parts.
    ///   - system: with those that belong to the cluster; topics and partitions have such.
    ///   - summary: without the code of SmartModules.
    package func list<Spec: ObjectSpec>(
        _ type: ObjectType<Spec>, names: [String]? = nil, system: Bool = true, summary: Bool = true
    ) async throws(FluvioError) -> [Metadata<Spec>] {
        if let names, names.isEmpty { return [] }
        var objects: [Metadata<Spec>] = []
        // The SC gives the one or the other, never both.
        let hasSystem = Spec.kind == .topic || Spec.kind == .partition
        for part in system && hasSystem ? [false, true] : [false] {
            // The official client asks for summaries of SmartModules alone.
            let isSummary = summary && Spec.kind == .smartModule
            let request = ListRequest(type, nameFilters: names ?? [], summary: isSummary, system: part)
            objects += try await cluster.ask(request, isRepeatable: true).objects
        }
        guard let names, Spec.kind != .smartModule else { return objects }
        // The SC's filter is content with a part of the name, and ignored for some kinds.
        let exact = Set(names)
        return objects.filter { exact.contains($0.name) }
    }

    /// Creates an object, and says under which name it is stored.
    ///
    /// - Parameters:
    ///   - dryRun: only checks whether it would work; the SC does so for topics and custom SPUs.
    ///   - timeout: nil: that of requests.
    /// - Throws: ``FluvioError/Code/objectExists``, ``FluvioError/Code/objectInvalid``.
    @discardableResult
    package func create<Spec: CreatableSpec>(
        _ name: String, _ spec: Spec, dryRun: Bool = false, timeout: Duration? = nil
    ) async throws(FluvioError) -> String {
        let request = CreateRequest(name: name, dryRun: dryRun, spec: spec)
        let status = try await cluster.ask(request, timeout: timeout)
        try check(status, "cannot create \(Spec.kind.noun) '\(name)'", Spec.kind, name)
        return status.name
    }

    /// Deletes an object. `name` is what messages call it.
    ///
    /// - Throws: ``FluvioError/Code/topicNotFound``, ``FluvioError/Code/objectNotFound``,
    ///   ``FluvioError/Code/objectInvalid``.
    package func delete<Spec: DeletableSpec>(
        _ type: ObjectType<Spec>, _ key: Spec.Key, name: String, force: Bool = false
    ) async throws(FluvioError) {
        let status = try await cluster.ask(DeleteRequest(type, key: key, force: force))
        try check(status, "cannot delete \(Spec.kind.noun) '\(name)'", Spec.kind, name)
    }

    /// Changes an object. `name` is what messages call it.
    ///
    /// - Throws: as ``delete(_:_:name:force:)``.
    package func update<Spec: DeletableSpec>(
        _ type: ObjectType<Spec>, _ key: Spec.Key, name: String, _ action: Spec.UpdateAction
    ) async throws(FluvioError) {
        let status = try await cluster.ask(UpdateRequest(type, key: key, action: action))
        try check(status, "cannot change \(Spec.kind.noun) '\(name)'", Spec.kind, name)
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

extension ObjectKind {
    /// What people call it.
    package var noun: String {
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
