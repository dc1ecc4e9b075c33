import FluvioTransport
import Synchronization
package import Unix

/// The log of one partition: its batches, back to back in segment files, in Fluvio's own format.
///
/// Any thread may call. One lock guards all of it: appends hold it while they write (to the page cache, as a rule),
/// readers only to look up where to read.
package final class Log: Sendable {
    /// Where its files are.
    package let directory: String
    /// What lines to people call it: `TOPIC-PARTITION`.
    package let name: String
    let say: @Sendable (String) -> Void
    let state: Mutex<LogState>

    /// Opens the log in `directory`, or begins one there.
    ///
    /// The last segment is read to its end: what a crash left half written is cut, what is damaged with whole batches
    /// behind it is kept and its readable rest served. Of older segments only the end is looked at. Indexes that are
    /// missing or wrong are made again. `say` gets a line about each of these, and about files of other makes, which
    /// are left alone.
    package init(
        directory: String, name: String, configuration: LogConfiguration, say: @escaping @Sendable (String) -> Void
    ) throws(SystemError) {
        self.directory = directory
        self.name = name
        self.say = say
        state = Mutex(
            try LogRecovery(directory: directory, say: { say("\(name): \($0)") }).open(configuration))
    }

    /// Takes over new settings; segments that exist stay as they are.
    package func configure(_ configuration: LogConfiguration) {
        state.withLock { $0.configuration = configuration }
    }

    /// Offsets and size.
    package var status: LogStatus {
        state.withLock { state in
            var status = LogStatus()
            status.start = state.start
            status.end = state.end
            status.highWatermark = state.highWatermark
            status.size = state.diskSize
            status.isFull = state.isFull
            return status
        }
    }

    /// The offset that the next record will get.
    package var end: Int64 { state.withLock { $0.end } }

    /// The first offset of the segment that is written to.
    package var activeBase: Int64 { state.withLock { $0.active.base } }

    /// Records below it are on all replicas, and are what COMMITTED readers get.
    package var highWatermark: Int64 { state.withLock { $0.highWatermark } }

    /// Moves the high watermark forward, no further than the end; false if it did not move.
    @discardableResult
    package func advanceHighWatermark(to offset: Int64) -> Bool {
        state.withLock { state in
            let offset = min(offset, state.end)
            guard offset > state.highWatermark else { return false }
            state.highWatermark = offset
            return true
        }
    }

    /// Goes on after the records that the checkpoint knows of and the log has lost, with a segment of its own: an
    /// offset that was given once must not be given to another record, or who has read so far would miss it. For a
    /// log that no other replica can restore.
    package func skipLost() throws(SystemError) {
        try state.withLock { state throws(SystemError) in
            guard let next = state.checkpoint, next > state.end else { return }
            let fresh = try ActiveSegment.create(base: next, in: directory)
            state.skip(to: fresh)
            say("\(name): goes on at offset \(next)")
        }
    }

    func path(_ file: LogFile) -> String { "\(directory)/\(file.name)" }
}

/// What a log knows of itself.
struct LogState: ~Copyable {
    var configuration: LogConfiguration
    /// Segments before the active one, rising.
    var closed: [ClosedSegment]
    var active: ActiveSegment
    /// The next offset.
    var end: Int64
    var highWatermark: Int64
    /// The high watermark that the checkpoint file holds; nil if there is no such file.
    var checkpoint: Int64?
    /// Closed segments that were read lately, the latest last.
    var open: [OpenSegment] = []
    /// Counts the changes of who may write, see ``Log/begin(turn:)``.
    var turn: UInt64 = 0
    /// Everything below it has been through fsync(2).
    var synchronized: Int64
    /// Closed segments with bytes that have not.
    var unsynchronized: [SharedFile] = []
    /// Whether names were made in the directory since it was through fsync(2).
    var hasNewNames = true
    /// Why nothing more can be appended: a failed write could not be undone, or fsync(2) failed, after which nobody
    /// knows what the disk holds.
    var broken: String?
    var isFull = false

    /// The first offset there is.
    var start: Int64 { closed.first?.base ?? active.base }

    /// As a real server counts it (protocol: on-disk format).
    var diskSize: Int64 {
        let closed = closed.reduce(0) { $0 + $1.size + $1.indexSize }
        return Int64(closed + active.size + active.index.entries.count * SparseIndex.entrySize)
    }
}
