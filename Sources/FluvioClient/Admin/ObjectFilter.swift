package import FluvioProtocol
import Glibc

/// Which objects of a kind are wanted. All of its conditions hold together; without any, all objects are.
public struct ObjectFilter: Hashable, Sendable {
    /// Exactly these names; nil: any. Of a partition also the name of its topic.
    public var names: Set<String>?
    /// Names that one of these patterns matches from end to end, as in a shell: `*`, `?`, `[a-z]`; nil: any.
    public var globs: [String]?
    /// How it is at the moment, in Fluvio's words and any case, such as `Provisioned` or `Online`; nil: any.
    public var status: String?
    /// What this SPU holds, or the SPU itself; nil: any.
    public var spu: Int32?

    /// The objects for which all of this holds; without arguments, all.
    public init(
        names: Set<String>? = nil, globs: [String]? = nil, status: String? = nil, spu: Int32? = nil
    ) {
        self.names = names
        self.globs = globs
        self.status = status
        self.spu = spu
    }

    package func matches<Spec: FilteredSpec>(_ object: Metadata<Spec>) -> Bool {
        let names = Spec.names(of: object)
        if let wanted = self.names, wanted.isDisjoint(with: names) { return false }
        if let globs, !globs.contains(where: { glob in names.contains { Self.matches($0, glob) } }) { return false }
        if let status, Spec.statusWord(of: object)?.lowercased() != status.lowercased() { return false }
        if let spu, !Spec.spus(of: object).contains(spu) { return false }
        return true
    }

    private static func matches(_ name: String, _ glob: String) -> Bool { unsafe fnmatch(glob, name, 0) == 0 }
}

/// A kind whose objects can be told apart by what a filter says.
package protocol FilteredSpec: ObjectSpec {
    /// The names that stand for an object.
    static func names(of object: Metadata<Self>) -> [String]
    /// Fluvio's word for how it is; nil where the kind has none.
    static func statusWord(of object: Metadata<Self>) -> String?
    /// The SPUs that have to do with it.
    static func spus(of object: Metadata<Self>) -> [Int32]
}

extension FilteredSpec {
    package static func names(of object: Metadata<Self>) -> [String] { [object.name] }
    package static func statusWord(of object: Metadata<Self>) -> String? { nil }
    package static func spus(of object: Metadata<Self>) -> [Int32] { [] }
}

extension TopicSpec: FilteredSpec {
    package static func statusWord(of object: Metadata<Self>) -> String? { object.status.resolution.word }
    package static func spus(of object: Metadata<Self>) -> [Int32] { object.status.replicaMap.values.flatMap { $0 } }
}

extension PartitionSpec: FilteredSpec {
    package static func names(of object: Metadata<Self>) -> [String] {
        [object.name] + (ReplicaKey(name: object.name).map { [$0.topic] } ?? [])
    }
    package static func statusWord(of object: Metadata<Self>) -> String? { object.status.resolution.word }
    package static func spus(of object: Metadata<Self>) -> [Int32] { object.spec.replicas + [object.spec.leader] }
}

extension SpuSpec: FilteredSpec {
    package static func statusWord(of object: Metadata<Self>) -> String? { object.status.resolution.word }
    package static func spus(of object: Metadata<Self>) -> [Int32] { [object.spec.id] }
}

extension SpuGroupSpec: FilteredSpec {
    package static func statusWord(of object: Metadata<Self>) -> String? { object.status.resolution.word }
}

extension TableFormatSpec: FilteredSpec {
    package static func statusWord(of object: Metadata<Self>) -> String? { object.status.resolution.word }
}

extension SmartModuleSpec: FilteredSpec {
    /// Those of the package, too, as far as they are said: `NAME`, `GROUP/NAME`, `GROUP/NAME@VERSION`.
    package static func names(of object: Metadata<Self>) -> [String] {
        guard let package = object.spec.metadata?.package else { return [object.name] }
        let full = "\(package.group)/\(package.name)"
        return [object.name, package.name, full, "\(full)@\(package.version)"]
    }
}

extension MirrorSpec: FilteredSpec {}

extension Admin {
    /// The objects of a kind that a filter lets through, by name.
    ///
    /// - Parameter system: with those that belong to the cluster; topics and partitions have such.
    package func list<Spec: FilteredSpec>(
        _ type: ObjectType<Spec>, matching filter: ObjectFilter, system: Bool = true
    ) async throws(FluvioError) -> [Metadata<Spec>] {
        // The SC's own filter matches parts of names, and is not kept by all kinds: all are asked for.
        try await list(type, system: system).filter { filter.matches($0) }.sorted { $0.name < $1.name }
    }

    /// The topics that a filter lets through, by name.
    public func topics(
        matching filter: ObjectFilter, includingSystem: Bool = false
    ) async throws(FluvioError) -> [TopicDescription] {
        try await list(.topic, matching: filter, system: includingSystem).map(TopicDescription.init)
    }

    /// The partitions that a filter lets through, by topic and number.
    public func partitions(matching filter: ObjectFilter) async throws(FluvioError) -> [PartitionDescription] {
        try await list(.partition, matching: filter).compactMap(PartitionDescription.init)
            .sorted { ($0.topic, $0.partition) < ($1.topic, $1.partition) }
    }

    /// The SPUs that a filter lets through, by id.
    public func spus(matching filter: ObjectFilter) async throws(FluvioError) -> [SpuDescription] {
        try await list(.spu, matching: filter).map(SpuDescription.init).sorted { $0.id < $1.id }
    }
}
