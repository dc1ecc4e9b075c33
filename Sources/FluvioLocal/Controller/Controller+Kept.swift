import FluvioProtocol
import Unix

// Objects that are only kept, so that they can be listed and deleted.
extension Controller {
    func create(_ request: CreateRequest<SpuGroupSpec>) -> StatusResponse {
        let answer = keep(request.common.name, request.spec, taken: .spuAlreadyExists, failed: .spuError)
        if answer.error.isSuccess { reserveGroups() }
        return answer
    }

    /// Reserves the ids of SPU groups, where it is done, or tells which SPU has one of them already.
    func reserveGroups() {
        guard reservesGroups else { return }
        for group in registry.spuGroups.objects where group.status.resolution != .reserved {
            var group = group
            let first = Int64(group.spec.minID)
            let ids = first..<first + Int64(group.spec.replicas)
            let owner = registry.spus.objects.first { ids.contains(Int64($0.spec.id)) }
            group.status.resolution = owner == nil ? .reserved : .invalid
            group.status.reason = owner.map { "conflict with SPU \($0.spec.id)" }
            let judged = group
            change { $0.spuGroups.put(judged) }
        }
        push()
    }

    func create(_ request: CreateRequest<TableFormatSpec>) -> StatusResponse {
        keep(request.common.name, request.spec, taken: .tableFormatAlreadyExists, failed: .tableFormatError)
    }

    /// A remote cluster is refused if it is known; a home replaces the one before.
    func create(_ request: CreateRequest<MirrorSpec>) -> StatusResponse {
        let name = request.common.name
        var taken: ErrorCode?
        if case .remote = registry.mirrors[name]?.spec { taken = .mirrorAlreadyExists }
        return keep(name, request.spec, taken: taken, failed: .other("the mirror cannot be kept"))
    }

    /// One of the same name replaces the one before, as in the official SC.
    func create(_ request: CreateRequest<SmartModuleSpec>) -> StatusResponse {
        let name = request.common.name
        guard let storeName = SmartModuleName.storeName(name, request.spec) else {
            return StatusResponse(name: name, error: .smartModuleError, message: "the package lacks name or group")
        }
        return keep(storeName, request.spec, taken: nil, failed: .smartModuleError)
    }

    func delete(_ request: DeleteRequest<SpuGroupSpec>) -> StatusResponse {
        drop(SpuGroupSpec.self, request.key, missing: .spuNotFound, failed: .spuError)
    }

    func delete(_ request: DeleteRequest<TableFormatSpec>) -> StatusResponse {
        drop(TableFormatSpec.self, request.key, missing: .tableFormatNotFound, failed: .tableFormatError)
    }

    func delete(_ request: DeleteRequest<MirrorSpec>) -> StatusResponse {
        drop(MirrorSpec.self, request.key, missing: .mirrorNotFound, failed: .other("the mirror cannot be deleted"))
    }

    func delete(_ request: DeleteRequest<SmartModuleSpec>) -> StatusResponse {
        let key = request.key
        let name = SmartModuleName(key)
        let found = registry.smartModules[key] ?? registry.smartModules.objects.first { name?.matches($0) == true }
        guard let found else {
            return StatusResponse(name: key, error: .smartModuleNotFound(name: key), message: "not found")
        }
        return drop(
            SmartModuleSpec.self, found.name, missing: .smartModuleNotFound(name: key), failed: .smartModuleError)
    }

    /// - Parameter taken: what is answered if there is one of this name; nil: it is replaced.
    private func keep<Spec: StoredSpec>(
        _ name: String, _ spec: Spec, taken: ErrorCode?, failed: ErrorCode
    ) -> StatusResponse {
        if let taken, Spec.store(in: registry)[name] != nil {
            return StatusResponse(name: name, error: taken, message: "'\(name)' already exists")
        }
        guard FileName.encode(name) != nil else {
            return StatusResponse(name: name, error: failed, message: "the name is empty or too long")
        }
        let object = Metadata(name: name, spec: spec)
        do throws(SystemError) {
            try kept.save(object)
        } catch {
            return StatusResponse(name: name, error: failed, message: error.description)
        }
        change { registry in Spec.change(&registry) { $0.put(object) } }
        push()
        return StatusResponse(name: name)
    }

    private func drop<Spec: StoredSpec>(
        _: Spec.Type, _ name: String, missing: ErrorCode, failed: ErrorCode
    ) -> StatusResponse {
        guard Spec.store(in: registry)[name] != nil else {
            return StatusResponse(name: name, error: missing, message: "not found")
        }
        do throws(SystemError) {
            try kept.remove(Spec.kind, name)
        } catch {
            return StatusResponse(name: name, error: failed, message: error.description)
        }
        change { registry in Spec.change(&registry) { $0.remove(name) } }
        push()
        return StatusResponse(name: name)
    }
}
