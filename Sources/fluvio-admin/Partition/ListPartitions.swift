import FluvioClient
import FluvioProtocol
import ToolSupport

/// `fluvio-admin partition`.
let partitionCommands = Command(
    group: "partition", "Show the partitions of topics.",
    [
        Command(
            "list", "List the partitions.", ListPartitionsOptions.self,
            manual: """
                Sizes and offsets are those that the leaders have reported last. A name is that of a topic, or of one \
                partition as in `logs-0`.
                """,
            examples: [
                Example("fluvio-admin partition list logs", "Lists the partitions of `logs`."),
                Example(
                    "fluvio-admin partition list --live -O json | jq -r '.[] | [.name, .status.leader.hw] | @tsv'",
                    "Writes where each partition ends now."),
            ]
        ) { options, context in try await ListPartitions(options: options, context: context).run() },
        Command(
            "watch", "Write the partitions and every change of them as JSON lines.", WatchOptions.self
        ) { options, context in try await WatchObjects<PartitionView>(options: options, context: context).run() },
    ])

struct ListPartitionsOptions: CommandOptions {
    var common = CommonOptions()
    var listing = ListingOptions()
    var showsSystem = false
    var isLive = false

    static func declare(_ table: inout OptionTable<Self>) {
        table.operands("NAME", to: \.listing.selection.names, as: .topic, help: "topics or partitions; all if left out")
        table.flag("-s", "--system", to: \.showsSystem, help: "Show those of the cluster's own topics, too")
        table.flag("--live", to: \.isLive, help: "Ask the leaders where their partitions begin and end now")
        table.include(\.listing)
    }
}

/// `fluvio-admin partition list`.
struct ListPartitions: Sendable {
    let options: ListPartitionsOptions
    let context: ToolContext

    func run() async throws -> Outcome {
        try await ListObjects<PartitionView>(options: options.listing, context: context).run(
            system: options.showsSystem
        ) { client, partitions in
            options.isLive ? try await client.admin.live(partitions) : partitions
        }
    }
}
