import FluvioClient
import ToolSupport
import Unix

/// How a writer goes about it.
struct WriterSettings: Sendable {
    /// The sink's name.
    var id: String
    /// A connection string; nil: libpq's defaults.
    var target: String?
    /// Names this process to others.
    var owner: String
    /// Transactions may run on another connection each, behind a pooler.
    var isPooled = false
    /// Another process of the same name is waited for.
    var waitsForOthers = false
    /// Others of the same name have partitions, too: for how long one is held after each sign of life; nil: all are this
    /// process's.
    var lease: Duration?

    /// The same as SQL takes it.
    var leaseSeconds: String? { lease.map { "\(Double($0.wholeNanoseconds) / 1e9)" } }

    /// Bytes and rows after which a transaction ends that takes in batches as they come.
    var streamBytes = 0
    var batchRows = 0
    /// Nothing is kept.
    var isDry = false
    var onBad = BadRecords.dead
    /// For how long a row waits for another that it refers to.
    var foreignKeyWait = Duration.zero
    /// Dead letters after which it stops, counted over all writers.
    var budget: DeadBudget
    /// Where dead letters go as well.
    var deadTopic: DeadTopic?
    /// Told with every commit.
    var channel: String?
    /// Commits do not wait for the disk of the server.
    var isAsynchronous = false
    /// The rows of another mapping are there already, and these may follow them.
    var acceptsMapping = false
    /// For how long a server that cannot be reached is tried.
    var limit: RetryLimit
    var diagnostics: Diagnostics
    var signals: Signals
}

/// What happens to records that are no rows.
enum BadRecords: String, CaseIterable, Sendable {
    /// They go to the dead letters, and the sink goes on.
    case dead
    /// The sink stops.
    case stop
}
