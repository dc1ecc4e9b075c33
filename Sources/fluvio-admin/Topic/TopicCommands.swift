import ToolSupport

/// `fluvio-admin topic`.
let topicCommands = Command(
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
        Command("watch", "Write the topics and every change of them as JSON lines.", WatchOptions.self) {
            options, context in try await WatchObjects<TopicView>(options: options, context: context).run()
        },
        Command(
            "add-partition", "Add partitions to a topic.", AddPartitionOptions.self,
            manual: "Records with keys go to other partitions from then on."
        ) { options, context in try await AddPartition(options: options, context: context).run() },
        Command("add-mirror", "Mirror one more remote cluster into a topic.", AddMirrorOptions.self) {
            options, context in try await AddTopicMirror(options: options, context: context).run()
        },
        Command(
            "offsets", "Write where the partitions of a topic begin and end.", TopicOffsetsOptions.self,
            examples: [
                Example(
                    "fluvio-admin topic offsets logs -O json | jq 'map(.end - .start) | add'",
                    "Counts the records of the topic `logs`.")
            ]
        ) { options, context in try await TopicOffsets(options: options, context: context).run() },
    ])
