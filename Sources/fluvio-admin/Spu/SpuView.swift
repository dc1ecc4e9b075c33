import FluvioClient
import FluvioProtocol
import ToolSupport

/// SPUs as this tool shows them.
enum SpuView: ObjectView {
    static let type = ObjectType<SpuSpec>.spu

    static func value(_ spu: Metadata<SpuSpec>) -> ObjectValue {
        let spec = spu.spec
        var members: [ObjectValue.Member] = [
            .init("spuId", .int(Int64(spec.id))), .init("spuType", .string(spec.spuType.word)),
            .init(
                "publicEndpoint",
                [
                    "port": .int(Int64(spec.publicEndpoint.port)),
                    "ingress": .array(
                        spec.publicEndpoint.ingress.map {
                            ["hostname": .optional($0.hostname), "ip": .optional($0.ip)]
                        }),
                    "encryption": .string(spec.publicEndpoint.encryption.word),
                ]),
            .init("privateEndpoint", value(spec.privateEndpoint)),
        ]
        // What is not set is left out, as the official tools do.
        if let rack = spec.rack { members.append(.init("rack", .string(rack))) }
        if let local = spec.publicEndpointLocal { members.append(.init("publicEndpointLocal", value(local))) }
        return value(spu, spec: .object(members), status: ["resolution": .string(spu.status.resolution.word)])
    }

    private static func value(_ endpoint: SpuEndpoint) -> ObjectValue {
        [
            "port": .int(Int64(endpoint.port)), "host": .string(endpoint.host),
            "encryption": .string(endpoint.encryption.word),
        ]
    }

    static func table(_ spus: [Metadata<SpuSpec>]) -> ObjectTable {
        var table = ObjectTable(["ID", "NAME", "STATUS", "TYPE", "RACK", "PUBLIC", "PRIVATE"])
        for spu in spus {
            let spec = spu.spec
            table.append([
                "\(spec.id)", spu.name, spu.status.resolution.word, spec.spuType.word.lowercased(), spec.rack ?? "-",
                "\(spec.publicEndpoint.host ?? ""):\(spec.publicEndpoint.port)",
                "\(spec.privateEndpoint.host):\(spec.privateEndpoint.port)",
            ])
        }
        return table
    }
}
