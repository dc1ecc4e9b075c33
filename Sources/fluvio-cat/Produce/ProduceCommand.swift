import FluvioClient
import Glibc
import Synchronization
import ToolSupport
import Unix

/// `fluvio-cat produce`: the input into topics.
struct ProduceCommand: Sendable {
    let options: ProduceOptions
    let context: ToolContext

    private var diagnostics: Diagnostics { context.diagnostics }

    /// What came of reading.
    private struct Fed: Sendable {
        var end: RecordFeed.End
        var counts: RecordFeed.Counts
        var isComplete: Bool
        /// Read when no more was to be sent.
        var unsentBytes: Int
        var reports: [OutletReport]
    }

    func run() async throws -> Outcome {
        context.signals.grace = options.stop.grace
        let lines = try acknowledgementLines()
        let settings = try options.producerSettings()
        let client = try await options.connection.connect(context)
        let attention = try Attention()
        let opener = OutletOpener(
            client, settings, create: options.create, acks: lines,
            namesTopics: options.topics.count != 1, attention: attention, diagnostics: diagnostics)
        defer { opener.close() }
        var links: [OutletLink] = []
        for topic in options.topics { links.append(try await opener.open(topic, partition: options.partition)) }
        let meter = ProduceMeter(opener, diagnostics)
        context.signals.onReport { meter.report() }
        meter.start(every: options.progress)
        defer { meter.stop() }
        let fed = try await onOwnThread { [self, links] in try feed(links, opener, attention, meter) }
        if options.producer.isolation == .readUncommitted, context.signals.received == nil {
            await opener.awaitReplicas()
        }
        lines?.finish(context.signals, grace: options.stop.grace)
        return outcome(fed)
    }

    private func acknowledgementLines() throws(ToolError) -> AcknowledgementLines? {
        guard let descriptor = options.acksDescriptor ?? (options.acks ? STDERR_FILENO : nil) else { return nil }
        guard fcntl(descriptor, F_GETFD) >= 0 else {
            throw ToolError("--acks-fd: descriptor \(descriptor) is not open", .usage)
        }
        return AcknowledgementLines(to: descriptor, sources: options.files)
    }

    private func feed(
        _ links: [OutletLink], _ opener: OutletOpener, _ attention: Attention, _ meter: ProduceMeter
    ) throws -> Fed {
        var policy = OutletPolicy()
        policy.partitioner = options.records.partitioner
        let wake = context.signals.wakeDescriptor
        let outlets = try TopicOutlets(
            links, policy: policy, attention: attention, signals: context.signals, diagnostics: diagnostics,
            opening: options.records.routes
                ? { topic in
                    opener.openBlocking(topic, wake: wake) ?? .failure(ToolError("interrupted"))
                } : nil)
        var input = ProduceInput(options, outlets, diagnostics)
        let end = try input.run { meter.count($0) }
        let reports = outlets.finish(grace: options.stop.grace)
        return Fed(
            end: end, counts: input.counts, isComplete: !input.hasUnreadableInput, unsentBytes: input.unsentBytes,
            reports: reports)
    }

    private func outcome(_ fed: Fed) -> Outcome {
        let unknown = fed.reports.reduce(0) { $0 + $1.unknown }
        let failure = fed.reports.lazy.compactMap(\.failure).first
        if let failure { diagnostics.error(failure.naming().description) }
        let signal = context.signals.received
        let summary = summary(fed)
        if signal != nil {
            if fed.unsentBytes > 0 {
                diagnostics.error(
                    "interrupted: \(counted(fed.unsentBytes, "byte of the input was", "bytes of the input were")) read and not sent"
                )
            }
            // What may be lost is no mere note.
            unknown > 0 ? diagnostics.error("interrupted: \(summary)") : diagnostics.note("interrupted: \(summary)")
        } else if unknown > 0 || failure != nil {
            diagnostics.error(summary)
        } else {
            diagnostics.detail(summary)
        }
        if let signal, !(options.stop.signalIsSuccess && unknown == 0 && failure == nil && fed.unsentBytes == 0) {
            return .signal(signal)
        }
        if unknown > 0 || failure != nil || !fed.isComplete { return .exit(.incomplete) }
        return .exit(fed.counts.refused > 0 ? .refused : .success)
    }

    /// One line: what was read, and what became of it.
    private func summary(_ fed: Fed) -> String {
        let read = "\(counted(fed.counts.read, "record")) read"
        func fate(_ report: OutletReport) -> String {
            let unknown = report.unknown > 0 || report.failure != nil || context.signals.received != nil
            return "\(report.acknowledged) acknowledged" + (unknown ? ", \(report.unknown) unknown" : "")
        }
        if fed.reports.count == 1, let only = fed.reports.first, !options.records.routes {
            return "\(read), \(fate(only))"
        }
        return ([read] + fed.reports.map { "\($0.topic): \(fate($0))" }).joined(separator: "; ")
    }
}
