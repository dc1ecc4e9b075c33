import FluvioClient
import Glibc
import ToolSupport
import Unix

/// Reads files and hands their records on, on one thread, until it is told to stop or all is done. What it decides is
/// decided in values (``FileBook``, ``Verdict``, ``LineSplitter``, ``LaneProgress``); here is what is done about it.
final class SourcePump {
    /// Why it has ended.
    enum Ending {
        case done
        case signal(CInt)
        case failed(any Error)
    }

    let options: SourceOptions
    let diagnostics: Diagnostics
    let context: ToolContext
    let opener: LaneOpener
    let mailbox: Mailbox
    let store: CheckpointStore
    let counts: SourceCounts
    let selection: Selection
    let maker: RecordMaker
    let service: ServiceManager
    /// How many descriptors the process may have.
    let descriptors = Unix.raiseDescriptorLimit()
    /// Files that have a producer at the same time.
    let mostLanes: Int
    /// Partitions of the topic when the source began.
    let partitions: UInt32

    var book = FileBook()
    var files: [FileID: SourceFile] = [:]
    /// Files that may have something to read.
    var ready: [FileID] = []
    var isReady: Set<FileID> = []
    /// Those that are to be tried again when something has come, or after a wait.
    var later: [FileID] = []
    /// Files that wait for another one to come to its end.
    var followers: [FileID: Set<FileID>] = [:]
    /// Those that have something to send, and wait for the room of another one's producers; the oldest first.
    var wanting: [FileID] = []
    /// Those of which a name is another's, or gone.
    var rotated: Set<FileID> = []
    /// Whether the figures are not those of now.
    var isFigureOld = true
    /// Lanes by number.
    var lanes: [Int: FileID] = [:]
    var nextLane = 0
    /// Files that are to be found: after a start, or as they were cut.
    var missing: Set<FileID> = []
    /// Those among them whose place is known, and that cannot be opened.
    var unreadable: Set<FileID> = []
    /// Files are to be found by their place, after a start, or as they were closed and have changed since.
    var isToRecognise = true
    /// Files that are being made: they have the beginning of one that is known, and may become a copy of it.
    var suspects: [String: Suspect] = [:]
    /// What files were seen to have in common with known ones.
    var compared: [Place: (original: FileID, common: Int)] = [:]
    /// Files that were cut while they were open, so far.
    var cuts = 0
    /// Looks in a row that were not of one moment.
    var restless = 0
    /// The last file of each name without what rotation adds to it.
    var families: [String: FileID] = [:]
    /// Since when they are known, in milliseconds since 1970.
    var familySince: [String: Int64] = [:]
    /// Names that are meant, as of the last look with news of them.
    var present: Set<String> = []
    /// When the last file was seen first.
    var lastSeen: Int64 = 0
    var watcher: Watcher
    let window = ReadWindow()
    private let bells: WakeSet

    var checkpoint: Checkpoint
    var isDirty = false
    var lastCheckpoint = MonotonicTime.now
    /// How long writing one takes, so that it is not done all the time where it takes long.
    var checkpointCost = Duration.zero
    var checkpointTrouble: String?
    var checkpointTroubleSince = MonotonicTime.now
    var announcing = 0
    var nextScan = MonotonicTime.now
    var isFirstScan: Bool
    var toldTroubles: Set<String> = []
    var nextChore = MonotonicTime.now
    /// Lines were refused; something could not be read or is lost: the exit status says so.
    var isRefused = false
    var isIncomplete = false
    /// Records that were handed on.
    var records = 0
    /// Files that are finished, to be deleted or moved after the next checkpoint.
    var leaving: [FileID] = []
    /// What ends the source.
    var failure: (any Error)?

    struct Suspect {
        var place: Place
        var size: Int
        /// In nanoseconds since 1970.
        var modified: Int64
        var since: MonotonicTime
    }

    init(
        options: SourceOptions, context: ToolContext, opener: LaneOpener, mailbox: Mailbox, store: CheckpointStore,
        checkpoint: Checkpoint?, counts: SourceCounts, selection: Selection, partitions: UInt32,
        service: ServiceManager
    ) throws {
        self.options = options
        self.context = context
        diagnostics = context.diagnostics
        self.opener = opener
        self.mailbox = mailbox
        self.store = store
        self.counts = counts
        self.selection = selection
        self.partitions = partitions
        self.service = service
        maker = try RecordMaker(options)
        mostLanes = Self.mostLanes(descriptors: descriptors)
        watcher = Watcher()
        var bells = [context.signals.wakeDescriptor, mailbox.descriptor]
        if let descriptor = watcher.descriptor { bells.append(descriptor) }
        self.bells = try WakeSet(bells)
        isFirstScan = checkpoint == nil
        self.checkpoint = checkpoint ?? Checkpoint(topic: options.topic, rules: options.rules)
    }

    func run() -> Ending {
        do {
            try resume()
            tellAbsences()
            // Before anything is sent: the next process must look at the log, whatever becomes of this one. And files that
            // are known are found again when they are rotated.
            writeCheckpoint()
            service.ready(status: counted(files.count, "file"))
            while true {
                if let signal = context.signals.received {
                    service.stopping()
                    drain()
                    return .signal(signal)
                }
                try turn()
                if options.isOnce, try isDone() {
                    try finishAll()
                    return .done
                }
            }
        } catch {
            drain()
            return .failed(error)
        }
    }

    /// One turn: what has come, what is to be read, what is to be written down.
    private func turn() throws {
        takeLetters()
        if let failure { throw failure }
        try scanIfDue()
        let hasWorked = try readSome()
        settle()
        try writeCheckpointIfDue()
        if MonotonicTime.now >= nextChore { try doChores() }
        if !hasWorked { try wait() }
    }

    /// What is to be looked at now and then.
    private func doChores() throws {
        // Rarer where there are thousands of files.
        nextChore = .now + .milliseconds(options.isOnce ? max(20, files.count / 50) : max(200, files.count / 10))
        try finishQuietFiles()
        tryFollowers()
        closeIdleLanes()
        if isFigureOld { updateFigures() }
        service.alive()
        try giveUpWithoutCheckpoint()
        for id in lanes.values { if let failure = files[id]?.lane?.failure { throw failure } }
    }

    /// Waits until something has come, or something is due.
    private func wait() throws {
        for id in lanes.values { if let file = files[id], !file.isSettled { file.lane?.flush() } }
        // What they say may be what all waits for.
        guard !takeLetters(), ready.isEmpty, announcing == 0 || checkpointTrouble != nil else { return }
        var next = min(nextScan, nextChore)
        if isDirty { next = min(next, lastCheckpoint + checkpointInterval) }
        if options.isOnce { next = min(next, .now + .milliseconds(20)) }
        let left = (next - .now).wholeNanoseconds
        guard left > 0 else { return }
        _ = try Unix.poll(
            bells.descriptor, CInt(POLLIN), timeoutMilliseconds: CInt(clamping: (left + 999_999) / 1_000_000))
        tryAgain()
    }

    /// What was put off may be possible now, such as what comes after a file that has come to its end.
    private func tryAgain() {
        for id in later { wake(id) }
        later.removeAll(keepingCapacity: true)
    }

    /// What comes after files of which nothing was heard.
    private func tryFollowers() {
        for (before, waiting) in followers {
            if let file = files[before] {
                wakeFollowers(of: file)
            } else {
                followers[before] = nil
                for id in waiting { wake(id) }
            }
        }
    }

    /// Takes what others have to say; false: nothing.
    @discardableResult
    func takeLetters() -> Bool {
        let letters = mailbox.take()
        guard !letters.isEmpty else { return false }
        tryAgain()
        for letter in letters {
            switch letter {
            case .rescan:
                nextScan = .now
                diagnostics.note("looking at all directories again")
            case .opened(let id, let result): opened(id, result)
            case .stored(let number, let isDead, let acknowledgements):
                guard let id = lanes[number], let file = files[id], let lane = file.lane else { continue }
                let wasBlocked = lane.isBlocked
                if let change = lane.take(acknowledgements, isDead: isDead) { topicChanged(change, isDead: isDead) }
                if wasBlocked { wake(id) }
            }
        }
        return true
    }

    /// A file may have something to read.
    func wake(_ id: FileID) {
        if isReady.insert(id).inserted { ready.append(id) }
    }
}
