import Documents
import FluvioProtocol

extension PartitionSpec: YAMLCodable {
    init(yaml: YAMLNode) throws(YAMLError) {
        self.init(
            leader: try yaml.number("leader"),
            replicas: try yaml.numbers("replicas"),
            cleanupPolicy: try yaml.optional("cleanupPolicy", CleanupPolicy.init(yaml:)),
            storage: try yaml.optional("storage", TopicStorageConfig.init(yaml:)),
            compression: try yaml.field("compressionType", CompressionAlgorithm.init(yaml:)),
            system: try yaml.flag("system"))
        try yaml.refuse("deduplication")
        try yaml.refuse("mirror")
    }

    /// What is absent is null.
    var yaml: YAMLNode {
        YAMLNode([
            "leader": YAMLNode(number: leader),
            "replicas": YAMLNode(replicas.map { YAMLNode(number: $0) }),
            "cleanupPolicy": .orNull(cleanupPolicy, \.yaml),
            "storage": .orNull(storage, \.yaml),
            "compressionType": compression.yaml,
            "deduplication": .null,
            "system": YAMLNode(system),
            "mirror": .null,
        ])
    }
}

extension PartitionSpec.Status: YAMLCodable {
    init(yaml: YAMLNode) throws(YAMLError) {
        self.init(
            resolution: try yaml.field("resolution", PartitionResolution.init(yaml:)),
            leader: try yaml.field("leader", ReplicaStatus.init(yaml:)),
            lsr: try yaml.number("lsr"),
            replicas: try yaml.list("replicas", ReplicaStatus.init(yaml:)),
            size: try yaml.number("size"),
            isBeingDeleted: try yaml.flag("isBeingDeleted"),
            baseOffset: try yaml.number("baseOffset"))
    }

    var yaml: YAMLNode {
        YAMLNode([
            "resolution": resolution.yaml,
            "leader": leader.yaml,
            "lsr": YAMLNode(number: lsr),
            "replicas": YAMLNode(replicas.map(\.yaml)),
            "size": YAMLNode(number: size),
            "isBeingDeleted": YAMLNode(isBeingDeleted),
            "baseOffset": YAMLNode(number: baseOffset),
        ])
    }
}

extension ReplicaStatus: YAMLCodable {
    init(yaml: YAMLNode) throws(YAMLError) {
        self.init(
            spu: try yaml.number("spu"),
            hw: try yaml.number("hw"),
            leo: try yaml.number("leo"))
    }

    var yaml: YAMLNode {
        YAMLNode(["spu": YAMLNode(number: spu), "hw": YAMLNode(number: hw), "leo": YAMLNode(number: leo)])
    }
}

extension PartitionResolution: YAMLWord {}
