import FluvioProtocol
import Synchronization
import Unix

// Servers of records: those of this process, and those that somebody registers.
extension Controller {
    func create(_ request: CreateRequest<CustomSpuSpec>) -> StatusResponse {
        let name = request.common.name
        let spec = request.spec
        let known = registry.spus.objects.contains { $0.name == name || $0.spec.id == spec.id }
        if known {
            return StatusResponse(
                name: name, error: .spuAlreadyExists, message: "spu '\(name)(\(spec.id))' already defined")
        }
        guard spec.id >= 0, files.file(.spu, name) != nil else {
            return StatusResponse(
                name: name, error: .spuError, message: "the id is negative, or the name is empty or too long")
        }
        // The official SC leaves out the name here.
        if request.common.dryRun { return StatusResponse(name: "") }
        let spu = SpuSpec(
            id: spec.id, spuType: .custom, publicEndpoint: spec.publicEndpoint, privateEndpoint: spec.privateEndpoint,
            rack: spec.rack, publicEndpointLocal: spec.publicEndpointLocal)
        do throws(SystemError) {
            try put(Metadata(name: name, spec: spu))
        } catch {
            return StatusResponse(name: name, error: .spuError, message: error.description)
        }
        push()
        // Some may have been waiting for just this one.
        placeWaitingTopics()
        return StatusResponse(name: name)
    }

    func delete(_ request: DeleteRequest<CustomSpuSpec>) -> StatusResponse {
        let found: Metadata<SpuSpec>?
        let asked: String
        switch request.key {
        case .name(let name): (found, asked) = (registry.spus[name], name)
        case .id(let id): (found, asked) = (registry.spus.objects.first { $0.spec.id == id }, String(id))
        }
        guard let spu = found else {
            return StatusResponse(name: asked, error: .spuNotFound, message: "not found")
        }
        if spu.spec.spuType != .custom || fleet.condition(of: spu.spec.id) != nil {
            return StatusResponse(name: spu.name, error: .spuError, message: "this cluster runs '\(spu.name)' itself")
        }
        do throws(SystemError) {
            try files.remove(.spu, spu.name, durable: true)
        } catch {
            return StatusResponse(name: spu.name, error: .spuError, message: error.description)
        }
        change { $0.spus.remove(spu.name) }
        push()
        reserveGroups()
        return StatusResponse(name: spu.name)
    }

    /// Writes a server and then knows it.
    func put(_ spu: Metadata<SpuSpec>) throws(SystemError) {
        let old = registry.spus.entry(spu.name)
        if old?.object == spu { return }
        var file = MetadataFile(spu, history: old?.history)
        try save(&file)
        let saved = file
        change { $0.spus.put(saved.object, history: saved.history) }
    }
}
