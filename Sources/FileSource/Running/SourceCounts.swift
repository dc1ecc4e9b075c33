import Synchronization
import ToolSupport

/// What a source has done, for the figures and the last line. Safe to use from any thread.
final class SourceCounts: Sendable {
    struct Values: Sendable {
        var records = 0
        var bytes = 0
        /// Records that the log had already when the source began.
        var alreadyStored = 0
        var cut = 0
        var dropped = 0
        var refused = 0
        /// Lines with something that is no text.
        var invalid = 0
        var deadLetters = 0
        var truncations = 0
        var lostBytes = 0
        var holeBytes = 0
        var checkpoints = 0
        var checkpointErrors = 0
        /// In milliseconds since 1970.
        var lastCheckpoint: Int64 = 0
        var scans = 0
        var rotations = 0
        var open = 0
        var files = 0
        var lanes = 0
        var pinnedBytes = 0
        /// Bytes that wait to be read, of the files that have some.
        var lag: [(path: String, bytes: Int)] = []
        var lagBytes = 0
    }

    private let values = Mutex(Values())

    /// A copy of all.
    var all: Values { values.withLock { $0 } }

    func update(_ body: (inout Values) -> Void) { values.withLock { body(&$0) } }

    /// For Prometheus.
    func metrics(topic: String) -> MetricsText {
        let now = all
        var text = MetricsText()
        func counter(_ name: String, _ help: String, _ value: Int) {
            text.add(.counter, "fluvio_source_\(name)_total", help, [.init(Double(value), [("topic", topic)])])
        }
        func gauge(_ name: String, _ help: String, _ value: Double) {
            text.add(.gauge, "fluvio_source_\(name)", help, [.init(value, [("topic", topic)])])
        }
        counter("records", "Records that were handed on.", now.records)
        counter("bytes", "Bytes of the files that were read and handed on.", now.bytes)
        counter("already_stored_records", "Records that the topic had already after a crash.", now.alreadyStored)
        counter("cut_lines", "Lines above the limit whose rest was left out.", now.cut)
        counter("dropped_lines", "Lines above the limit that were left out.", now.dropped)
        counter("refused_lines", "Lines that are not of the format.", now.refused)
        counter("invalid_lines", "Lines with something that is no text in their encoding.", now.invalid)
        counter("dead_letters", "Lines that went to the topic for dead letters.", now.deadLetters)
        counter("truncations", "Files that were cut in place.", now.truncations)
        counter("truncated_unread_bytes", "Bytes that were cut before they were read, at least.", now.lostBytes)
        counter("nul_bytes_skipped", "Bytes of holes that were passed over.", now.holeBytes)
        counter("rotations", "Files that were renamed or replaced.", now.rotations)
        counter("checkpoints", "Checkpoints that were written.", now.checkpoints)
        counter("checkpoint_errors", "Checkpoints that could not be written.", now.checkpointErrors)
        counter("scans", "Looks at the directories.", now.scans)
        let age = now.lastCheckpoint == 0 ? 0 : Double(Moment.present - now.lastCheckpoint) / 1000
        gauge("checkpoint_age_seconds", "Time since the last checkpoint.", age)
        gauge("files", "Files that are known.", Double(now.files))
        gauge("open_files", "Files that are open.", Double(now.open))
        gauge("lanes", "Files that have a producer.", Double(now.lanes))
        gauge("pinned_bytes", "Bytes of deleted files that are not closed yet.", Double(now.pinnedBytes))
        gauge("lag_bytes", "Bytes that wait to be read, over all files.", Double(now.lagBytes))
        text.add(
            .gauge, "fluvio_source_file_lag_bytes", "Bytes that wait to be read, of files that have some.",
            now.lag.map { .init(Double($0.bytes), [("topic", topic), ("path", $0.path)]) })
        return text
    }
}
