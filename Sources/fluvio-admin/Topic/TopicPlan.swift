import Documents
import FluvioClient
import FluvioProtocol
import ToolSupport

/// A topic that is to be created.
struct TopicPlan: Sendable {
    /// Drops what came before where nothing else is said, as with the official tools.
    static let deduplicationModule = "fluvio/dedup-bloom-filter@0.1.0"

    let name: String
    let spec: TopicSpec

    /// What the options of `topic create` ask for.
    static func make(_ options: CreateTopicOptions) async throws -> [TopicPlan] {
        if let file = options.configFile {
            let document = try await onOwnThread { try TopicFile.read(file) }
            return document.map { TopicPlan(name: $0.name, spec: $0.spec) }
        }
        let template = template(options)
        let maps = try await assignment(options)
        let remotes = try await remotes(options)
        return try await NameOperands.read(options.names).map { name in
            var spec = template
            if let maps { spec.replicas = .assigned(maps) }
            if options.isMirror || remotes != nil {
                let partitions = (remotes ?? []).map { remote in
                    HomePartitionConfig(
                        remoteCluster: remote, remoteReplica: "\(name)-0", source: options.isHomeToRemote)
                }
                spec.replicas = .mirror(
                    .home(HomeMirrorConfig(partitions: partitions, source: options.isHomeToRemote)))
            }
            return TopicPlan(name: name, spec: spec)
        }
    }

    /// What the options say of every topic alike.
    private static func template(_ options: CreateTopicOptions) -> TopicSpec {
        var spec = TopicSpec(
            replicas: .computed(
                TopicReplicaParameters(
                    partitions: UInt32(clamping: options.partitions ?? 1),
                    replicationFactor: UInt32(clamping: options.replication ?? 1),
                    ignoreRackAssignment: options.ignoresRacks)))
        if let time = options.retention {
            spec.cleanupPolicy = .segment(seconds: UInt32(clamping: time.components.seconds))
        }
        if options.segmentSize != nil || options.maximumPartitionSize != nil {
            spec.storage = TopicStorageConfig(
                segmentSize: options.segmentSize.map { UInt32(clamping: $0) },
                maxPartitionSize: options.maximumPartitionSize.map { UInt64(clamping: $0) })
        }
        if let compression = options.compression { spec.compression = compression.algorithm }
        if options.deduplicates {
            spec.deduplication = Deduplication(
                count: UInt64(clamping: options.deduplicationCount), age: options.deduplicationAge,
                uses: deduplicationModule)
        }
        spec.system = options.isSystem
        return spec
    }

    private static func assignment(_ options: CreateTopicOptions) async throws -> [PartitionMap]? {
        guard let file = options.assignmentFile else { return nil }
        return try await read(file) { document throws(YAMLError) in try document.items(PartitionMap.init(yaml:)) }
    }

    private static func remotes(_ options: CreateTopicOptions) async throws -> [String]? {
        guard let file = options.mirrorFile else { return nil }
        return try await read(file) { document throws(YAMLError) in
            try document.items { node throws(YAMLError) in try node.text() }
        }
    }

    private static func read<T: Sendable>(
        _ file: String, _ body: @escaping @Sendable (YAMLNode) throws(YAMLError) -> T
    ) async throws -> T {
        try await onOwnThread {
            let document = try DocumentFile.node(file)
            do throws(YAMLError) {
                return try body(document)
            } catch {
                throw ToolError("\(file): \(error)")
            }
        }
    }
}

extension PartitionMap {
    /// As in `{"id": 0, "replicas": [5001, 5002]}`.
    init(yaml: YAMLNode) throws(YAMLError) {
        self.init(id: try yaml.number("id"), replicas: try yaml.numbers("replicas"))
    }
}
