import Documents
import FluvioProtocol

extension SpuSpec: YAMLCodable {
    init(yaml: YAMLNode) throws(YAMLError) {
        self.init(
            id: try yaml.number("spuId"),
            spuType: try yaml.field("spuType", SpuType.init(yaml:)),
            publicEndpoint: try yaml.field("publicEndpoint", IngressPort.init(yaml:)),
            privateEndpoint: try yaml.field("privateEndpoint", SpuEndpoint.init(yaml:)),
            rack: try yaml.optionalText("rack"),
            publicEndpointLocal: try yaml.optional("publicEndpointLocal", SpuEndpoint.init(yaml:)))
    }

    /// What is absent is left out.
    var yaml: YAMLNode {
        YAMLNode([
            "spuId": YAMLNode(number: id),
            "spuType": spuType.yaml,
            "publicEndpoint": publicEndpoint.yaml,
            "privateEndpoint": privateEndpoint.yaml,
            "rack": rack.map(YAMLNode.init(text:)),
            "publicEndpointLocal": publicEndpointLocal?.yaml,
        ])
    }
}

extension SpuStatus: YAMLCodable {
    init(yaml: YAMLNode) throws(YAMLError) {
        self.init(resolution: try yaml.field("resolution", SpuResolution.init(yaml:)))
    }

    var yaml: YAMLNode { YAMLNode(["resolution": resolution.yaml]) }
}

extension SpuType: YAMLWord {}

extension SpuResolution: YAMLWord {}

extension IngressPort: YAMLCodable {
    init(yaml: YAMLNode) throws(YAMLError) {
        self.init(
            port: try yaml.number("port"),
            ingress: try yaml.list("ingress", IngressAddress.init(yaml:)),
            encryption: try yaml.field("encryption", EncryptionType.init(yaml:)))
    }

    var yaml: YAMLNode {
        YAMLNode([
            "port": YAMLNode(number: port),
            "ingress": YAMLNode(ingress.map(\.yaml)),
            "encryption": encryption.yaml,
        ])
    }
}

extension IngressAddress: YAMLCodable {
    init(yaml: YAMLNode) throws(YAMLError) {
        self.init(
            hostname: try yaml.optionalText("hostname"),
            ip: try yaml.optionalText("ip"))
    }

    /// What is absent is null.
    var yaml: YAMLNode {
        YAMLNode(["hostname": .orNull(hostname, YAMLNode.init(text:)), "ip": .orNull(ip, YAMLNode.init(text:))])
    }
}

extension SpuEndpoint: YAMLCodable {
    init(yaml: YAMLNode) throws(YAMLError) {
        self.init(
            port: try yaml.number("port"),
            host: try yaml.text("host"),
            encryption: try yaml.field("encryption", EncryptionType.init(yaml:)))
    }

    var yaml: YAMLNode {
        YAMLNode([
            "port": YAMLNode(number: port), "host": YAMLNode(text: host), "encryption": encryption.yaml,
        ])
    }
}

extension EncryptionType: YAMLWord {}
