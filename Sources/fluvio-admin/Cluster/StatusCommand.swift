import FluvioClient
import FluvioLocal
import Glibc
import ToolSupport

struct StatusOptions: CommandOptions {
    var common = CommonOptions()
    var location = ClusterLocation()
    var output = ObjectOutputOptions()

    static func declare(_ table: inout OptionTable<Self>) {
        table.group("Cluster")
        table.include(\.location)
        table.include(\.output)
    }
}

/// `fluvio-admin cluster status`: what the cluster of a directory or profile says of itself.
struct StatusCommand: Sendable {
    let options: StatusOptions
    let context: ToolContext

    func run() async throws -> Outcome {
        let directory = try options.location.resolved(profile: context.common.profile)
        guard let status = try await onOwnThread({ try ClusterControl.status(directory: directory) }) else {
            throw ToolError(Self.nobody(directory))
        }
        let format = options.output.format
        try await onOwnThread {
            var output = OutputWriter(descriptor: STDOUT_FILENO)
            try ObjectOutput.write(
                document: Self.value(of: status, directory), as: format, table: Self.table,
                name: { _ in "\(status.endpoint)" }, to: &output)
            try output.close()
        }
        let isHealthy = status.offlinePartitions == 0 && status.spus.allSatisfy(\.online)
        return .exit(isHealthy ? .success : .incomplete)
    }

    /// What is said where no cluster runs.
    static func nobody(_ directory: String) -> String {
        "no cluster runs on \(directory); 'fluvio-admin cluster start' starts one"
    }

    private static func value(of status: ClusterStatus, _ directory: String) -> ObjectValue {
        [
            "endpoint": .string("\(status.endpoint)"), "webSocket": .optional(status.webSocket),
            "pid": .int(Int64(status.pid)),
            "started": .int(status.started), "directory": .string(directory), "topics": .int(Int64(status.topics)),
            "partitions": .int(Int64(status.partitions)), "offlinePartitions": .int(Int64(status.offlinePartitions)),
            "spus": .array(status.spus.map(\.value)),
        ]
    }

    private static func table(_ value: ObjectValue) -> ObjectTable {
        var table = ObjectTable(["WHAT", "VALUE"])
        guard case .object(let members) = value else { return table }
        for member in members {
            switch member.value {
            case .string(let text): table.append([member.name, text])
            case .int(let number): table.append([member.name, "\(number)"])
            case .array(let spus):
                for spu in spus {
                    guard case .int(let id)? = spu["id"], case .string(let endpoint)? = spu["endpoint"],
                        case .string(let state)? = spu["status"], case .string(let condition)? = spu["condition"]
                    else { continue }
                    let more = condition == "running" ? "" : " (\(condition))"
                    table.append(["spu \(id)", "\(endpoint) \(state)\(more)"])
                }
            default: break
            }
        }
        return table
    }
}
