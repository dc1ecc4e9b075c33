import FluvioClient
import FluvioLocal
import ToolSupport

/// `fluvio-admin cluster spu`.
let localSpuCommands = Command(
    group: "spu", "Show the SPUs, and try out what happens when one of this machine's cluster is lost.",
    manual: """
        `list`, `watch`, `register` and `unregister` are those of `fluvio-admin spu`.

        A cluster of several SPUs (`cluster start --spus 3`) and topics of several replicas (`topic create -r 2`) let you \
        see on one machine what becomes of producers and consumers when a server is lost. It behaves as Fluvio does: a \
        follower that is less than 4 records behind takes over; if there is none, the partition waits for its leader; an \
        SPU that returns cuts off what the new leader does not have, and catches up.
        """,
    spuCommands.commands + [
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

struct TellSpuOptions: CommandOptions {
    var common = CommonOptions()
    var ids: [Int32] = []
    var location = ClusterLocation()
    var dryRun = DryRunOption()

    static func declare(_ table: inout OptionTable<Self>) {
        table.operands(
            "ID", to: \.ids, as: .integer("ID"), least: 1, help: "the SPUs, as 'cluster status' names them")
        table.group("Cluster")
        table.include(\.location)
        table.include(\.dryRun)
    }
}

/// `fluvio-admin cluster spu start|stop|kill|freeze`: what can befall a server, tried out.
struct TellSpu: Sendable {
    let action: SpuCommand.Action
    let options: TellSpuOptions
    let context: ToolContext

    func run() async throws -> Outcome {
        let directory = try options.location.resolved(profile: context.common.profile)
        if options.dryRun.isOn { return try await check(directory) }
        for id in options.ids {
            let command = SpuCommand(action, id)
            guard try await onOwnThread({ try ClusterControl.tell(command, directory: directory) }) else {
                throw ToolError(StatusCommand.nobody(directory))
            }
            context.diagnostics.note("SPU \(id) \(Self.done(action))")
        }
        return .exit(.success)
    }

    /// Looks for the SPUs, and leaves them as they are.
    private func check(_ directory: String) async throws -> Outcome {
        guard let status = try await onOwnThread({ try ClusterControl.status(directory: directory) }) else {
            throw ToolError(StatusCommand.nobody(directory))
        }
        for id in options.ids {
            guard status.spus.contains(where: { $0.id == id }) else {
                let known = status.spus.map { "\($0.id)" }.joined(separator: ", ")
                throw ToolError("there is no SPU \(id); there are \(known)")
            }
            context.diagnostics.note("SPU \(id): \(action.rawValue) (dry run)")
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
