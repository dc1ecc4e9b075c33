import ToolSupport

/// Where it goes on, and what happens to records that are no rows.
extension RunOptions {
    static func declareSafety(_ table: inout OptionTable<Self>) {
        table.group("Going on, and never twice")
        table.value(
            "-g", "--id", to: \.id, as: .text("ID"), fallback: "TOPIC->TABLE", help: "The name of this sink",
            manual:
                "The name under which the offsets are kept in the table `fluvio_sink.offsets`, in the transactions of "
                + "the rows. One process at a time can have it; another exits with 5 and says who has it. Without this "
                + "option other topics, or another table, are another sink, which begins at the beginning of them all.")
        table.flag("--standby", to: \.waits, help: "Wait while another process has the id")
        table.flag(
            "--share", to: \.shares, help: "Divide the partitions with others of the id",
            manual:
                "Divide the partitions of the topics with all who run with the same `--id` and `--share`. Each holds its "
                + "part by leases in `fluvio_sink.offsets`; when one ends, or is not heard of for the time of `--lease`, the "
                + "others take over what it had. All of an id must share, or none.")
        table.value(
            "--lease", to: \.lease, as: .duration(bare: .seconds), help: "With --share: how long a partition is held",
            manual:
                "With `--share`: for how long a partition is held after each sign of life. A process that is dead or cut "
                + "off is replaced after that time.")
        table.flag("--accept-mapping", to: \.acceptsMapping, help: "Go on though mapping or table are others now")
        table.value(
            "--on-gap", to: \.onGap, as: .choice("POLICY"), help: "Where records are not kept any more: stop, skip",
            manual:
                "What to do where records that are not in the database are not kept in the topic any more: `stop`, or "
                + "`skip` them, with a dead letter that names them.")
        table.value(
            "--on-rewind", to: \.onRewind, as: .choice("POLICY"), help: "Where the topic is another: stop, reset",
            manual:
                "What to do where the database is ahead of the topic, or its last record is another in the topic, as "
                + "when a topic was deleted and made again: `stop`, or `reset` to the topic's beginning.")
    }

    static func declareBad(_ table: inout OptionTable<Self>) {
        table.group("Bad records")
        table.value(
            "--on-bad", to: \.onBad, as: .choice("POLICY"), help: "A record that is no row: dead letter, or stop",
            manual:
                "What to do with a record that is no row: write it to `fluvio_sink.dead`, in the transaction of its "
                + "neighbours, and exit with 4 in the end (`dead`); or `stop` there.")
        table.value(
            "--fk-wait", to: \.foreignKeyWait, as: .duration(bare: .seconds), fallback: "0",
            help: "Wait for rows that others refer to",
            manual:
                "Wait for so long for the row that a record refers to by a foreign key, before the record is a bad one: "
                + "another process may still bring it, or a record of another topic that is read at the same time. What comes "
                + "behind it waits as well.")
        table.value(
            "--max-dead", to: \.maximumDead, as: .deadLimit, help: "Stop after so many dead letters",
            manual:
                "Stop when a run has made more dead letters than `N`, or more than `N%` of the records that it has taken "
                + "in; a percentage counts from the thousandth record on.")
        table.value(
            "--dead-topic", to: \.deadTopic, as: .topic, help: "Send dead letters to this topic as well",
            manual:
                "Send dead letters to this topic as well, before the transaction that writes them down: there they stand at "
                + "least once. A letter has the key of its record; its value is a JSON object with `id`, `topic`, "
                + "`partition`, `offset`, `sqlstate`, `message`, perhaps `column` and `constraint`, and the record's value "
                + "as `value`, or as `value_base64` where it is no UTF-8.")
        table.value(
            "--bad-text", to: \.badText, as: .choice("POLICY"),
            help: "What PostgreSQL cannot store: dead, replace, strip",
            manual:
                "What to do with NUL, with bytes that are no UTF-8, and with half a surrogate pair, which PostgreSQL "
                + "does not store in texts: the record is a bad one (`dead`), U+FFFD stands for each (`replace`), or they "
                + "are left out (`strip`). Columns of type bytea hold everything.")
        table.value(
            "--on-corrupt", to: \.onCorrupt, as: .choice("POLICY"), help: "At a damaged batch stop, or skip it")
    }
}
