import FluvioClient
import FluvioProtocol
import ToolSupport

/// SPUs as this tool shows them.
enum SpuView: ObjectView {
    static let type = ObjectType<SpuSpec>.spu

    static func value(_ spu: Metadata<SpuSpec>) -> ObjectValue { spu.value }

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
