import FluvioClient
import FluvioProtocol
import Glibc
import ToolSupport
import Unix

/// One partition of the source on its way to the target.
struct CopyLane: Sendable {
    let partition: UInt32
    let producer: Producer
    /// The partition of the target; nil: keys decide.
    let target: UInt32?
}

/// Takes records from a consumer to producers. Now and then it stops for a moment until all is acknowledged, and writes
/// down where it is. Blocks: runs on a thread of its own.
final class CopyPump: Sendable {
    /// How the copying went.
    struct Result: Sendable {
        var signal: CInt?
        var failure: (any Error)?
        var copied = 0
        /// Records that the target had of a process before this one.
        var skipped = 0
        var repeats = 0
        var damagedBatches = 0
        /// What the servers have to store still.
        var positions: ServerPositions.Positions = []
    }

    private let options: CopyOptions
    private let context: ToolContext
    private let consumer: Consumer
    private let lanes: [CopyLane]
    private let server: ServerPositions?
    private let file: CopyStateFile?
    private let before: CopyState?
    private let targetPartitions: UInt32

    init(
        options: CopyOptions, context: ToolContext, consumer: Consumer, lanes: [CopyLane], server: ServerPositions?,
        file: CopyStateFile?, before: CopyState?, targetPartitions: UInt32
    ) {
        self.options = options
        self.context = context
        self.consumer = consumer
        self.lanes = lanes
        self.server = server
        self.file = file
        self.before = before
        self.targetPartitions = targetPartitions
    }

    func run() throws -> Result {
        var copy = try Copy(self)
        do {
            try copy.announce()
            try loop(&copy)
        } catch {
            copy.result.failure = error
        }
        do {
            // Also after a failure of the source: what came before it is on its way.
            try copy.checkpoint(isLast: true)
        } catch {
            copy.result.failure = copy.result.failure ?? error
        }
        copy.result.positions = copy.unstored
        if let error = copy.result.failure as? FluvioError, copy.result.copied > 0,
            error.code.category == .unreachable
        {
            copy.result.failure = ToolError(error.description, .incomplete)
        }
        return copy.end()
    }

    private func loop(_ copy: inout Copy) throws {
        let wake = try WakeSet([context.signals.wakeDescriptor] + copy.producers.map(\.failureDescriptor))
        while true {
            copy.result.signal = context.signals.received
            if copy.result.signal != nil { return }
            switch try consumer.take() {
            case .chunk(let chunk): try copy.take(chunk)
            case .end: return
            case .empty:
                for producer in copy.producers { producer.flush() }
                try copy.checkpointIfDue()
                let isWoken = consumer.wait(or: wake.descriptor, timeoutMilliseconds: copy.timeout())
                if !isWoken, let failure = copy.failure { throw failure }
                continue
            }
            try copy.checkpointIfDue()
        }
    }

    /// The work in hand.
    private struct Copy: ~Copyable {
        var result = Result()
        let producers: [Producer]
        private let pump: CopyPump
        private let options: CopyOptions
        private var reader: ChunkReader
        private var lanes: [UInt32: Work] = [:]
        private var state: CopyState
        /// Where the servers were told last that partitions are.
        private var stored: [UInt32: Int64] = [:]
        private var last = MonotonicTime.now
        private var isDirty = false

        /// One partition of the source.
        private struct Work {
            let lane: CopyLane
            /// Of each partition of the target: records that are there already.
            var skip: [UInt32: Int]
            var next: Int64
        }

        init(_ pump: CopyPump) throws {
            self.pump = pump
            options = pump.options
            reader = ChunkReader(
                topic: pump.consumer.topic, keepsRepeats: options.keepsRepeats,
                skipsCorrupt: options.onCorrupt == .skip,
                onSkip: { [diagnostics = pump.context.diagnostics] in
                    diagnostics.error($0.description)
                })
            state = pump.before ?? CopyState()
            if options.rehashes, state.spread == nil { state.spread = pump.targetPartitions }
            var producers: [Producer] = []
            for lane in pump.lanes where !producers.contains(where: { $0 === lane.producer }) {
                producers.append(lane.producer)
            }
            self.producers = producers
            for lane in pump.lanes {
                let known = state.lanes[lane.partition]
                reader.expect(known?.seen ?? [], in: lane.partition)
                let there = lane.producer.alreadyStored
                var skip = lane.target.map { target in there.filter { $0.key == target } } ?? there
                let start = pump.consumer.ranges[lane.partition]?.lowerBound ?? 0
                stored[lane.partition] = start
                if let gone = known.map({ Int(start - $0.next) }), gone > 0, !skip.isEmpty {
                    // The first of those that are there already are not kept in the source any more.
                    skip = lane.target == nil ? [:] : skip.mapValues { $0 - gone }.filter { $0.value > 0 }
                    if lane.target == nil {
                        pump.context.diagnostics.error(
                            "partition \(lane.partition): the source has lost records that were under way; some may "
                                + "come twice")
                    }
                }
                lanes[lane.partition] = Work(lane: lane, skip: skip, next: start)
            }
        }

        /// Writes down the producers that have not sent anything yet: before they do.
        mutating func announce() throws {
            guard let file = pump.file else { return }
            state.isAtRest = false
            for (partition, work) in lanes where state.lanes[partition] == nil {
                guard let targets = targets(of: work) else { continue }
                state.lanes[partition] = CopyState.Lane(next: work.next, targets: targets)
            }
            try file.write(state)
        }

        /// Where a lane's producer is in the target; nil while something is open.
        private func targets(of work: Work) -> [UInt32: ProducerPosition]? {
            guard let positions = work.lane.producer.checkpoint() else { return nil }
            guard let target = work.lane.target else { return positions }
            return positions.filter { $0.key == target }
        }

        mutating func take(_ chunk: RecordChunk) throws {
            guard var work = lanes[chunk.partition] else { return }
            let producer = work.lane.producer
            let count = Int(state.spread ?? 1)
            isDirty = true
            try unsafe reader.read(chunk) { offset, timestamp, key, value in
                let target: UInt32
                if let fixed = work.lane.target {
                    target = fixed
                } else if let key = unsafe key {
                    target = UInt32(unsafe KeyHash.partition(forKey: key, count: count))
                } else {
                    // By the offset, so that the next process would do the same.
                    target = UInt32(offset % Int64(count))
                }
                if let skip = work.skip[target] {
                    work.skip[target] = skip > 1 ? skip - 1 : nil
                    result.skipped += 1
                    return true
                }
                while true {
                    switch unsafe producer.append(key: key, value: value, timestamp: timestamp, partition: target) {
                    case .appended:
                        result.copied += 1
                        return true
                    case .full: _ = producer.waitForProgress(or: -1)
                    case .tooLarge:
                        throw ToolError(
                            "topic \(pump.consumer.topic), partition \(chunk.partition), offset \(offset): a record of "
                                + "\(value.count) bytes is more than a server stores")
                    case .failed:
                        throw producer.failure ?? FluvioError(.unacknowledged, "the target has failed")
                    }
                }
            }
            work.next = chunk.end
            lanes[chunk.partition] = work
        }

        var failure: FluvioError? { producers.lazy.compactMap(\.failure).first }

        private var isStoring: Bool { pump.file != nil || pump.server != nil }

        /// For poll(2).
        func timeout() -> CInt {
            guard isStoring, isDirty else { return -1 }
            let left = (last + options.commitEvery - .now).wholeNanoseconds
            return CInt(clamping: max(0, (left + 999_999) / 1_000_000))
        }

        mutating func checkpointIfDue() throws {
            guard isStoring, isDirty, MonotonicTime.now - last >= options.commitEvery, pump.server?.isIdle ?? true
            else { return }
            try checkpoint()
            let positions = unstored
            if let server = pump.server, !positions.isEmpty {
                try server.begin(positions)
                for (partition, position) in positions.flatMap(\.positions) { stored[partition] = position }
            }
        }

        /// Waits until everything read is acknowledged, and writes down where that is. Only between chunks.
        mutating func checkpoint(isLast: Bool = false) throws {
            last = .now
            for producer in producers {
                while producer.checkpoint() == nil {
                    if let failure = producer.failure { throw failure }
                    producer.flush()
                    _ = producer.waitForProgress(or: -1)
                }
            }
            isDirty = false
            acknowledged = lanes.mapValues(\.next)
            guard let file = pump.file else { return }
            var isWhole = true
            for (partition, work) in lanes {
                // While some of before have not come by yet, the numbers are ahead of what was read.
                guard work.skip.isEmpty, let targets = targets(of: work) else {
                    isWhole = false
                    continue
                }
                state.lanes[partition] = CopyState.Lane(
                    next: work.next, targets: targets, seen: reader.seen(in: partition))
            }
            // What was added to the target's partitions counts from a place where everything is settled.
            if options.rehashes, isWhole { state.spread = pump.targetPartitions }
            state.isAtRest = isLast && isWhole
            try file.write(state)
        }

        /// Positions up to which the target has acknowledged everything.
        private var acknowledged: [UInt32: Int64] = [:]

        /// What the servers have to be told.
        var unstored: ServerPositions.Positions {
            guard pump.server != nil else { return [] }
            let changed = acknowledged.filter { $0.value != stored[$0.key] }
            return changed.isEmpty ? [] : [(pump.consumer, changed)]
        }

        consuming func end() -> Result {
            var result = result
            result.repeats = reader.repeats
            result.damagedBatches = reader.corruptBatches
            return result
        }
    }
}
