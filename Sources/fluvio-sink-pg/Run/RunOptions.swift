import FluvioClient
import ToolSupport

/// What `fluvio-sink-pg run` is told.
struct RunOptions: CommandOptions {
    var common = CommonOptions()
    var words: [String] = []
    var readsInput = false
    var isRegularExpression = false
    var partitions: [UInt32] = []
    var stopsAtEnd = false
    var from = FirstStart.beginning
    var isolation = Isolation.readCommitted
    var table: String?
    var route: String?
    var routeTables: [TableName] = []
    var mapping: String?
    var mode: Mapping.Mode?
    var creates = false
    var select: String?
    var evolves = false
    var deadTopic: String?
    var format = TablePlan.Format.auto
    var assumesUTC = false
    var id: String?
    var waits = false
    var shares = false
    var lease = Duration.seconds(10)
    var acceptsMapping = false
    var onGap = GapPolicy.stop
    var onRewind = RewindPolicy.stop
    var onBad = BadRecords.dead
    var maximumDead = DeadLimit.records(100)
    var badText = BadTextPolicy.dead
    var onCorrupt = CorruptPolicy.stop
    var batchBytes: Int?
    var batchRows = 100_000
    var parallel = 1
    var pooling = Pooling.session
    var commit = CommitMode.server
    var notify: String?
    var isDry = false
    var metrics: MetricsTarget?
    var connection = ConnectionOptions()
    var stop = StopOptions()

    /// Filled by ``validate()``.
    var topics: [String] = []
    var target: String?

    static func declare(_ table: inout OptionTable<Self>) {
        table.operands("TOPIC", to: \.words, as: .text("TOPIC"), least: 0, help: "the topics, and last the database")
        table.group("Which records")
        table.flag(
            "--stdin", to: \.readsInput, help: "Take in the lines of standard input in place of topics",
            manual:
                "Take in the lines of standard input, each the JSON value of a record, and no topic; exit where it ends. A "
                + "line is committed with its neighbours, but nobody tells the program before it: what is sent again after "
                + "a failure is written again (at least once). The offset of a line is its number among all that this "
                + "`--id` has taken in; it has neither key nor timestamp. Empty lines are left out.")
        table.flag(
            "-r", "--regex", to: \.isRegularExpression, help: "Take TOPIC as a regular expression",
            manual:
                "Take every TOPIC as a regular expression (PCRE2), which is searched for in the names. One that begins "
                + "with `^` is taken so in any case. Topics and partitions that come later are taken in, too.")
        table.list(
            "-p", "--partition", to: \.partitions, as: .integer("N", in: 0...UInt32(Int32.max)),
            help: "Take in this partition only")
        table.flag("-e", "--exit-at-end", to: \.stopsAtEnd, help: "Exit where the partitions end now")
        table.value(
            "-o", "--from", to: \.from, as: .firstStart, help: "Begin here where the database says nothing",
            manual:
                "Where a partition begins that this sink has never written: `beginning`, `end`, or an offset. Once it "
                + "has written anything, only the database says where it goes on.")
        table.value(
            "--isolation", to: \.isolation, as: .isolation,
            help: "Take in what all replicas have, or what the leader has")
        declareTables(&table)
        declareSafety(&table)
        declareWriting(&table)
        table.group("Operation")
        table.value(
            "--metrics", to: \.metrics, as: .metricsTarget, help: "Show figures for Prometheus here",
            manual: "Show figures in the text format of Prometheus: at `http://HOST:PORT/metrics`, at the local socket "
                + "`unix:PATH`, or in `file:PATH`, which is replaced every 5 seconds.")
        table.include(\.connection)
        table.include(\.stop)
    }

    private static func declareTables(_ table: inout OptionTable<Self>) {
        table.group("Tables")
        table.value(
            "-t", "--table", to: \.table, as: .text("TABLE"), fallback: "{topic}", help: "Write to this table",
            manual:
                "Write to this table: `TABLE` or `SCHEMA.TABLE`, quoted with `\"` where a name holds a dot. `{topic}` "
                + "stands for the topic's name. Names are taken as they are, and those of more than 63 bytes are refused, "
                + "as PostgreSQL would cut them.")
        table.value(
            "--route", to: \.route, as: .text("POINTER"), help: "Take the table's name from the record",
            manual:
                "Take the table's name from this place of the JSON value, a pointer such as `/type`. Only tables that "
                + "`--tables` lists are written to; a record that names another is a bad one.")
        table.list("--tables", to: \.routeTables, as: .table, help: "A table that --route may name")
        table.value(
            "-m", "--mapping", to: \.mapping, as: .file, help: "Fill columns as this file says",
            manual:
                "Fill columns as this JSON file says: `{\"mode\": MODE, \"columns\": {NAME: {…}}}`. A column has one of "
                + "`path` (a JSON pointer such as `/user/id`; the empty one is the whole value), `dotted` (`user.id`, "
                + "`items[0]`) or `from` (`key`, `value`, `topic`, `partition`, `offset`, `timestamp`), else the member of "
                + "its own name; and perhaps `type` (for `--create`), `default` (where the record has nothing), `required`, "
                + "`key` (for `--mode upsert`), `unit` (`s`, `ms`, `us`, `ns`: what a number that is a time counts) and "
                + "`encoding` (`base64`, `hex`: how bytes are written). Anything else is refused. Without a mapping, a "
                + "table with the columns topic, partition, offset, timestamp, key and value takes whole records, and "
                + "every other table the members that are named as its columns are.")
        table.value(
            "--select", to: \.select, as: .text("EXPRESSIONS"),
            help: "Make the table's columns of the mapping's, in SQL",
            manual:
                "Make the table's columns of the mapping's, in SQL: what stands behind SELECT, as in `id, lower(name) AS "
                + "name, at::date AS day`. The columns of the mapping are then those of a temporary table, and take their "
                + "types from the mapping, or from the table's column of the same name. Keys must pass unchanged.")
        table.value(
            "--mode", to: \.mode, as: .choice("MODE"), fallback: "append, or the mapping's",
            help: "Append, upsert or insert-ignore",
            manual:
                "`append`: every record is a row. `upsert`: the last record of a key is the row, and one with an empty "
                + "value deletes it. `insert-ignore`: the first record of a key is the row. Keys are the columns that the "
                + "mapping marks, or the primary key; the table must have a unique index of just these.")
        table.flag(
            "--create", to: \.creates, help: "Make the table if it is missing",
            manual: "Make the table if it is missing: by the mapping, whose columns then need types; without one, with "
                + "the columns topic, partition, offset, timestamp, key and value (jsonb).")
        table.flag(
            "--evolve", to: \.evolves, help: "Add columns that only the mapping has",
            manual:
                "Add the columns to the table that the mapping has and the table has not, at the start. They need a `type` "
                + "and can be null; nothing else of a table is changed. Rows that are there have NULL in them.")
        table.value(
            "--format", to: \.format, as: .choice("FORM"), help: "Send rows as text or in binary",
            manual:
                "`auto` sends rows in binary if values of all columns can be made here, else as text, which the server "
                + "reads.")
        table.flag(
            "--assume-utc", to: \.assumesUTC, help: "Take times without a zone for UTC",
            manual:
                "Take times without a zone for UTC. Without it they are bad records in a column that is timestamptz.")
    }

    private static func declareSafety(_ table: inout OptionTable<Self>) {
        table.group("Going on, and never twice")
        table.value(
            "-g", "--id", to: \.id, as: .text("ID"), fallback: "TOPIC->TABLE", help: "The name of this sink",
            manual:
                "The name under which the offsets are kept in the table `fluvio_sink.offsets`, in the transactions of "
                + "the rows. One process at a time can have it; another exits with 5 and says who has it.")
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
        table.group("Bad records")
        table.value(
            "--on-bad", to: \.onBad, as: .choice("POLICY"), help: "A record that is no row: dead letter, or stop",
            manual:
                "What to do with a record that is no row: write it to `fluvio_sink.dead`, in the transaction of its "
                + "neighbours, and exit with 4 in the end (`dead`); or `stop` there.")
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

    private static func declareWriting(_ table: inout OptionTable<Self>) {
        table.group("Writing")
        table.value(
            "--batch-bytes", to: \.batchBytes, as: .size(in: 1024...1 << 30), fallback: "20M, 6M by key",
            help: "Commit after so many bytes",
            manual:
                "Commit after so many bytes, and after half a second; earlier when there is nothing more at the moment, "
                + "so that one record does not wait. Rows that are appended to one table go to the server as they are "
                + "made; those that are looked up by a key, or go to several tables, are collected first.")
        table.value(
            "--batch-rows", to: \.batchRows, as: .integer("N", in: 1...Int.max), help: "Commit after so many rows")
        table.value(
            "--parallel", to: \.parallel, as: .integer("N", in: 1...64), help: "Write over so many connections",
            manual:
                "Write over so many connections, with a thread each that makes the rows: a partition always goes over the "
                + "same one, in its order. Worth it where the server has processors to spare; batches and their memory "
                + "are as many.")
        table.value(
            "--pooling", to: \.pooling, as: .choice("MODE"),
            help: "What is in front of the server: session, transaction",
            manual:
                "Say `transaction` where a pooler stands in front of the server that gives every transaction another "
                + "connection: then no session locks and no tables of a session are used.")
        table.value(
            "--commit", to: \.commit, as: .choice("MODE"), help: "Wait for the server's disk: server, async",
            manual: "`async` does not wait for the disk of the server. Rows and offsets are lost or kept together, so "
                + "nothing is missing or twice for that; it is faster for small batches.")
        table.value("--notify", to: \.notify, as: .text("CHANNEL"), help: "NOTIFY this channel with every commit")
        table.flag(
            "--dry-run", to: \.isDry, help: "Write everything and roll it back; name what is bad",
            manual:
                "Write everything and roll it back, to where the topics end now, and name every record that is no row. "
                + "Offsets stay as they are.")
    }

    mutating func validate() throws(UsageError) {
        (topics, target) = Operands.split(words)
        if readsInput {
            if let topic = topics.first { throw UsageError("'\(topic)': --stdin takes no topics") }
            if table == nil, route == nil { throw UsageError("--stdin needs --table or --route") }
            if isRegularExpression || !partitions.isEmpty || stopsAtEnd {
                throw UsageError("--stdin does not go with --regex, --partition or --exit-at-end")
            }
            if parallel > 1 { throw UsageError("--stdin does not go with --parallel") }
            if isDry { throw UsageError("--stdin does not go with --dry-run") }
        } else if topics.isEmpty {
            throw UsageError("TOPIC is missing")
        }
        if shares, stopsAtEnd || readsInput || isDry || waits {
            throw UsageError("--share does not go with --exit-at-end, --stdin, --dry-run or --standby")
        }
        if lease < .milliseconds(300) { throw UsageError("--lease: less than 300 ms is no time for a lease") }
        if route != nil, routeTables.isEmpty { throw UsageError("--route needs --tables") }
        if route == nil, !routeTables.isEmpty { throw UsageError("--tables needs --route") }
        if let route, JSONPointer.steps(route) == nil { throw UsageError("--route: '\(route)' is no JSON pointer") }
        if route != nil, table != nil { throw UsageError("--route and --table exclude each other") }
        if let id, id.isEmpty { throw UsageError("--id needs a name") }
        if isDry, creates { throw UsageError("--dry-run makes no tables, so --create does not go with it") }
        if select != nil {
            if mapping == nil { throw UsageError("--select needs --mapping") }
            if creates || evolves { throw UsageError("--select does not go with --create or --evolve") }
        }
        if evolves, mapping == nil { throw UsageError("--evolve needs --mapping") }
        if isDry, evolves || deadTopic != nil {
            throw UsageError("--dry-run does not go with --evolve or --dead-topic")
        }
        if readsInput, deadTopic != nil { throw UsageError("--dead-topic does not go with --stdin") }
        if isDry { stopsAtEnd = true }
    }

    /// The sink's name.
    var name: String { id ?? "\(readsInput ? "stdin" : topics.joined(separator: ","))->\(table ?? route ?? "{topic}")" }

    /// For how long servers are looked for: for ever, where the sink is to run for ever.
    var patience: ConnectionOptions {
        var connection = connection
        if !stopsAtEnd, connection.retryFor == ConnectionOptions().retryFor { connection.retryFor = .forever }
        return connection
    }

    /// Bytes after which a transaction ends that takes rows in as they come.
    var streamBytes: Int { batchBytes ?? 20 << 20 }

    /// Bytes of a batch that is made before it is written.
    var foldedBytes: Int { batchBytes ?? 6 << 20 }

    /// Whether an operand is a regular expression.
    func isPattern(_ operand: String) -> Bool { isRegularExpression || operand.hasPrefix("^") }
}

/// Tells topics from the database among the operands.
enum Operands {
    /// The last word is the database if it looks like a connection string, which no topic's name does.
    static func split(_ words: [String]) -> (topics: [String], target: String?) {
        guard let last = words.last, last.contains("=") || last.contains("://") else { return (words, nil) }
        return (Array(words.dropLast()), last)
    }
}

/// Where a partition begins that was never written.
enum FirstStart: Equatable, Sendable {
    case beginning, end
    case offset(Int64)

    func offset(in log: Range<Int64>) -> Int64 {
        switch self {
        case .beginning: log.lowerBound
        case .end: log.upperBound
        case .offset(let offset): offset
        }
    }
}

extension ValueKind where Value == FirstStart {
    static var firstStart: ValueKind {
        ValueKind(
            "WHERE", completion: .choices(["beginning", "end"]),
            format: { start in
                switch start {
                case .beginning: "beginning"
                case .end: "end"
                case .offset(let offset): "\(offset)"
                }
            }
        ) { text throws(ValueError) in
            switch text {
            case "beginning": return .beginning
            case "end": return .end
            default:
                guard let offset = Int64(text), offset >= 0 else {
                    throw ValueError("'\(text)' is neither beginning, end nor an offset")
                }
                return .offset(offset)
            }
        }
    }
}

/// What is done at a damaged batch.
enum CorruptPolicy: String, CaseIterable, Sendable {
    case stop, skip
}

/// What stands in front of the server.
enum Pooling: String, CaseIterable, Sendable {
    case session, transaction
}

/// What a commit waits for.
enum CommitMode: String, CaseIterable, Sendable {
    /// What the server's settings say.
    case server
    case async
}
