import FluvioClient
import Glibc
import ToolSupport
import Unix

/// `-`: standard input into the topic. It cannot be rewound, so there is no checkpoint; what was read is acknowledged when
/// the tool ends well.
struct StandardInput {
    let options: SourceOptions
    let context: ToolContext

    /// What became of it.
    struct Result: Sendable {
        var read = 0
        var sent = 0
        var acknowledged = 0
        var isRefused = false
        var failure: (any Error)?
    }

    func run() async throws -> Outcome {
        let client = try await options.connection.connect(context)
        defer { client.close() }
        if let wanted = options.create { try await options.makeTopics(client, Int(wanted), context.diagnostics) }
        let producer = try await client.producer(for: options.topic, settings: options.producerSettings(options.memory))
        defer { producer.close() }
        try options.verifyPartition(among: producer.partitions)
        var dead: Producer?
        if let topic = options.deadLetters {
            dead = try await client.producer(for: topic, settings: options.producerSettings(1 << 20))
        }
        defer { dead?.close() }
        var result = try await onOwnThread { [self, dead] in
            var feed = try Feed(options: options, context: context, producer: producer, dead: dead)
            return feed.run()
        }
        let finished = await finish([producer] + (dead.map { [$0] } ?? []))
        result.failure = result.failure ?? finished
        let acknowledged = producer.counts.acknowledged + (dead?.counts.acknowledged ?? 0)
        let summary = "\(counted(result.read, "record")) read, \(acknowledged) acknowledged"
        if let failure = result.failure {
            context.diagnostics.error(summary)
            throw failure
        }
        context.diagnostics.detail(summary)
        if let signal = context.signals.received {
            return options.stop.outcome(of: signal, isComplete: acknowledged == result.sent)
        }
        return .exit(acknowledged < result.sent ? .incomplete : result.isRefused ? .refused : .success)
    }

    /// Waits for the acknowledgements; after a signal no longer than the grace.
    private func finish(_ producers: [Producer]) async -> FluvioError? {
        let work = Task { () -> FluvioError? in
            do throws(FluvioError) {
                for producer in producers { try await producer.finish() }
                return nil
            } catch {
                return error
            }
        }
        let limit = Task { [signals = context.signals, grace = options.stop.grace] in
            guard await signals.stop() != nil else { return }
            try? await Task.sleep(for: grace)
            work.cancel()
        }
        defer { limit.cancel() }
        return await work.value
    }

    /// Reads to the end, on one thread.
    private struct Feed {
        let options: SourceOptions
        let context: ToolContext
        let producer: Producer
        let dead: Producer?
        let maker: RecordMaker
        let text: FileText?
        let origin: RecordMaker.Origin
        /// The partition of records without a key, which keeps them in order.
        let first: UInt32
        var result = Result()

        init(options: SourceOptions, context: ToolContext, producer: Producer, dead: Producer?) throws {
            (self.options, self.context, self.producer, self.dead) = (options, context, producer, dead)
            maker = try RecordMaker(options)
            text = options.encoding.map { FileText($0, delimiter: options.delimiter) }
            origin = maker.origin(FileID(number: UInt64.random(in: 1...UInt64.max)), "-")
            first = UInt32.random(in: 0..<max(1, producer.partitions))
        }

        mutating func run() -> Result {
            do {
                let wake = try WakeSet([context.signals.wakeDescriptor, producer.failureDescriptor])
                let unit = options.encoding?.unit ?? 1
                var reader = RecordReader(
                    framing: .delimited(options.delimiter), limit: max(1, options.maximumLine / unit) * unit,
                    unit: unit, oversize: options.oversizePolicy == .split ? .split : .tell, announcesChunks: true,
                    wake: wake.descriptor)
                // What it begins with says how to read it, and what ends lines there.
                if let text { reader.delimit(by: try text.resolve(try reader.peek(unit) ?? [])) }
                var now = Moment.present
                loop: while true {
                    switch try reader.next() {
                    case .chunk: now = Moment.present
                    case .record(let record): try take(record, isCut: false, now, wake.descriptor)
                    case .oversize(let record):
                        switch options.oversizePolicy {
                        case .truncate:
                            try take(record, isCut: true, now, wake.descriptor)
                            context.diagnostics.error("line \(record.line): \(record.length) bytes; cut")
                        case .drop: context.diagnostics.error("line \(record.line): \(record.length) bytes; left out")
                        case .stop, .split:
                            throw ToolError("line \(record.line): \(record.length) bytes (--max-line)", .refused)
                        }
                    case .idle:
                        producer.flush()
                        dead?.flush()
                        _ = try reader.wait()
                    case .woken:
                        if let failure = producer.failure ?? dead?.failure { throw failure }
                        break loop
                    case .end: break loop
                    }
                }
            } catch {
                result.failure = error
            }
            producer.flush()
            dead?.flush()
            return result
        }

        private mutating func take(_ record: InputRecord, isCut: Bool, _ now: Int64, _ wake: CInt) throws {
            var piece = unsafe FileReader.Piece(
                bytes: record.bytes, raw: record.bytes, start: record.position, line: record.line, isCut: isCut)
            if let text {
                piece = text.decode(piece)
                // The mark of the order of bytes, and nothing else.
                if unsafe piece.start == 0 && piece.bytes.isEmpty && !record.bytes.isEmpty && !record.isTerminated {
                    return
                }
            }
            result.read += 1
            if let text, piece.invalid > 0, options.invalid == .refuse {
                return try refuse(
                    record, "\(counted(piece.invalid, "place is", "places are")) no \(text.encoding.text)", now, wake)
            }
            let made = maker.make(piece, of: origin, now: now)
            if let remark = maker.takeStrangeTime() { context.diagnostics.note("line \(record.line): \(remark)") }
            switch made {
            case .none: break
            case .record(let key, let value, let timestamp):
                try unsafe send(
                    key, value, timestamp, producer, options.partition ?? (key == nil ? first : nil), wake)
            case .refused(let reason): try refuse(record, reason, now, wake)
            }
        }

        private mutating func refuse(_ record: InputRecord, _ reason: String, _ now: Int64, _ wake: CInt) throws {
            if options.onBadLine == .stop { throw ToolError("line \(record.line): \(reason)", .refused) }
            result.isRefused = true
            context.diagnostics.error("line \(record.line): \(reason)")
            if let dead { try unsafe send(nil, record.bytes, now, dead, 0, wake) }
        }

        private mutating func send(
            _ key: UnsafeRawBufferPointer?, _ value: UnsafeRawBufferPointer, _ timestamp: Int64, _ producer: Producer,
            _ partition: UInt32?, _ wake: CInt
        ) throws {
            while true {
                switch unsafe producer.append(key: key, value: value, timestamp: timestamp, partition: partition) {
                case .appended:
                    result.sent += 1
                    return
                case .full: _ = producer.waitForProgress(or: -1)
                case .tooLarge:
                    throw ToolError("a record of \(value.count) bytes is more than a server stores", .refused)
                case .failed: throw producer.failure ?? FluvioError(.unacknowledged, "the producer has failed")
                }
            }
        }
    }
}
