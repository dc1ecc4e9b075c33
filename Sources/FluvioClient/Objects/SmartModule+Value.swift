import FluvioProtocol

extension Metadata where Spec == SmartModuleSpec {
    /// The SmartModule as a tree, without its code.
    public var value: ObjectValue {
        value(
            spec: [
                "meta": spec.metadata.map(Self.value) ?? .null,
                "wasm": ["format": .string(spec.wasm.format.word), "payload": ""],
            ], status: .null)
    }

    private static func value(_ metadata: SmartModuleMetadata) -> ObjectValue {
        let package = metadata.package
        return [
            "package": [
                "name": .string(package.name), "group": .string(package.group), "version": .string(package.version),
                "apiVersion": .string(package.apiVersion), "description": .optional(package.description),
                "license": .optional(package.license), "visibility": .string(package.visibility.word),
                "repository": .optional(package.repository),
            ],
            "params": .object(
                metadata.parameters.sorted { $0.key < $1.key }.map { name, parameter in
                    .init(
                        name,
                        ["description": .optional(parameter.description), "optional": .bool(parameter.optional)])
                }),
        ]
    }
}
