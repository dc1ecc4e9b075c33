import FluvioProtocol
import FluvioTransport
import Synchronization

/// The controller's public API: one value for each connection. What cannot be understood ends the connection without a
/// word, as with the official SC.
struct ControllerService: FrameHandler {
    let controller: Controller

    /// What the cluster says it is. Official clients want 0.9.0 or later.
    static let platformVersion = "0.18.2"

    func received(_ frame: consuming IncomingFrame, on connection: ServedConnection) {
        do throws(WireError) {
            try handle(Call(frame.bytes, on: connection))
        } catch {
            controller.peers.refused(connection, error)
            connection.close()
        }
        // Who does not take its answers is asked no further questions.
        if connection.queuedBytes >= Watcher.lowWaterMark { connection.pauseReading() }
    }

    func writable(on connection: ServedConnection) {
        connection.resumeReading()
        controller.push()
    }

    func closed(_ error: TransportError?, on connection: ServedConnection) {
        controller.state.withLock { state in
            state.watchers.remove(connection: connection.id)
            state.pushFaults.forget(connection.id)
        }
        controller.peers.ended(error)
    }

    private func handle(_ call: Call) throws(WireError) {
        switch ControllerAPI(rawValue: call.header.apiKey) {
        case .apiVersions: try versions(call)
        case .create: try create(call)
        case .delete: try delete(call)
        case .update: try update(call)
        case .list: try list(call)
        case .watch: try watch(call)
        // No client asks for mirroring where it is not offered, and the other key is the official SC's own.
        case .mirroring, .auth, nil: throw WireError(.unknownTag(type: "API", tag: Int(call.header.apiKey)), at: 4)
        }
    }

    private func versions(_ call: Call) throws(WireError) {
        let request: ApiVersionsRequest = try call.request()
        // The official SC takes a semantic version only; from version 0 comes none.
        guard SemanticVersion.isOne(request.clientVersion) else {
            throw WireError(.invalid("client version"), at: 0)
        }
        try call.answer(
            ApiVersionsResponse(ranges: LocalVersions.controllerRanges, platformVersion: Self.platformVersion))
    }

    private func create(_ call: Call) throws(WireError) {
        guard let kind = try knownKind(call) else {
            return try call.answer(Self.unknownKind("create error"))
        }
        let answer =
            switch kind {
            case .topic: controller.create(try call.request(CreateRequest<TopicSpec>.self))
            case .customSpu: controller.create(try call.request(CreateRequest<CustomSpuSpec>.self))
            case .spuGroup: controller.create(try call.request(CreateRequest<SpuGroupSpec>.self))
            case .smartModule: controller.create(try call.request(CreateRequest<SmartModuleSpec>.self))
            case .tableFormat: controller.create(try call.request(CreateRequest<TableFormatSpec>.self))
            case .mirror: controller.create(try call.request(CreateRequest<MirrorSpec>.self))
            case .partition, .spu: Self.unknownKind("create error")
            }
        try call.answer(answer)
    }

    private func delete(_ call: Call) throws(WireError) {
        guard let kind = try knownKind(call) else {
            return try call.answer(Self.unknownKind("create error"))
        }
        let answer =
            switch kind {
            case .topic: controller.delete(try call.request(DeleteRequest<TopicSpec>.self))
            case .customSpu: controller.delete(try call.request(DeleteRequest<CustomSpuSpec>.self))
            case .spuGroup: controller.delete(try call.request(DeleteRequest<SpuGroupSpec>.self))
            case .smartModule: controller.delete(try call.request(DeleteRequest<SmartModuleSpec>.self))
            case .tableFormat: controller.delete(try call.request(DeleteRequest<TableFormatSpec>.self))
            case .mirror: controller.delete(try call.request(DeleteRequest<MirrorSpec>.self))
            case .partition, .spu: Self.unknownKind("create error")
            }
        try call.answer(answer)
    }

    private func update(_ call: Call) throws(WireError) {
        guard try knownKind(call) == .topic else { return try call.answer(Self.unknownKind("update error")) }
        try call.answer(controller.update(try call.request()))
    }

    /// The kind that a request is about; nil: there is none of that label.
    private func knownKind(_ call: Call) throws(WireError) -> ObjectKind? {
        do throws(WireError) {
            return try call.kind()
        } catch {
            if case .unknownLabel = error.reason { return nil }
            throw error
        }
    }

    /// What the official SC answers to labels that it does not know; for deletions it takes the same words.
    private static func unknownKind(_ name: String) -> StatusResponse {
        StatusResponse(name: name, error: .other("unknown admin object type"))
    }

    private func list(_ call: Call) throws(WireError) {
        switch try call.kind() {
        case .topic: try list(TopicSpec.self, call)
        case .partition: try list(PartitionSpec.self, call)
        case .spu: try list(SpuSpec.self, call)
        case .customSpu: try list(CustomSpuSpec.self, call)
        case .spuGroup: try list(SpuGroupSpec.self, call)
        case .smartModule: try list(SmartModuleSpec.self, call)
        case .tableFormat: try list(TableFormatSpec.self, call)
        case .mirror: try list(MirrorSpec.self, call)
        }
    }

    private func list<Spec: ListedSpec>(_: Spec.Type, _ call: Call) throws(WireError) {
        let request: ListRequest<Spec> = try call.request()
        guard let objects = Spec.select(Spec.objects(in: controller.registry), request) else {
            throw WireError(.invalid("name filter"), at: 0)
        }
        try call.answer(
            ListResponse(
                objects: objects.map { Spec.shown($0, version: call.header.apiVersion, summary: request.summary) }))
    }

    private func watch(_ call: Call) throws(WireError) {
        switch try call.kind() {
        case .topic: try watch(TopicSpec.self, call)
        case .partition: try watch(PartitionSpec.self, call)
        case .spu: try watch(SpuSpec.self, call)
        case .spuGroup: try watch(SpuGroupSpec.self, call)
        case .smartModule: try watch(SmartModuleSpec.self, call)
        case .tableFormat: try watch(TableFormatSpec.self, call)
        case .customSpu, .mirror: throw WireError(.unknownLabel("watch"), at: 0)
        }
    }

    private func watch<Spec: StoredSpec & WatchableSpec>(_: Spec.Type, _ call: Call) throws(WireError) {
        let request: WatchRequest<Spec> = try call.request()
        let registry = controller.registry
        let watcher = Watcher(
            connection: call.connection, correlationID: call.header.correlationID, version: call.header.apiVersion,
            kind: Spec.kind, summary: request.summary, seen: Spec.store(in: registry).epoch)
        let frame = try registry.frame(for: watcher, first: true)
        guard controller.state.withLock({ $0.watchers.add(watcher) }) else {
            throw WireError(.invalid("too many watches"), at: 0)
        }
        call.connection.send(frame)
    }
}
