import Documents
import FluvioProtocol

extension TopicStatus: YAMLCodable {
    init(yaml: YAMLNode) throws(YAMLError) {
        let replicas = try yaml.field("replicaMap") { node throws(YAMLError) in
            try node.entries { node throws(YAMLError) in
                try node.items { node throws(YAMLError) -> Int32 in try node.number() }
            }
        }
        self.init(
            resolution: try yaml.field("resolution", TopicResolution.init(yaml:)),
            reason: try yaml.optionalText("reason") ?? "")
        for (key, servers) in replicas {
            guard let partition = UInt32(key) else { throw YAMLError("'\(key)' is no partition", at: "replicaMap") }
            replicaMap[partition] = servers
        }
        if case .mapping(let entries) = try yaml.optional("mirrorMap")?.content, !entries.isEmpty {
            throw YAMLError("cannot be served by this cluster", at: "mirrorMap")
        }
    }

    var yaml: YAMLNode {
        let replicas = replicaMap.sorted { $0.key < $1.key }.map { partition, servers in
            YAMLNode.Entry(key: String(partition), value: YAMLNode(servers.map { YAMLNode(number: $0) }))
        }
        return YAMLNode([
            "resolution": resolution.yaml,
            "replicaMap": YAMLNode(.mapping(replicas)),
            "mirrorMap": YAMLNode([:]),
            "reason": YAMLNode(text: reason),
        ])
    }
}

extension TopicResolution: YAMLWord {}
