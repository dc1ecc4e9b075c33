import ToolSupport

/// The tool: its commands, and what its manual says of it as a whole.
let fluvioAdmin = Tool(
    "fluvio-admin", "manage Fluvio topics, and a cluster on this machine",
    manual: Manual(
        description: """
            `fluvio-admin` manages the topics of a Fluvio cluster, and can run a cluster of one process on this machine, \
            which the official clients can use too.

            Names are exact. Lists go to standard output in the format that `-O` names, everything else to standard error.
            """,
        environment: [
            Manual.Entry("FLV_PROFILE_PATH", "The file of profiles, in place of `~/.fluvio/config`.")
        ],
        files: [
            Manual.Entry("~/.fluvio/config", "Profiles: which clusters there are, and which is the current one."),
            Manual.Entry(
                "~/.fluvio/local-cluster",
                "The data of the cluster on this machine, in the files of Fluvio itself; `cluster.log` there is its log."
            ),
        ],
        seeAlso: ["fluvio-cat(1)"]),
    [topic, cluster])

private let topic = Command(
    group: "topic", "Create, list, describe and delete topics.",
    [
        Command(
            "create", "Create topics, and wait until they can be used.", CreateTopicOptions.self,
            examples: [
                Example("fluvio-admin topic create logs", "Creates a topic of one partition."),
                Example(
                    "fluvio-admin topic create -p 3 --retention-time 1h --compression-type zstd users",
                    "Creates a topic of three partitions that keeps records for an hour, all compressed with zstd."),
            ]
        ) { options, context in try await CreateTopic(options: options, context: context).run() },
        Command(
            "list", "List the topics.", ListTopicsOptions.self,
            examples: [
                Example("fluvio-admin topic list", "Lists the topics in columns."),
                Example(
                    "fluvio-admin topic list -O json | jq -r '.[].name'", "Writes their names; `-O name` does the same."
                ),
            ]
        ) { options, context in try await ListTopics(options: options, context: context).run() },
        Command(
            "describe", "Tell what there is to know of a topic.", DescribeTopicOptions.self,
            examples: [Example("fluvio-admin topic describe logs", "Describes the topic `logs`.")]
        ) { options, context in try await DescribeTopic(options: options, context: context).run() },
        Command(
            "delete", "Delete topics with all their records.", DeleteTopicsOptions.self,
            examples: [
                Example(
                    "fluvio-admin topic list -O name | grep ^tmp- | fluvio-admin topic delete --yes -",
                    "Deletes all topics whose names begin with `tmp-`.")
            ]
        ) { options, context in try await DeleteTopics(options: options, context: context).run() },
    ])

private let cluster = Command(
    group: "cluster", "Run a cluster on this machine.",
    [
        Command(
            "start", "Start a cluster in the background, and make its profile the current one.", StartOptions.self,
            manual: """
                The cluster listens on this machine only, unless `--bind` says otherwise. It goes on after the terminal is \
                closed, until `cluster stop`. With `-P` the profile gets that name, in place of `local`.
                """,
            examples: [
                Example("fluvio-admin cluster start", "Starts a cluster on the usual ports."),
                Example(
                    "fluvio-admin cluster start --data-dir ./second --port 0 --spu-port 0 -P second",
                    "Starts another one beside it, on free ports."),
            ]
        ) { options, context in try await StartCommand(options: options, context: context).run() },
        Command(
            "run", "Run a cluster in the foreground, until a signal or 'cluster stop'.", RunOptions.self,
            manual:
                "For service managers and containers: the log goes to standard error, and a signal that asks to stop is "
                + "the regular end, with exit status 0."
        ) { options, context in try await RunCommand(options: options, context: context).run() },
        Command(
            "stop", "Stop the cluster of a directory or profile; its data stays.", StopClusterOptions.self,
            examples: [Example("fluvio-admin cluster stop", "Stops the cluster of the current profile.")]
        ) { options, context in try await StopCommand(options: options, context: context).run() },
        Command(
            "status", "Tell where the cluster listens and how it is.", StatusOptions.self,
            manual: "Exits with 1 if no cluster runs there, or a partition is offline.",
            examples: [
                Example("fluvio-admin cluster status -O json | jq -r .endpoint", "Writes the cluster's address.")
            ]
        ) { options, context in try await StatusCommand(options: options, context: context).run() },
    ])
