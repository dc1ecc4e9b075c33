import FluvioProtocol

/// A kind that can be listed.
protocol ListedSpec: WireSpec {
    /// All objects of the kind.
    static func objects(in registry: Registry) -> [Metadata<Self>]
    /// Those of them that a request asks for, as it asks for them. Nil: the request cannot be understood.
    static func select(_ objects: [Metadata<Self>], _ request: ListRequest<Self>) -> [Metadata<Self>]?
    /// An object as peers of a version, or those who want a summary, are shown it.
    static func shown(_ object: Metadata<Self>, version: Int16, summary: Bool) -> Metadata<Self>
}

extension ListedSpec {
    /// Any of the filters is part of the name (protocol: list).
    static func select(_ objects: [Metadata<Self>], _ request: ListRequest<Self>) -> [Metadata<Self>]? {
        objects.filter { $0.matches(request.nameFilters) }
    }

    static func shown(_ object: Metadata<Self>, version: Int16, summary: Bool) -> Metadata<Self> { object }
}

extension Metadata {
    /// Whether one of the texts is part of the name, or there is none.
    fileprivate func matches(_ filters: [String]) -> Bool {
        let name = Array(name.utf8)
        return filters.isEmpty || filters.contains { name.contains(Array($0.utf8)) }
    }
}

/// A kind with a store of its own.
protocol StoredSpec: ListedSpec {
    static func store(in registry: Registry) -> ObjectStore<Self>
    static func change(_ registry: inout Registry, _ body: (inout ObjectStore<Self>) -> Void)
}

extension StoredSpec {
    static func objects(in registry: Registry) -> [Metadata<Self>] { store(in: registry).objects }
}

extension TopicSpec: StoredSpec {
    static func store(in registry: Registry) -> ObjectStore<TopicSpec> { registry.topics }
    static func change(_ registry: inout Registry, _ body: (inout ObjectStore<Self>) -> Void) {
        body(&registry.topics)
    }

    static func select(_ objects: [Metadata<Self>], _ request: ListRequest<Self>) -> [Metadata<Self>]? {
        objects.filter { $0.spec.system == request.system && $0.matches(request.nameFilters) }
    }
}

extension PartitionSpec: StoredSpec {
    static func store(in registry: Registry) -> ObjectStore<PartitionSpec> { registry.partitions }
    static func change(_ registry: inout Registry, _ body: (inout ObjectStore<Self>) -> Void) {
        body(&registry.partitions)
    }

    /// The filters are ignored (protocol: list).
    static func select(_ objects: [Metadata<Self>], _ request: ListRequest<Self>) -> [Metadata<Self>]? {
        objects.filter { $0.spec.system == request.system }
    }

    static func shown(_ object: Metadata<Self>, version: Int16, summary: Bool) -> Metadata<Self> {
        Metadata(name: object.name, spec: object.spec, status: object.status.readable(in: version))
    }
}

extension SpuSpec: StoredSpec {
    static func store(in registry: Registry) -> ObjectStore<SpuSpec> { registry.spus }
    static func change(_ registry: inout Registry, _ body: (inout ObjectStore<Self>) -> Void) { body(&registry.spus) }
}

extension CustomSpuSpec: ListedSpec {
    /// A view of the servers that are of this type.
    static func objects(in registry: Registry) -> [Metadata<CustomSpuSpec>] {
        registry.spus.objects.filter { $0.spec.spuType == .custom }.map { spu in
            Metadata(
                name: spu.name,
                spec: CustomSpuSpec(
                    id: spu.spec.id, publicEndpoint: spu.spec.publicEndpoint,
                    privateEndpoint: spu.spec.privateEndpoint, rack: spu.spec.rack,
                    publicEndpointLocal: spu.spec.publicEndpointLocal),
                status: spu.status)
        }
    }
}

extension SpuGroupSpec: StoredSpec {
    static func store(in registry: Registry) -> ObjectStore<SpuGroupSpec> { registry.spuGroups }
    static func change(_ registry: inout Registry, _ body: (inout ObjectStore<Self>) -> Void) {
        body(&registry.spuGroups)
    }
}

extension SmartModuleSpec: StoredSpec {
    static func store(in registry: Registry) -> ObjectStore<SmartModuleSpec> { registry.smartModules }
    static func change(_ registry: inout Registry, _ body: (inout ObjectStore<Self>) -> Void) {
        body(&registry.smartModules)
    }

    /// A filter names one SmartModule, by its package.
    static func select(_ objects: [Metadata<Self>], _ request: ListRequest<Self>) -> [Metadata<Self>]? {
        if request.nameFilters.isEmpty { return objects }
        let names = request.nameFilters.map(SmartModuleName.init)
        guard !names.contains(nil) else { return nil }
        return objects.filter { object in names.contains { $0?.matches(object) == true } }
    }

    static func shown(_ object: Metadata<Self>, version: Int16, summary: Bool) -> Metadata<Self> {
        guard summary else { return object }
        var object = object
        object.spec.summary = SmartModuleSummary(wasmLength: UInt32(clamping: object.spec.wasm.payload.count))
        object.spec.wasm.payload = []
        return object
    }
}

extension TableFormatSpec: StoredSpec {
    static func store(in registry: Registry) -> ObjectStore<TableFormatSpec> { registry.tableFormats }
    static func change(_ registry: inout Registry, _ body: (inout ObjectStore<Self>) -> Void) {
        body(&registry.tableFormats)
    }
}

extension MirrorSpec: StoredSpec {
    static func store(in registry: Registry) -> ObjectStore<MirrorSpec> { registry.mirrors }
    static func change(_ registry: inout Registry, _ body: (inout ObjectStore<Self>) -> Void) {
        body(&registry.mirrors)
    }

    /// The filters are ignored (protocol: list).
    static func select(_ objects: [Metadata<Self>], _ request: ListRequest<Self>) -> [Metadata<Self>]? { objects }
}
