import FluvioClient
import FluvioProtocol
import ToolSupport

/// Partitions as this tool shows them.
enum PartitionView: ObjectView {
    static let type = ObjectType<PartitionSpec>.partition

    static func value(_ partition: Metadata<PartitionSpec>) -> ObjectValue { partition.value }

    /// The columns of the official tools, each under its head.
    static func table(_ partitions: [Metadata<PartitionSpec>]) -> ObjectTable {
        var table = ObjectTable([
            "TOPIC", "PARTITION", "LEADER", "MIRROR", "REPLICAS", "RESOLUTION", "SIZE", "BASE", "HW", "LEO", "LRS",
            "FOLLOWER OFFSETS",
        ])
        for partition in partitions {
            let key = ReplicaKey(name: partition.name)
            let status = partition.status
            table.append([
                key?.topic ?? partition.name, key.map { "\($0.partition)" } ?? "", "\(partition.spec.leader)",
                mirror(partition.spec.mirror), partition.spec.replicas.map { "\($0)" }.joined(separator: ","),
                status.resolution.word, status.size < 0 ? "-" : Sizes.text(Int(status.size)), "\(status.baseOffset)",
                offset(status.leader.hw), offset(status.leader.leo), "\(status.lsr)",
                status.replicas.map { "\($0.spu):\(offset($0.leo))" }.joined(separator: " "),
            ])
        }
        return table
    }

    /// -1: the leader has not told.
    private static func offset(_ offset: Int64) -> String { offset < 0 ? "-" : "\(offset)" }

    private static func mirror(_ mirror: PartitionMirrorConfig?) -> String {
        switch mirror {
        case .home(let home)?: "from \(home.remoteCluster)"
        case .remote(let remote)?: "to \(remote.homeCluster)"
        case nil: ""
        }
    }
}
