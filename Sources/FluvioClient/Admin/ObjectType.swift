import FluvioProtocol

/// Names a kind of object where the type of what it says follows from it: `list(.topic)` gives `Metadata<TopicSpec>`.
public struct ObjectType<Spec: ObjectSpec>: Sendable {
    /// Asks the SC for the objects; the parameters are those of ``ListRequest``.
    let list:
        @Sendable (Cluster, _ names: [String], _ summary: Bool, _ system: Bool) async throws(FluvioError) ->
            [Metadata<Spec>]
    /// Nil: the SC closes the connection of who asks for it.
    var watch: (@Sendable (Cluster) async throws(FluvioError) -> AsyncThrowingStream<MetadataUpdate<Spec>, any Error>)?
    /// Nil: objects of the kind go with others.
    var delete: (@Sendable (Admin, _ name: String, _ force: Bool) async throws(FluvioError) -> Void)?
}

extension ObjectType where Spec: WireSpec {
    fileprivate init() {
        list = { cluster, names, summary, system throws(FluvioError) in
            let request = ListRequest<Spec>(nameFilters: names, summary: summary, system: system)
            return try await cluster.ask(request, isRepeatable: true).objects
        }
    }
}

extension ObjectType where Spec: WatchableSpec {
    fileprivate func watchable() -> Self {
        var type = self
        type.watch = { cluster throws(FluvioError) in
            try await cluster.watch(WatchRequest<Spec>(summary: Spec.kind == .smartModule))
        }
        return type
    }
}

extension ObjectType where Spec: DeletableSpec, Spec.Key == String {
    fileprivate func deletable() -> Self {
        var type = self
        type.delete = { admin, name, force throws(FluvioError) in
            try await admin.delete(DeleteRequest<Spec>(key: name, force: force), name: name)
        }
        return type
    }
}

extension ObjectType where Spec == TopicSpec {
    /// Topics.
    public static var topic: Self { Self().watchable().deletable() }
}

extension ObjectType where Spec == PartitionSpec {
    /// Partitions, which go with their topics.
    public static var partition: Self { Self().watchable() }
}

extension ObjectType where Spec == SpuSpec {
    /// SPUs: those of groups, and those that were registered.
    public static var spu: Self { Self().watchable() }
}

extension ObjectType where Spec == CustomSpuSpec {
    /// The SPUs that were registered. They cannot be watched but as ``spu``.
    public static var customSpu: Self {
        var type = Self()
        type.delete = { admin, name, force throws(FluvioError) in
            try await admin.delete(DeleteRequest<CustomSpuSpec>(key: .name(name), force: force), name: name)
        }
        return type
    }
}

extension ObjectType where Spec == SpuGroupSpec {
    /// SPU groups.
    public static var spuGroup: Self { Self().watchable().deletable() }
}

extension ObjectType where Spec == SmartModuleSpec {
    /// SmartModules, without their code.
    public static var smartModule: Self { Self().watchable().deletable() }
}

extension ObjectType where Spec == TableFormatSpec {
    /// Table formats.
    public static var tableFormat: Self { Self().watchable().deletable() }
}

extension ObjectType where Spec == MirrorSpec {
    /// Remote clusters, and homes. They cannot be watched.
    public static var mirror: Self { Self().deletable() }
}
