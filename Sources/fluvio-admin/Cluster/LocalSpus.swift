import FluvioLocal
import Glibc
import ToolSupport

/// `fluvio-admin cluster spu`.
let localSpuCommands = Command(
    group: "spu", "Try out what happens when an SPU of the cluster on this machine is lost.",
    manual: """
        A cluster of several SPUs (`cluster start --spus 3`) and topics of several replicas (`topic create -r 2`) let you \
        see on one machine what becomes of producers and consumers when a server is lost. It behaves as Fluvio does: a \
        follower that is less than 4 records behind takes over; if there is none, the partition waits for its leader; an \
        SPU that returns cuts off what the new leader does not have, and catches up.
        """,
    [
        Command(
            "list", "List the SPUs: where they listen, whether the controller takes them for online, and how they are.",
            ListLocalSpusOptions.self,
            examples: [Example("fluvio-admin cluster spu list -O json | jq length", "Counts the SPUs.")]
        ) { options, context in try await ListLocalSpus(options: options, context: context).run() },
        Command(
            "stop", "Stop SPUs in order.", TellSpuOptions.self,
            examples: [Example("fluvio-admin cluster spu stop 5001", "Stops the SPU 5001; others lead its partitions.")]
        ) { options, context in try await TellSpu(action: .stop, options: options, context: context).run() },
        Command(
            "start", "Start SPUs that were stopped or killed; frozen ones go on.", TellSpuOptions.self
        ) { options, context in try await TellSpu(action: .start, options: options, context: context).run() },
        Command(
            "kill", "Kill SPUs: connections break at once, what only memory knew is lost.", TellSpuOptions.self
        ) { options, context in try await TellSpu(action: .kill, options: options, context: context).run() },
        Command(
            "freeze", "Freeze SPUs: their connections stay open and mute, until 'start'.", TellSpuOptions.self,
            manual: "The controller notices after `cluster start --spu-timeout`."
        ) { options, context in try await TellSpu(action: .freeze, options: options, context: context).run() },
    ])

struct ListLocalSpusOptions: CommandOptions {
    var common = CommonOptions()
    var location = ClusterLocation()
    var output = ObjectOutputOptions()

    static func declare(_ table: inout OptionTable<Self>) {
        table.group("Cluster")
        table.include(\.location)
        table.include(\.output)
    }
}

/// `fluvio-admin cluster spu list`: the SPUs of the cluster of a directory or profile.
struct ListLocalSpus: Sendable {
    let options: ListLocalSpusOptions
    let context: ToolContext

    func run() async throws -> Outcome {
        let directory = try options.location.resolved(profile: context.common.profile)
        guard let status = try await onOwnThread({ try ClusterControl.status(directory: directory) }) else {
            throw ToolError(StatusCommand.nobody(directory))
        }
        let format = options.output.format
        try await onOwnThread {
            var output = OutputWriter(descriptor: STDOUT_FILENO)
            try ObjectOutput.write(
                list: status.spus.map(\.value), as: format, table: Self.table, name: Self.name, to: &output)
            try output.close()
        }
        return .exit(.success)
    }

    private static func name(_ value: ObjectValue) -> String {
        if case .int(let id)? = value["id"] { "\(id)" } else { "" }
    }

    private static func table(_ values: [ObjectValue]) -> ObjectTable {
        var table = ObjectTable(["ID", "ENDPOINT", "STATUS", "CONDITION"])
        for value in values {
            guard case .string(let endpoint)? = value["endpoint"], case .string(let status)? = value["status"],
                case .string(let condition)? = value["condition"]
            else { continue }
            table.append([name(value), endpoint, status, condition])
        }
        return table
    }
}

struct TellSpuOptions: CommandOptions {
    var common = CommonOptions()
    var ids: [Int32] = []
    var location = ClusterLocation()

    static func declare(_ table: inout OptionTable<Self>) {
        table.operands(
            "ID", to: \.ids, as: .integer("ID"), least: 1, help: "the SPUs, as 'cluster spu list' names them")
        table.group("Cluster")
        table.include(\.location)
    }
}

/// `fluvio-admin cluster spu start|stop|kill|freeze`: what can befall a server, tried out.
struct TellSpu: Sendable {
    let action: SpuCommand.Action
    let options: TellSpuOptions
    let context: ToolContext

    func run() async throws -> Outcome {
        let directory = try options.location.resolved(profile: context.common.profile)
        for id in options.ids {
            let command = SpuCommand(action, id)
            guard try await onOwnThread({ try ClusterControl.tell(command, directory: directory) }) else {
                throw ToolError(StatusCommand.nobody(directory))
            }
            context.diagnostics.note("SPU \(id) \(Self.done(action))")
        }
        return .exit(.success)
    }

    private static func done(_ action: SpuCommand.Action) -> String {
        switch action {
        case .start: "runs"
        case .stop: "is stopped"
        case .kill: "is killed"
        case .freeze: "is frozen"
        }
    }
}

extension ClusterStatus.SpuSummary {
    /// As lists and statuses show it.
    var value: ObjectValue {
        [
            "id": .int(Int64(id)), "endpoint": .string("\(endpoint)"), "status": online ? "Online" : "Offline",
            "condition": .string(condition.rawValue),
        ]
    }
}
