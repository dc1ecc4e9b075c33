import FluvioClient
import Glibc
import Synchronization
import ToolSupport
import Unix

/// Standard input to standard output, files and topics.
struct TeeCommand: Sendable {
    let options: TeeOptions
    let context: ToolContext

    private var diagnostics: Diagnostics { context.diagnostics }

    /// What came of reading.
    private struct Fed: Sendable {
        var end: TeeInput.End
        var counts = RecordFeed.Counts()
        var reports: [OutletReport]
        /// Bytes that were not passed on, as they are not safe.
        var heldBytes = 0
        /// Read when no more was to be sent to topics.
        var unsentBytes = 0
        var hasOutputError = false
        var isAbandoned = false
    }

    func run() async throws -> Outcome {
        if options.ignoresInterrupts { context.signals.ignore(SIGINT) }
        context.signals.grace = options.stop.grace
        let attention = try Attention()
        let spools = try (options.spool ?? options.drain).map { path in try SpoolDirectory(path) }
        let lines = try acknowledgementLines()
        var targets = options.topics
        if options.drain != nil, let topics = try spools?.topics() {
            targets = topics.map { TopicTarget(topic: $0) }
        }
        guard !targets.isEmpty || options.records.routes else {
            if options.drain != nil { return .exit(.success) }
            return outcome(try await onOwnThread { [self] in try feed([], nil, nil, attention) })
        }
        let opener = OutletOpener(
            options.isLazy ? nil : try await options.connection.connect(context), options.producerSettings,
            create: options.create, acks: lines, hasLines: !options.spools && !options.afterAck,
            namesTopics: targets.count != 1, attention: attention, diagnostics: diagnostics)
        defer { opener.close() }
        var links: [OutletLink] = []
        if options.isLazy {
            links = opener.openLater(targets.map { ($0.topic, $0.partition) }) { [self] in try await connect() }
        } else {
            for target in targets { links.append(try await opener.open(target.topic, partition: target.partition)) }
        }
        context.signals.onReport { [diagnostics] in
            let counts = opener.counts
            diagnostics.error("\(counted(counts.appended, "record")) sent, \(counts.acknowledged) acknowledged")
        }
        let box = Box(spools)
        let fed = try await onOwnThread { [self, links] in try feed(links, opener, box.take(), attention) }
        lines?.finish(context.signals, grace: options.stop.grace)
        return outcome(fed)
    }

    /// Carries the directory to the thread that uses it.
    private final class Box: Sendable {
        private let content: Mutex<SpoolDirectory?>

        init(_ spools: consuming SpoolDirectory?) { content = Mutex(spools) }

        func take() -> SpoolDirectory? { content.withLock { $0.take() } }
    }

    /// Connects when it can: with a spool, whenever that may be.
    private func connect() async throws -> Fluvio {
        var connection = options.connection
        if options.spools { connection.retryFor = .forever }
        return try await connection.connect(context)
    }

    private func acknowledgementLines() throws(ToolError) -> AcknowledgementLines? {
        guard let descriptor = options.acksDescriptor ?? (options.acks ? STDERR_FILENO : nil) else { return nil }
        guard fcntl(descriptor, F_GETFD) >= 0 else {
            throw ToolError("--acks-fd: descriptor \(descriptor) is not open", .usage)
        }
        return AcknowledgementLines(to: descriptor)
    }

    private func feed(
        _ links: [OutletLink], _ opener: OutletOpener?, _ spools: consuming SpoolDirectory?, _ attention: Attention
    ) throws -> Fed {
        let wake = context.signals.wakeDescriptor
        let routes = options.records.routes
        let outlets = try TopicOutlets(
            links, policy: options.policy, spools: spools, spoolLimit: options.spoolMaximum, attention: attention,
            signals: context.signals, diagnostics: diagnostics,
            opening: routes
                ? { topic in
                    opener?.openBlocking(topic, wake: wake) ?? .failure(ToolError("interrupted"))
                } : nil)
        if options.drain != nil { return Fed(end: .input, reports: outlets.finish(grace: options.stop.grace)) }
        let outputs = ByteOutputs(
            options, outlets, diagnostics, ignoresBrokenPipe: context.signals.ignoresBrokenPipe)
        var input = TeeInput(options, outlets, outputs, diagnostics)
        let end = try input.run()
        if options.syncsSpool { input.releaseRest(isComplete: outlets.synchronizeSpools()) }
        // Readers see the end of the stream now, and not when the topics are done with it.
        if !options.afterAck { outputs.close() }
        let reports = outlets.finish(grace: options.stop.grace) { input.release() }
        input.releaseRest(isComplete: reports.allSatisfy(\.isComplete))
        outputs.close()
        let final: TeeInput.End = outputs.end.map { .output($0) } ?? end
        return Fed(
            end: final, counts: input.counts, reports: reports, heldBytes: input.heldBytes,
            unsentBytes: input.unsentBytes,
            hasOutputError: outputs.hasFailed || input.isUnreadable, isAbandoned: outputs.isAbandoned)
    }

    private func outcome(_ fed: Fed) -> Outcome {
        let isComplete = fed.reports.allSatisfy(\.isComplete)
        let signal = context.signals.received
        for report in fed.reports {
            if options.summary == .json {
                Diagnostics.writeLine(report.json, to: STDERR_FILENO)
            } else if options.summary == .text || !report.isComplete {
                diagnostics.error(report.text)
            } else {
                diagnostics.detail(report.text)
            }
        }
        if fed.heldBytes > 0 {
            diagnostics.error(
                "\(counted(fed.heldBytes, "byte was", "bytes were")) not passed on, not being \(options.syncsSpool ? "in the spool" : "acknowledged")"
            )
        }
        let isCut = signal != nil && fed.unsentBytes > 0
        if isCut {
            diagnostics.error(
                "interrupted: \(counted(fed.unsentBytes, "byte of the input was", "bytes of the input were")) not sent to topics"
            )
        }
        if fed.isAbandoned { diagnostics.error("interrupted: not all of the input was passed on") }
        if let signal, !(options.stop.signalIsSuccess && isComplete && !fed.isAbandoned && !isCut) {
            return .signal(signal)
        }
        if case .output(let outcome) = fed.end { return outcome }
        if !isComplete || fed.heldBytes > 0 || fed.hasOutputError { return .exit(.incomplete) }
        return .exit(fed.counts.refused > 0 ? .refused : .success)
    }
}

extension OutletReport {
    /// For people.
    var text: String {
        var parts = ["\(counted(appended, "record")) sent", "\(acknowledged) acknowledged"]
        if unknown > 0 { parts.append("\(unknown) unknown") }
        if dropped > 0 { parts.append("\(dropped) dropped") }
        if lost > 0 { parts.append("\(lost) not sent") }
        if spooled > 0, let spool { parts.append("\(spooled) left in \(spool)") }
        return "\(topic): " + parts.joined(separator: ", ")
    }

    /// For programs.
    var json: String {
        """
        {"topic":"\(topic)","sent":\(appended),"acknowledged":\(acknowledged),"unknown":\(unknown),\
        "dropped":\(dropped),"lost":\(lost),"spooled":\(spooled),"failed":\(failure != nil)}
        """
    }
}
