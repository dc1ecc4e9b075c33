import FluvioClient
import Glibc
import Synchronization
import ToolSupport
import Unix

/// Writes what arrives until there is no more, enough, no time, nobody to read it, or a signal; and stores how far that
/// is. Blocks: runs on a thread of its own.
final class RecordPump: Sendable {
    /// How the writing went.
    struct Result: Sendable {
        /// The signal that ended it.
        var signal: CInt?
        /// What ended it too early.
        var failure: (any Error)?
        var repeats = 0
        /// A signal came while nobody read the output: what was to be written is not.
        var isStuck = false
        var damagedBatches = 0
        /// Records written.
        var count = 0
        /// Values that could not be unpacked: how many, and the first.
        var misfits: (count: Int, first: Unpacker.Misfit)?
        /// What the servers have to store still.
        var positions: ServerPositions.Positions = []
        var consumers: [Consumer] = []
    }

    private let options: ConsumeOptions
    private let context: ToolContext
    private let feed: TopicFeed
    private let server: ServerPositions?
    private let file: SharedFile?
    /// Files may have been moved away.
    private let moved: Hangup?

    /// - Parameter moved: tells that files may have been moved away, and are to be made anew then.
    init(
        options: ConsumeOptions, context: ToolContext, feed: TopicFeed, server: ServerPositions?, file: SharedFile?,
        moved: Hangup?
    ) {
        self.moved = moved
        self.options = options
        self.context = context
        self.feed = feed
        self.server = server
        self.file = file
    }

    /// Runs with these consumers, and those that the feed brings.
    func run(_ consumers: [Consumer]) throws -> Result {
        let wake = try WakeSet(
            [context.signals.wakeDescriptor, feed.descriptor] + (moved.map { [$0.descriptor] } ?? []),
            output: options.out == nil ? STDOUT_FILENO : nil)
        var state = State(self)
        var output = RecordOutput(
            options, to: STDOUT_FILENO, keepsMarks: state.storage.isWanted, wake: context.signals.wakeDescriptor)
        var isStuck = false
        do {
            for consumer in consumers { try state.add(consumer, to: wake) }
            try loop(&state, &output, wake)
            try output.flush()
        } catch OutputError.interrupted {
            // Nobody reads what would still be to be written.
            isStuck = true
            state.signal = context.signals.received
        } catch {
            state.failure = error
        }
        if state.failure is FluvioError {
            // What came before is whole, and goes out.
            do { try output.flush() } catch { state.failure = error }
        }
        // What a write(2) took before the reader went is taken.
        output.settle()
        var result = Result(signal: state.signal, failure: state.failure, count: output.count)
        result.isStuck = isStuck
        result.misfits = output.misfits
        if isStuck {
            // What is in the buffer goes with the process.
        } else if case .some(OutputError.readerGone) = state.failure {
            // It stays open, or a poll(2) of its number could see another file.
        } else {
            do { try output.close() } catch { result.failure = result.failure ?? error }
        }
        do {
            result.positions = try state.storage.last(state.sources)
        } catch {
            result.failure = result.failure ?? error
        }
        // "Unreachable" would say that the same command can be run again and nothing was done.
        if let error = result.failure as? FluvioError, result.count > 0, error.code.category == .unreachable {
            result.failure = ToolError(error.description, .incomplete)
        }
        result.consumers = state.sources.map(\.consumer)
        result.repeats = state.sources.reduce(state.repeats) { $0 + $1.reader.repeats }
        result.damagedBatches = state.sources.reduce(state.damagedBatches) { $0 + $1.reader.corruptBatches }
        return result
    }

    private func loop(_ state: inout State, _ output: inout RecordOutput, _ wake: borrowing WakeSet) throws {
        while !output.isFull {
            let step = try round(&state, &output)
            state.signal = context.signals.received
            if state.signal != nil || step == .ended || state.isLate { return }
            if moved?.take() == true { try state.storage.renewFiles(state.sources) }
            if step == .wrote {
                try state.storage.storeIfDue(state.sources, &output)
                continue
            }
            // The socket has nothing more: whoever waits for these records shall have them.
            try output.flush()
            try state.storage.storeIfDue(state.sources, &output)
            let events = try Unix.poll(
                wake.descriptor, CInt(POLLIN), timeoutMilliseconds: state.timeout())
            if events == 0, state.isLate { return }
            for source in state.sources { source.consumer.rearmArrival() }
            if options.out == nil, output.readerIsGone { throw OutputError.readerGone }
            try news(&state, wake)
        }
    }

    private enum Step { case wrote, empty, ended }

    /// Writes a chunk of every source that has one.
    private func round(_ state: inout State, _ output: inout RecordOutput) throws -> Step {
        var step = Step.empty
        var hasOpen = feed.isOpen
        for source in state.sources {
            switch try source.take(isOptional: state.isOptional(source)) {
            case .chunk(let chunk):
                try output.write(chunk, of: source.slot(chunk.partition), with: &source.reader)
                step = .wrote
                if output.isFull { return .ended }
            case .empty: hasOpen = true
            case .end: break
            }
        }
        if step == .wrote {
            state.arrived()
            return step
        }
        return hasOpen ? .empty : .ended
    }

    private func news(_ state: inout State, _ wake: borrowing WakeSet) throws {
        let news = feed.take()
        for topic in news.gone { state.remove(topic, from: wake) }
        if let failure = news.failure { throw failure }
        for consumer in news.opened { try state.add(consumer, to: wake) }
    }

    /// What a run has open.
    private struct State {
        var sources: [Source] = []
        var storage: PositionStorage
        var signal: CInt?
        var failure: (any Error)?
        /// Of sources that are not there any more.
        var repeats = 0
        var damagedBatches = 0
        private let options: ConsumeOptions
        private let diagnostics: Diagnostics
        private let style: RecordLineStyle
        private var lastArrival = MonotonicTime.now
        private let deadline: MonotonicTime?

        init(_ pump: RecordPump) {
            options = pump.options
            diagnostics = pump.context.diagnostics
            style = pump.options.style
            storage = PositionStorage(pump.options, server: pump.server, file: pump.file, pump.context.diagnostics)
            let present = Moment.present
            let limits = [
                pump.options.limit.map { MonotonicTime.now + $0 },
                pump.options.endOfTime(now: present).map { MonotonicTime.now + .milliseconds($0 - present) },
            ]
            deadline = limits.compactMap { $0 }.min()
        }

        mutating func add(_ consumer: Consumer, to wake: borrowing WakeSet) throws {
            try wake.add(consumer.arrivalDescriptor)
            let source = Source(consumer, options, style: style, diagnostics: diagnostics, storage: storage)
            sources.append(source)
            // What is behind the sure part of a file goes at once, also if no record comes.
            if options.out != nil { for partition in consumer.ranges.keys { _ = try source.slot(partition) } }
        }

        /// Ends what is read of a topic.
        mutating func remove(_ topic: String, from wake: borrowing WakeSet) {
            for source in sources where source.consumer.topic == topic {
                wake.remove(source.consumer.arrivalDescriptor)
                source.consumer.close()
                repeats += source.reader.repeats
                damagedBatches += source.reader.corruptBatches
            }
            if sources.contains(where: { $0.consumer.topic == topic }) { diagnostics.note("topic \(topic) is deleted") }
            sources.removeAll { $0.consumer.topic == topic }
        }

        /// The topic was found, not named: that it goes is no failure.
        func isOptional(_ source: Source) -> Bool { !options.topics.contains(source.consumer.topic) }

        mutating func arrived() { if options.idle != nil { lastArrival = .now } }

        private var end: MonotonicTime? {
            [deadline, options.idle.map { lastArrival + $0 }].compactMap { $0 }.min()
        }

        /// The time is over.
        var isLate: Bool { end.map { MonotonicTime.now >= $0 } ?? false }

        /// For poll(2).
        func timeout() -> CInt {
            let limits = [end, storage.nextTime(sources)].compactMap { $0 }
            guard let next = limits.min() else { return -1 }
            let left = (next - .now).wholeNanoseconds
            // Rounded up, or the last millisecond would be spent in a busy loop.
            return CInt(clamping: max(0, (left + 999_999) / 1_000_000))
        }
    }
}

/// A consumer and what its chunks are read with.
final class Source {
    let consumer: Consumer
    var reader: ChunkReader
    private(set) var slots: [UInt32: Slot] = [:]
    private let style: RecordLineStyle
    private let storage: PositionStorage

    init(
        _ consumer: Consumer, _ options: ConsumeOptions, style: RecordLineStyle, diagnostics: Diagnostics,
        storage: PositionStorage
    ) {
        self.consumer = consumer
        self.style = style
        self.storage = storage
        reader = ChunkReader(
            topic: consumer.topic, keepsRepeats: options.keepsRepeats, skipsCorrupt: options.onCorrupt == .skip,
            maximumDecompressed: options.maximumDecompressed, onSkip: { diagnostics.error($0.description) })
    }

    func slot(_ partition: UInt32) throws -> Slot {
        if let slot = slots[partition] { return slot }
        let slot = Slot(topic: consumer.topic, partition: partition, style: style)
        try storage.prepare(slot, from: consumer.ranges[partition]?.lowerBound, &reader)
        slots[partition] = slot
        return slot
    }

    /// What can be had at the moment. A topic that is deleted simply ends if it is optional.
    func take(isOptional: Bool) throws(FluvioError) -> Consumer.Step {
        do throws(FluvioError) {
            return try consumer.take()
        } catch {
            if isOptional, error.code == .topicNotFound { return .empty }
            throw error
        }
    }
}
