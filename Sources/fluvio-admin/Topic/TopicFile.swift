import Documents
import FluvioClient
import FluvioProtocol
import ToolSupport

/// A topic in a file of settings: the format of `fluvio topic create --config`.
struct TopicFile: Equatable, Sendable {
    let name: String
    let spec: TopicSpec

    /// The topic of a file, or the topics of a list; `-` is standard input. Blocks.
    static func read(_ file: String) throws -> [TopicFile] {
        let document = try DocumentFile.node(file)
        do throws(YAMLError) {
            if case .sequence = document.content { return try document.items(TopicFile.init(yaml:)) }
            return [try TopicFile(yaml: document)]
        } catch {
            throw ToolError("\(file): \(error)")
        }
    }

    private static let members = ["version", "meta", "partition", "retention", "compression", "deduplication"]

    init(yaml: YAMLNode) throws(YAMLError) {
        if try yaml.optional("status") != nil {
            throw YAMLError("is what the cluster says of itself, and cannot be asked for; take it out", at: "status")
        }
        try yaml.check(Self.members)
        name = try yaml.field("meta") { node throws(YAMLError) in
            try node.check(["name"])
            return try node.text("name")
        }
        var spec = TopicSpec(partitions: 1)
        var storage = TopicStorageConfig()
        try yaml.part("partition", ["count", "max-size", "replication", "ignore-rack-assignment", "maps"]) {
            node throws(YAMLError) in
            storage.maxPartitionSize = try node.optional("max-size", FluvioUnits.bytes)
            let maps = try node.optional("maps") { node throws(YAMLError) in try node.items(PartitionMap.init(yaml:)) }
            if let maps {
                spec.replicas = .assigned(maps)
            } else {
                spec.replicas = .computed(
                    TopicReplicaParameters(
                        partitions: try node.optionalNumber("count") ?? 1,
                        replicationFactor: try node.optionalNumber("replication") ?? 1,
                        ignoreRackAssignment: try node.optional("ignore-rack-assignment") { node throws(YAMLError) in
                            try node.flag()
                        } ?? false))
            }
        }
        try yaml.part("retention", ["time", "segment-size"]) { node throws(YAMLError) in
            if let seconds = try node.optional("time", FluvioUnits.seconds) {
                spec.cleanupPolicy = .segment(seconds: seconds)
            }
            storage.segmentSize = try node.optional("segment-size") { node throws(YAMLError) in
                guard let size = UInt32(exactly: try FluvioUnits.bytes(node)) else { throw YAMLError("too large") }
                return size
            }
        }
        if storage != TopicStorageConfig() { spec.storage = storage }
        try yaml.part("compression", ["type"]) { node throws(YAMLError) in
            spec.compression =
                try node.optional("type") { node throws(YAMLError) in
                    try node.word(CompressionAlgorithm.words)
                } ?? .any
        }
        spec.deduplication = try yaml.optional("deduplication", Deduplication.init(yaml:))
        self.spec = spec
    }

    /// The file of a topic that there is; nil for mirrors, which it has no words for.
    init?(_ topic: Metadata<TopicSpec>) {
        if case .mirror = topic.spec.replicas { return nil }
        name = topic.name
        spec = topic.spec
    }

    /// The same as a tree. What is not set is left out.
    var value: ObjectValue {
        var partition: [ObjectValue.Member] = []
        switch spec.replicas {
        case .computed(let parameters):
            partition = [
                .init("count", .int(Int64(parameters.partitions))),
                .init("replication", .int(Int64(parameters.replicationFactor))),
                .init("ignore-rack-assignment", .bool(parameters.ignoreRackAssignment)),
            ]
        case .assigned(let maps):
            let values: [ObjectValue] = maps.map { map in
                ["id": .int(Int64(map.id)), "replicas": .array(map.replicas.map { .int(Int64($0)) })]
            }
            partition = [.init("maps", .array(values))]
        case .mirror: break
        }
        if let size = spec.storage?.maxPartitionSize {
            partition.append(.init("max-size", .int(Int64(clamping: size))))
        }
        var retention: [ObjectValue.Member] = []
        if case .segment(let seconds)? = spec.cleanupPolicy { retention.append(.init("time", .string("\(seconds)s"))) }
        if let size = spec.storage?.segmentSize { retention.append(.init("segment-size", .int(Int64(size)))) }
        var members: [ObjectValue.Member] = [
            .init("version", "0.1.0"), .init("meta", ["name": .string(name)]), .init("partition", .object(partition)),
            .init("retention", .object(retention)), .init("compression", ["type": .string(spec.compression.word)]),
        ]
        if let deduplication = spec.deduplication {
            var bounds: [ObjectValue.Member] = [.init("count", .int(Int64(clamping: deduplication.count)))]
            if let age = deduplication.age {
                bounds.append(.init("age", .string("\(age.components.seconds)s")))
            }
            var transform: [ObjectValue.Member] = [.init("uses", .string(deduplication.uses))]
            if !deduplication.with.isEmpty {
                let with = deduplication.with.sorted { $0.key < $1.key }
                transform.append(.init("with", .object(with.map { .init($0.key, .string($0.value)) })))
            }
            members.append(
                .init("deduplication", ["bounds": .object(bounds), "filter": ["transform": .object(transform)]]))
        }
        return .object(members)
    }
}

extension Deduplication {
    fileprivate init(yaml: YAMLNode) throws(YAMLError) {
        try yaml.check(["bounds", "filter"])
        self.init(count: 0, uses: "")
        try yaml.field("bounds") { node throws(YAMLError) in
            try node.check(["count", "age"])
            count = try node.number("count")
            age = try node.optional("age", FluvioUnits.seconds).map { .seconds(Int64($0)) }
        }
        try yaml.field("filter") { node throws(YAMLError) in
            try node.check(["transform"])
            try node.field("transform") { node throws(YAMLError) in
                try node.check(["uses", "with"])
                uses = try node.text("uses")
                let with = try node.optional("with") { node throws(YAMLError) in
                    try node.entries { node throws(YAMLError) in try node.text() }
                }
                self.with = Dictionary((with ?? []).map { ($0.key, $0.value) }) { $1 }
            }
        }
    }
}

extension YAMLNode {
    /// Refuses members of a mapping that are none of these: they would be lost without a word.
    fileprivate func check(_ known: [String]) throws(YAMLError) {
        guard case .mapping(let entries) = content else { throw YAMLError("not a mapping") }
        for entry in entries where !known.contains(entry.key) {
            throw YAMLError("is none of \(known.joined(separator: ", "))", at: entry.key)
        }
    }

    /// Reads a mapping that may be left out.
    fileprivate func part(
        _ key: String, _ known: [String], _ read: (YAMLNode) throws(YAMLError) -> Void
    ) throws(YAMLError) {
        _ = try optional(key) { node throws(YAMLError) in
            try node.check(known)
            try read(node)
        }
    }
}
