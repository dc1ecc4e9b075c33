import FluvioClient
import Glibc
import ToolSupport
import Unix

/// Takes records from consumers, makes batches of rows, and gives them to the writer. Blocks: runs on a thread of its
/// own.
final class SinkPump {
    /// How it went.
    struct Result: Sendable {
        var signal: CInt?
        var failure: (any Error)?
        var repeats = 0
        var damagedBatches = 0
    }

    /// A topic, or more partitions of one, that is ready to be read.
    struct Opened: Sendable {
        var topic: String
        var consumer: Consumer
        var partitions: [UInt32: DatabaseWriter.Opened]
        var tables: [Int]
    }

    private let options: RunOptions
    private let context: ToolContext
    private let writer: DatabaseWriter
    private let directory: TableDirectory
    private let arrivals: Arrivals
    private let service: ServiceManager
    /// Another worker may fail.
    private let halt: Halt?
    /// Standard input's place in the database, and its table; nil: topics are read.
    var input: (opened: DatabaseWriter.Opened, tables: [Int])?

    init(
        _ options: RunOptions, _ context: ToolContext, _ writer: DatabaseWriter, _ directory: TableDirectory,
        _ arrivals: Arrivals, _ service: ServiceManager, halt: Halt? = nil
    ) {
        self.halt = halt
        self.service = service
        self.options = options
        self.context = context
        self.writer = writer
        self.directory = directory
        self.arrivals = arrivals
    }

    func run() throws -> Result {
        var state = try State(self)
        var result = Result()
        do {
            try loop(&state)
        } catch {
            result.failure = error
        }
        if result.failure == nil || result.failure is FluvioError {
            do { try drain(&state) } catch { result.failure = result.failure ?? error }
        }
        // Before the connections go, which they would tell of.
        for source in state.sources { for consumer in source.consumers { consumer.close() } }
        result.signal = context.signals.received
        if let stopped = result.failure as? Stopped {
            result.signal = stopped.signal
            result.failure = nil
        }
        result.repeats = state.sources.reduce(0) { $0 + $1.reader.repeats }
        result.damagedBatches = state.sources.reduce(0) { $0 + $1.reader.corruptBatches }
        return result
    }

    private struct State: ~Copyable {
        var sources: [TopicSource] = []
        var lines: LineSource?
        var batch: Batch
        let wake: WakeSet
        /// The writer and the signals only: while no more is to be taken.
        let writing: WakeSet
        let options: RunOptions
        /// Rows go to the server before it is known what follows.
        var isStreamed = false
        /// What was given to the writer last ends where its partitions end.
        var isCaughtUp = true

        init(_ pump: SinkPump) throws {
            let signal = pump.context.signals.wakeDescriptor
            let halt = pump.halt.map { [$0.descriptor] } ?? []
            let all = try WakeSet([signal, pump.writer.descriptor, pump.arrivals.descriptor] + halt)
            let some = try WakeSet([signal, pump.writer.descriptor] + halt)
            (options, batch) = (pump.options, Batch(tables: 0))
            wake = all
            writing = some
        }

        /// Makes room for the rows of tables that have come.
        mutating func add(_ plans: [TablePlan]) {
            while batch.tables.count < plans.count { batch.tables.append(TableRows()) }
            isStreamed = !options.isDry && plans.count == 1 && !plans[0].isStaged
        }

        var isFull: Bool {
            batch.size >= (isStreamed ? min(options.streamBytes, Self.piece) : options.foldedBytes)
                || batch.records >= options.batchRows
        }

        /// Bytes of a batch that others follow in the same transaction: what lies in the caches of a processor.
        private static let piece = 1 << 20
    }

    private func loop(_ state: inout State) throws {
        try welcome(&state)
        try open(&state)
        var isLate = false
        while context.signals.received == nil, halt?.isSet != true {
            var hasOpen = arrivals.isOpen
            var isProgress = false
            for source in state.sources {
                for consumer in source.consumers where !state.isFull {
                    switch try consumer.take() {
                    case .chunk(let chunk):
                        try source.shape(chunk, into: &state.batch)
                        isProgress = true
                    case .empty: hasOpen = true
                    case .end: break
                    }
                }
            }
            if let lines = state.lines, !state.isFull {
                switch try lines.take(into: &state.batch) {
                case .taken: isProgress = true
                case .empty: hasOpen = true
                case .end: break
                }
            }
            if let failure = writer.failure { throw failure }
            let stage = writer.stage
            // Those that are collected are large: no more than one waits.
            let isFree = stage == .idle || stage == .open || (stage == .busy && state.isFull && state.isStreamed)
            if isFree, !state.batch.isEmpty, state.isFull || !isProgress {
                hand(&state)
                continue
            }
            if state.isFull {
                service.alive()
                _ = try Unix.poll(state.writing.descriptor, CInt(POLLIN), timeoutMilliseconds: timeout)
                writer.quiet()
                continue
            }
            if isProgress { continue }
            if stage == .open, state.isCaughtUp || isLate || !hasOpen {
                writer.commit()
                isLate = false
                continue
            }
            if !hasOpen, state.batch.isEmpty, stage == .idle { return }
            service.alive()
            let limit = stage == .open ? Self.patience : timeout
            isLate = try Unix.poll(state.wake.descriptor, CInt(POLLIN), timeoutMilliseconds: limit) == 0
            writer.quiet()
            for source in state.sources { for consumer in source.consumers { consumer.rearmArrival() } }
            try welcome(&state)
        }
    }

    /// Milliseconds that an open transaction waits for what is known to be in the log.
    private static let patience: CInt = 20

    /// Gives a partition away, which has a consumer of its own: after all that was read of it is committed.
    private func give(_ lot: Lot, _ state: inout State) throws {
        guard let source = state.sources.first(where: { $0.topic == lot.topic }),
            let (consumer, lane) = source.remove(lot.partition)
        else { return }
        state.wake.remove(consumer.arrivalDescriptor)
        consumer.close()
        try drain(&state)
        writer.release([lane])
    }

    /// Begins to read standard input, if that is what is read.
    private func open(_ state: inout State) throws {
        guard let input else { return }
        state.add(directory.all)
        let router = Router(
            topic: LineSource.topic, tables: input.tables, plans: directory.all, route: options.route,
            names: options.routeTables.map(\.description), options: options)
        state.lines = LineSource(router: router, input.opened)
        // A regular file is not to be waited for, and cannot be.
        try? state.wake.add(0)
    }

    /// For poll(2): as often as the service manager wants to hear of it.
    private var timeout: CInt {
        service.watchdogInterval.map { CInt(clamping: $0.wholeNanoseconds / 1_000_000) } ?? -1
    }

    /// Gives the batch to the writer.
    private func hand(_ state: inout State) {
        for source in state.sources { source.note(into: &state.batch) }
        state.isCaughtUp = !state.isFull && state.batch.advances.allSatisfy { $0.to >= $0.highWatermark }
        state.batch.isLast = state.isCaughtUp
        let count = max(directory.all.count, state.batch.tables.count)
        var next = Batch(tables: count)
        swap(&next, &state.batch)
        if var spare = writer.write(next) {
            while spare.tables.count < count { spare.tables.append(TableRows()) }
            state.batch = spare
        }
    }

    /// Gives what is there to the writer, and waits until it is committed.
    private func drain(_ state: inout State) throws {
        while true {
            if let failure = writer.failure { throw failure }
            switch writer.stage {
            case .full: break
            case .busy where state.batch.isEmpty: break
            case .open where state.batch.isEmpty: writer.commit()
            case .idle where state.batch.isEmpty: return
            default: hand(&state)
            }
            _ = try Unix.poll(writer.descriptor, CInt(POLLIN), timeoutMilliseconds: -1)
            writer.quiet()
        }
    }

    /// Takes in topics and partitions that have come.
    private func welcome(_ state: inout State) throws {
        let news = arrivals.take()
        if let failure = news.failure { throw failure }
        for opened in news.opened {
            let plans = directory.all
            state.add(plans)
            try state.wake.add(opened.consumer.arrivalDescriptor)
            let source: TopicSource
            if let known = state.sources.first(where: { $0.topic == opened.topic }) {
                source = known
                source.consumers.append(opened.consumer)
            } else {
                let router = Router(
                    topic: opened.topic, tables: opened.tables, plans: plans, route: options.route,
                    names: options.routeTables.map(\.description), options: options)
                source = TopicSource(
                    opened.topic, opened.consumer, router: router, skipsCorrupt: options.onCorrupt == .skip)
                state.sources.append(source)
            }
            source.serves(opened.consumer, opened.partitions.keys)
            for (partition, there) in opened.partitions { source.add(partition, there) }
        }
        for lot in news.released { try give(lot, &state) }
    }
}
