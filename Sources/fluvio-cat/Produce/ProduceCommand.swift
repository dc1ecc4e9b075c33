import FluvioClient
import Glibc
import Synchronization
import ToolSupport
import Unix

/// `fluvio-cat produce`: the input into a topic.
struct ProduceCommand: Sendable {
    let options: ProduceOptions
    let context: ToolContext

    private var diagnostics: Diagnostics { context.diagnostics }

    func run() async throws -> Outcome {
        context.signals.grace = options.stop.grace
        let client = try await options.connection.connect(context)
        defer { client.close() }
        if let partitions = options.create {
            try await create(partitions, client)
        }
        let lines = options.acks ? AcknowledgementLines(topic: options.topic) : nil
        let producer = try await client.producer(
            for: options.topic, settings: options.producerSettings, onAcknowledgement: { lines?.add($0) }
        ) { [diagnostics] event in tell(event, diagnostics) }
        defer { producer.close() }
        if let partition = options.partition, partition >= producer.partitions {
            throw ToolError(
                "topic \(options.topic) has no partition \(partition); its \(producer.partitions) are numbered from 0")
        }
        context.signals.onReport { [diagnostics] in
            let counts = producer.counts
            diagnostics.error("\(counts.appended) records read, \(counts.acknowledged) acknowledged")
        }
        let (end, counts, isComplete) = try await onOwnThread { [self] in try feed(producer) }
        let failure = await finish(producer)
        lines?.finish()
        return outcome(end, counts, isComplete, producer, failure)
    }

    /// Makes the topic if it is missing.
    private func create(_ partitions: UInt32, _ client: Fluvio) async throws(FluvioError) {
        do throws(FluvioError) {
            try await client.admin.createTopic(options.topic, settings: TopicSettings(partitions: Int(partitions)))
            diagnostics.note("topic '\(options.topic)' created")
        } catch {
            guard error.code == .objectExists else { throw error }
        }
    }

    private func feed(_ producer: Producer) throws -> (RecordFeed.End, RecordFeed.Counts, Bool) {
        let wake = try WakeSet([context.signals.wakeDescriptor, producer.failureDescriptor])
        var feed = RecordFeed(options: options, producer: producer, diagnostics: diagnostics, wake: wake.descriptor)
        let end = try feed.run()
        return (end, feed.counts, !feed.hasUnreadableInput)
    }

    /// Waits for the acknowledgements; after a signal no longer than the grace.
    private func finish(_ producer: Producer) async -> FluvioError? {
        let work = Task { () -> FluvioError? in
            do throws(FluvioError) {
                try await producer.finish()
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

    private func outcome(
        _ end: RecordFeed.End, _ counts: RecordFeed.Counts, _ isComplete: Bool, _ producer: Producer,
        _ failure: FluvioError?
    ) -> Outcome {
        let sent = producer.counts
        let unknown = sent.appended - sent.acknowledged
        let signal = context.signals.received
        if let failure, failure.code != .cancelled { diagnostics.error(failure.description) }
        let summary = "\(counts.read) records read, \(sent.acknowledged) acknowledged, \(unknown) unknown"
        if signal != nil {
            // What may be lost is no mere note.
            unknown > 0 ? diagnostics.error("interrupted: \(summary)") : diagnostics.note("interrupted: \(summary)")
        } else if unknown > 0 || failure != nil {
            diagnostics.error(summary)
        } else {
            diagnostics.detail("\(counts.read) records read, \(sent.acknowledged) acknowledged")
        }
        if let signal, !(options.stop.signalIsSuccess && unknown == 0 && failure == nil) { return .signal(signal) }
        if unknown > 0 || failure != nil || !isComplete { return .exit(.incomplete) }
        return .exit(counts.refused > 0 ? .refused : .success)
    }
}

private func tell(_ event: ProducerEvent, _ diagnostics: Diagnostics) {
    switch event {
    case .lost(let partition, let error): diagnostics.note("partition \(partition): \(error.message); trying again")
    case .recovered(let partition): diagnostics.note("partition \(partition): goes on, nothing is lost")
    case .resending(let partition): diagnostics.detail("partition \(partition): sending again what did not arrive")
    }
}

extension ProduceOptions {
    var producerSettings: ProducerSettings {
        var settings = ProducerSettings()
        settings.batchSize = producer.batchSize
        settings.linger = producer.linger
        settings.compression = producer.compression
        settings.isolation = producer.isolation
        settings.requestTimeout = producer.timeout
        settings.retry = connection.retryLimit
        return settings
    }
}
