import ToolSupport

/// `fluvio-admin profile`.
let profileCommands = Command(
    group: "profile", "Manage the profiles of ~/.fluvio/config.",
    manual: """
        A profile names a cluster: where it listens and how to talk to it. All Fluvio tools read the same file, and what \
        these commands do not know in it stays as it is. It is replaced as a whole, readable by its owner alone.

        The `endpoint` of a cluster is `HOST:PORT`, or, where only HTTP passes, the URL of a WebSocket: \
        `ws://HOST[:PORT][/PATH][?QUERY]`, or `wss://` with TLS. Each connection, to the controller and to every SPU, is a \
        WebSocket to this URL, whose query says who is wanted: `addr=HOST:PORT`, for an SPU also `domain=SPU.DOMAIN`. Of \
        the controller it is what the URL has as `addr`, or port 9003 of its host. `ws_token`, a text beside `endpoint`, \
        is sent as `token`; `FLUVIO_WS_TOKEN` goes before it. Neither it nor the query is shown without `--show-secrets`. \
        With `wss://` the settings for TLS are those of the WebSocket; with `ws://` they protect what it carries, up to the \
        cluster itself.
        """,
    [
        Command(
            "current", "Write the name of the current profile.", CurrentProfileOptions.self,
            examples: [Example("fluvio-admin profile current", "Tells which cluster commands go to.")]
        ) { options, context in try await CurrentProfile(options: options, context: context).run() },
        Command(
            "list", "List the profiles.", ListProfilesOptions.self,
            manual: "JSON and YAML have the whole file. Private keys in it are shown only with `--show-secrets`.",
            examples: [
                Example("fluvio-admin profile list", "Lists the profiles; the star marks the current one."),
                Example("fluvio-admin profile list -O json | jq -r .current_profile", "Writes the current one's name."),
            ]
        ) { options, context in try await ListProfiles(options: options, context: context).run() },
        Command(
            "add", "Add the profile of a cluster, and make it the current one.", AddProfileOptions.self,
            manual: """
                Nothing is asked of the cluster. A profile of that name that says something else is replaced with \
                `--replace` only.
                """,
            examples: [
                Example("fluvio-admin profile add site site.example:9003", "Adds the profile `site`."),
                Example(
                    "fluvio-admin profile add --ca-cert ca.pem --domain site.example site site.example:9003",
                    "Adds it for a cluster with TLS whose certificates are of an authority of its own."),
                Example(
                    "fluvio-admin profile add edge wss://edge.example/fluvio",
                    "Adds the profile of a cluster that is reached by WebSocket."),
            ]
        ) { options, context in try await AddProfile(options: options, context: context).run() },
        Command(
            "switch", "Make a profile the current one.", SwitchProfileOptions.self,
            examples: [Example("fluvio-admin profile switch local", "Makes `local` the current profile.")]
        ) { options, context in try await SwitchProfile(options: options, context: context).run() },
        Command(
            "rename", "Give a profile another name.", RenameProfileOptions.self, manual: "Its cluster keeps its own.",
            examples: [Example("fluvio-admin profile rename local laptop", "Renames `local` to `laptop`.")]
        ) { options, context in try await RenameProfile(options: options, context: context).run() },
        Command(
            "delete", "Delete profiles.", DeleteProfilesOptions.self,
            manual: "Their clusters stay in the file. If the current one is deleted, no profile is current then."
        ) { options, context in try await DeleteProfiles(options: options, context: context).run() },
        Command(
            "delete-cluster", "Delete clusters from the file of profiles.", DeleteClustersOptions.self,
            manual:
                "The clusters themselves are not touched. One that profiles name is deleted with `--force` (`-f`) only."
        ) { options, context in try await DeleteClusters(options: options, context: context).run() },
        Command(
            "export", "Write what a profile says of its cluster, as JSON or YAML.", ExportProfileOptions.self,
            manual: """
                In the shape of the official tools. Certificates in files are read, so that what is written stands by \
                itself. A private key is written with `--show-secrets` only.
                """,
            examples: [Example("fluvio-admin profile export | jq -r .endpoint", "Writes the cluster's address.")]
        ) { options, context in try await ExportProfile(options: options, context: context).run() },
        Command(
            group: "sync", "Make profiles of clusters that run.",
            [
                Command(
                    "local", "Make the profile of a cluster on this machine, as 'local'.", SyncLocalOptions.self,
                    manual: "For a cluster that somebody else started; `cluster start` does it by itself."
                ) { options, context in try await SyncLocal(options: options, context: context).run() }
            ]),
    ])
