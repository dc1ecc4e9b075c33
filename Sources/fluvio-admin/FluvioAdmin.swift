import ToolSupport

/// The tool: its commands, and what its manual says of it as a whole.
let fluvioAdmin: Tool = Tool(
    "fluvio-admin", "manage Fluvio topics, and a cluster on this machine",
    manual: Manual(
        description: """
            `fluvio-admin` manages the topics of a Fluvio cluster and the profiles that tell where clusters are, and can run \
            a cluster of one process on this machine, which the official clients can use too.

            Names are exact. Lists go to standard output in the format that `-O` names, everything else to standard error.
            """,
        environment: Manual.Entry.clusterEnvironment,
        files: [
            Manual.Entry("~/.fluvio/config", "Profiles: which clusters there are, and which is the current one."),
            Manual.Entry(
                "~/.fluvio/local-cluster",
                "The data of the cluster on this machine, in the files of Fluvio itself; `cluster.log` there is its log."
            ),
        ],
        seeAlso: ["fluvio-cat(1)"]),
    [
        topicCommands, partitionCommands, spuCommands, spuGroupCommands, smartModuleCommands, tableFormatCommands,
        remoteCommands, homeCommands, consumerCommands, offsetCommands, applyCommand, exportCommand, profileCommands,
        configCommands,
        clusterCommands, .completions(for: "fluvio-admin") { fluvioAdmin },
    ])
