import FluvioClient
import Glibc
import Synchronization
import ToolSupport
import Unix

/// `fluvio-cat consume`: a topic to standard output.
struct ConsumeCommand: Sendable {
    /// How the writing went.
    private struct Result: Sendable {
        /// The signal that ended it.
        var signal: CInt?
        var repeats = 0
        var damagedBatches = 0
    }

    let options: ConsumeOptions
    let context: ToolContext

    private var diagnostics: Diagnostics { context.diagnostics }

    func run() async throws -> Outcome {
        context.signals.grace = options.stop.grace
        let client = try await options.connection.connect(context)
        defer { client.close() }
        let gaps = Gaps(diagnostics)
        var settings = options.consumerSettings
        if let last = options.last {
            settings.starts = try await LastRecords.starts(last, of: options.topic, settings, client)
        }
        let consumer = try await client.consumer(of: options.topic, settings: settings) { gaps.tell($0) }
        defer { consumer.close() }
        let result = try await onOwnThread { try pump(consumer) }
        if result.repeats > 0 { diagnostics.note("\(result.repeats) records stood in the log twice; written once") }
        if let signal = result.signal, !options.stop.signalIsSuccess { return .signal(signal) }
        let isIncomplete = result.damagedBatches > 0 || (options.isStrict && gaps.wereSeen)
        return .exit(isIncomplete ? .incomplete : .success)
    }

    /// Writes what arrives until there is no more, enough, nobody to read it, or a signal. Blocks.
    private func pump(_ consumer: Consumer) throws -> Result {
        let wake = try WakeSet([context.signals.wakeDescriptor], output: STDOUT_FILENO)
        var reader = ChunkReader(
            topic: options.topic, keepsRepeats: options.keepsRepeats, skipsCorrupt: options.onCorrupt == .skip)
        var output = RecordOutput(options, to: STDOUT_FILENO)
        var signal: CInt?
        do {
            loop: while !output.isFull {
                switch try consumer.take() {
                case .chunk(let chunk):
                    try output.write(chunk, with: &reader)
                    signal = context.signals.received
                    if signal != nil { break loop }
                case .end: break loop
                case .empty:
                    // The socket has nothing more: whoever waits for these records shall have them.
                    try output.flush()
                    if consumer.wait(or: wake.descriptor) { continue }
                    if output.readerIsGone { throw OutputError.readerGone }
                    signal = context.signals.received
                    if signal != nil { break loop }
                }
            }
        } catch let error as FluvioError {
            // What came before is whole, and goes out.
            let hasWritten = output.count > 0
            try close(output)
            // "Unreachable" would say that the same command can be run again and nothing was done.
            guard hasWritten, error.code.category == .unreachable else { throw error }
            throw ToolError(error.description, .incomplete)
        }
        try close(output)
        if reader.corruptBatches > 0 {
            diagnostics.error("\(reader.corruptBatches) damaged batches were left out")
        }
        return Result(signal: signal, repeats: reader.repeats, damagedBatches: reader.corruptBatches)
    }

    private func close(_ output: consuming RecordOutput) throws { try output.close() }
}

/// Tells of what happens to the streams, and remembers whether records were missing.
private final class Gaps: Sendable {
    private let diagnostics: Diagnostics
    private let seen = Atomic<Bool>(false)

    init(_ diagnostics: Diagnostics) { self.diagnostics = diagnostics }

    var wereSeen: Bool { seen.load(ordering: .relaxed) }

    func tell(_ event: ConsumerEvent) {
        switch event {
        case .lost(let partition, let error): diagnostics.note("partition \(partition): \(error.message); trying again")
        case .recovered(let partition): diagnostics.note("partition \(partition): goes on where it was")
        case .gap(let partition, let offsets):
            seen.store(true, ordering: .relaxed)
            let last = offsets.upperBound - 1
            diagnostics.error("partition \(partition): offsets \(offsets.lowerBound)..\(last) are not kept any more")
        }
    }
}

extension ConsumeOptions {
    var consumerSettings: ConsumerSettings {
        var settings = ConsumerSettings()
        settings.partitions = partitions.isEmpty ? nil : Array(Set(partitions)).sorted()
        settings.start = start
        settings.stopsAtEnd = stopsAtEnd
        settings.isolation = isolation
        settings.maximumBytes = maximumBytes
        settings.retry = connection.retryLimit
        return settings
    }
}
