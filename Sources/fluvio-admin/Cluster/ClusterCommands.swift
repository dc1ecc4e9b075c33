import ToolSupport

/// `fluvio-admin cluster`.
let clusterCommands = Command(
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
        ) { options, context in try await StartCommand(options: options, context: context).run() }.called("resume"),
        Command(
            "run", "Run a cluster in the foreground, until a signal or 'cluster stop'.", RunOptions.self,
            manual:
                "For service managers and containers: the log goes to standard error, and a signal that asks to stop is "
                + "the regular end, with exit status 0."
        ) { options, context in try await RunCommand(options: options, context: context).run() },
        Command(
            "stop", "Stop the cluster of a directory or profile; its data stays.", StopClusterOptions.self,
            examples: [Example("fluvio-admin cluster stop", "Stops the cluster of the current profile.")]
        ) { options, context in try await StopCommand(options: options, context: context).run() }.called("shutdown"),
        Command(
            "status", "Tell where the cluster listens and how it is.", StatusOptions.self,
            manual: "Exits with 1 if no cluster runs there, or a partition is offline.",
            examples: [
                Example("fluvio-admin cluster status -O json | jq -r .endpoint", "Writes the cluster's address.")
            ]
        ) { options, context in try await StatusCommand(options: options, context: context).run() },
        Command(
            "logs", "Write what the cluster in the background has said.", LogsOptions.self,
            examples: [Example("fluvio-admin cluster logs -n 5", "Writes the last five lines.")]
        ) { options, context in try await LogsCommand(options: options, context: context).run() },
        Command(
            "delete", "Delete a cluster that does not run, with all its records.", DeleteLocalClusterOptions.self,
            manual: "Files in its directory that are no cluster's stay."
        ) { options, context in try await DeleteClusterCommand(options: options, context: context).run() },
        localSpuCommands, spuGroupCommands,
    ])
