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
    var isPartial = false
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
    var foreignKeyWait = Duration.zero
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
        declareBad(&table)
        declareWriting(&table)
        table.group("Operation")
        table.value(
            "--metrics", to: \.metrics, as: .metricsTarget, help: "Show figures for Prometheus here",
            manual: "Show figures in the text format of Prometheus: at `http://HOST:PORT/metrics`, at the local socket "
                + "`unix:PATH`, or in `file:PATH`, which is replaced every 5 seconds.")
        table.include(\.connection)
        table.include(\.stop)
    }

    /// The sink's name: the same in whatever order the topics are named.
    var name: String {
        let source = readsInput ? "stdin" : topics.sorted().joined(separator: ",")
        return id ?? "\(source)->\(table ?? route ?? "{topic}")"
    }

    /// For how long servers are looked for: for ever, where the sink is to run for ever.
    var patience: ConnectionOptions {
        var connection = connection
        if !stopsAtEnd, connection.retryFor == ConnectionOptions().retryFor { connection.retryFor = .forever }
        return connection
    }

    /// Bytes after which a transaction ends that takes rows in as they come.
    var streamBytes: Int { batchBytes ?? 20 << 20 }

    /// Bytes of a batch that is made before it is written.
    var foldedBytes: Int { batchBytes ?? 4 << 20 }

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
