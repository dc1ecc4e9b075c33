import FluvioProtocol

extension Metadata where Spec == SpuSpec {
    /// The SPU as a tree. What is not set is left out of its spec.
    public var value: ObjectValue {
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
            .init("privateEndpoint", Self.value(spec.privateEndpoint)),
        ]
        // What is not set is left out, as the official tools do.
        if let rack = spec.rack { members.append(.init("rack", .string(rack))) }
        if let local = spec.publicEndpointLocal { members.append(.init("publicEndpointLocal", Self.value(local))) }
        return value(spec: .object(members), status: ["resolution": .string(status.resolution.word)])
    }

    private static func value(_ endpoint: SpuEndpoint) -> ObjectValue {
        [
            "port": .int(Int64(endpoint.port)), "host": .string(endpoint.host),
            "encryption": .string(endpoint.encryption.word),
        ]
    }
}
