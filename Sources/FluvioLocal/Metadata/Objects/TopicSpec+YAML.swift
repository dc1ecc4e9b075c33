import Documents
import FluvioProtocol

extension TopicSpec: YAMLCodable {
    init(yaml: YAMLNode) throws(YAMLError) {
        self.init(
            replicas: try yaml.field("replicas", ReplicaSpec.init(yaml:)),
            cleanupPolicy: try yaml.optional("cleanupPolicy", CleanupPolicy.init(yaml:)),
            storage: try yaml.optional("storage", TopicStorageConfig.init(yaml:)),
            compression: try yaml.field("compressionType", CompressionAlgorithm.init(yaml:)),
            system: try yaml.flag("system"))
        // Neither can be served here, and to leave it out would give readers what they must not see.
        try yaml.refuse("deduplication")
    }

    /// What is absent is left out.
    var yaml: YAMLNode {
        YAMLNode([
            "replicas": replicas.yaml,
            "cleanupPolicy": cleanupPolicy?.yaml,
            "storage": storage?.yaml,
            "compressionType": compression.yaml,
            "system": YAMLNode(system),
        ])
    }
}

extension YAMLNode {
    /// Refuses a setting that this cluster cannot serve.
    func refuse(_ key: String) throws(YAMLError) {
        if try optional(key) != nil { throw YAMLError("cannot be served by this cluster", at: key) }
    }
}

extension ReplicaSpec: YAMLCodable {
    init(yaml: YAMLNode) throws(YAMLError) {
        switch yaml.tag {
        case "!computed":
            self = .computed(
                TopicReplicaParameters(
                    partitions: try yaml.number("partitions"),
                    replicationFactor: try yaml.number("replicationFactor"),
                    ignoreRackAssignment: try yaml.flag("ignoreRackAssignment")))
        case "!assigned":
            self = .assigned(
                try yaml.items { node throws(YAMLError) in
                    try node.refuse("mirror")
                    return PartitionMap(
                        id: try node.number("id"),
                        replicas: try node.numbers("replicas"))
                })
        case let tag: throw YAMLError("\(tag ?? "no tag") cannot be served by this cluster")
        }
    }

    var yaml: YAMLNode {
        switch self {
        case .computed(let parameters):
            YAMLNode(
                [
                    "partitions": YAMLNode(number: parameters.partitions),
                    "replicationFactor": YAMLNode(number: parameters.replicationFactor),
                    "ignoreRackAssignment": YAMLNode(parameters.ignoreRackAssignment),
                ], tag: "!computed")
        case .assigned(let maps):
            YAMLNode(
                .sequence(
                    maps.map { map in
                        YAMLNode([
                            "id": YAMLNode(number: map.id),
                            "replicas": YAMLNode(map.replicas.map { YAMLNode(number: $0) }),
                        ])
                    }), tag: "!assigned")
        // No such topic is made here.
        case .mirror: YAMLNode([:], tag: "!mirror")
        }
    }
}

extension CleanupPolicy: YAMLCodable {
    init(yaml: YAMLNode) throws(YAMLError) {
        guard yaml.tag == "!segment" else { throw YAMLError("\(yaml.tag ?? "no tag") is not !segment") }
        self = .segment(seconds: try yaml.number("timeInSeconds"))
    }

    var yaml: YAMLNode {
        switch self {
        case .segment(let seconds): YAMLNode(["timeInSeconds": YAMLNode(number: seconds)], tag: "!segment")
        }
    }
}

extension TopicStorageConfig: YAMLCodable {
    init(yaml: YAMLNode) throws(YAMLError) {
        self.init(
            segmentSize: try yaml.optionalNumber("segmentSize"),
            maxPartitionSize: try yaml.optionalNumber("maxPartitionSize"))
    }

    var yaml: YAMLNode {
        YAMLNode([
            "segmentSize": .orNull(segmentSize, YAMLNode.init(number:)),
            "maxPartitionSize": .orNull(maxPartitionSize, YAMLNode.init(number:)),
        ])
    }
}

extension CompressionAlgorithm: YAMLWord {}
