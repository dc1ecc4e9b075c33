import Documents
import FluvioClient
import Glibc
package import ToolSupport
import Unix

/// `fluvio-source-file run`: files into a topic.
package struct RunCommand: Sendable {
    let options: SourceOptions
    let context: ToolContext

    package init(options: SourceOptions, context: ToolContext) { (self.options, self.context) = (options, context) }

    private var diagnostics: Diagnostics { context.diagnostics }

    package func run() async throws -> Outcome {
        context.signals.grace = options.stop.grace
        if options.isStandardInput { return try await StandardInput(options: options, context: context).run() }
        let selection = try options.selection()
        if options.isDryRun { return try DryRun(options: options, context: context, selection: selection).run() }
        let mailbox = try Mailbox()
        context.signals.onHangup { mailbox.post(.rescan) }
        let store = try CheckpointStore(try options.state())
        let known = try checkpoint(store)
        let counts = SourceCounts()
        let metrics = try options.metrics.map { target in
            try MetricsServer(at: target, diagnostics) { [topic = options.topic] in counts.metrics(topic: topic) }
        }
        defer { metrics?.close() }
        context.signals.onReport { [diagnostics] in
            let now = counts.all
            diagnostics.error(
                "\(counted(now.records, "record")) sent, \(counted(now.lagBytes, "byte waits", "bytes wait")) in \(counted(now.lag.count, "file"))"
            )
        }
        let client = try await options.connection.connect(context)
        defer { client.close() }
        let partitions = try await partitions(client)
        await announceGuarantee(client)
        let before = await known?.compared(client, options, partitions: partitions, diagnostics)
        let opener = LaneOpener(client: client, options: options, mailbox: mailbox, diagnostics: diagnostics)
        let (ending, isRefused, isIncomplete, isSettled) = try await onOwnThread { [options, context] in
            let pump = try SourcePump(
                options: options, context: context, opener: opener, mailbox: mailbox, store: store, checkpoint: before,
                counts: counts, selection: selection, partitions: partitions, service: ServiceManager())
            let ending = pump.run()
            for file in pump.files.values { file.lane?.close() }
            let isSettled = pump.files.values.allSatisfy(\.isSettled) && pump.checkpointTrouble == nil
            return (ending, pump.isRefused, pump.isIncomplete, isSettled)
        }
        return try outcome(ending, counts.all, isRefused: isRefused, isIncomplete: isIncomplete, isSettled: isSettled)
    }

    private func outcome(
        _ ending: SourcePump.Ending, _ counts: SourceCounts.Values, isRefused: Bool, isIncomplete: Bool,
        isSettled: Bool
    ) throws -> Outcome {
        var summary = "\(counted(counts.records, "record")) sent"
        if counts.alreadyStored > 0 { summary += ", \(counted(counts.alreadyStored, "was", "were")) there already" }
        if counts.lostBytes > 0 { summary += ", \(counted(counts.lostBytes, "byte")) lost unread" }
        switch ending {
        case .failed(let error):
            diagnostics.note(isSettled ? summary : "\(summary), some without an acknowledgement")
            if let error = error as? FluvioError, counts.records > 0, error.code.category == .unreachable {
                throw ToolError(error.description, .incomplete)
            }
            throw error
        case .signal(let signal):
            if isSettled {
                diagnostics.detail(summary)
            } else {
                diagnostics.error("interrupted: \(summary), some without an acknowledgement; the next run finds out")
            }
            return options.stop.outcome(of: signal, isComplete: isSettled && !isIncomplete)
        case .done:
            diagnostics.detail(summary)
            return .exit(isIncomplete ? .incomplete : isRefused ? .refused : .success)
        }
    }

    private func checkpoint(_ store: CheckpointStore) throws -> Checkpoint? {
        if options.from == .beginning { return nil }
        guard let checkpoint = try store.read(options.onBadCheckpoint, { diagnostics.error($0) }) else { return nil }
        guard checkpoint.topic == options.topic else {
            let command = Suggestion.nearest(to: options.topic, among: SourceOptions.commands)
            let advice = command.map { ", or did you mean the command '\($0)'?" } ?? ""
            throw ToolError(
                "\(store.directory) is the state of a source into the topic \(checkpoint.topic); "
                    + "name another --state-dir\(advice)", .usage)
        }
        return checkpoint
    }

    /// Said once, where nothing more than at-least-once can be promised after a crash.
    private func announceGuarantee(_ client: Fluvio) async {
        let spec = try? await client.admin.topic(options.topic).spec
        for remark in Guarantees.remarks(options, spec) { diagnostics.note(remark) }
    }

    private func partitions(_ client: Fluvio) async throws -> UInt32 {
        if let wanted = options.create { try await options.makeTopics(client, Int(wanted), diagnostics) }
        let count = try await client.partitionCount(of: options.topic)
        try options.verifyPartition(among: count)
        return count
    }
}

extension SourceOptions {
    /// Refuses a partition that the topic does not have.
    func verifyPartition(among count: UInt32) throws(FluvioError) {
        if let partition, partition >= count { throw .noPartition(partition, of: topic, with: count) }
    }

    /// The files that are meant.
    func selection() throws -> Selection {
        do {
            return try Selection(paths, excluding: exclude, in: try Unix.fromRoot("."))
        } catch let error as GlobError {
            throw ToolError(error.description, .usage)
        }
    }

    /// The directory of the checkpoint.
    func state() throws -> String { try StateDirectory.path(stateDirectory, topic: topic) }
}

/// Where checkpoints are.
enum StateDirectory {
    /// - Parameter given: the one that was named.
    static func path(_ given: String?, topic: String) throws -> String {
        if let given { return given }
        // systemd may name several.
        if let directory = Unix.environment("STATE_DIRECTORY")?.split(separator: ":").first { return String(directory) }
        if let base = Unix.environment("XDG_STATE_HOME"), base.hasPrefix("/") {
            return "\(base)/fluvio-source-file/\(topic)"
        }
        guard let home = Unix.homeDirectory() else {
            throw ToolError("there is no home directory for the checkpoint: name a --state-dir", .usage)
        }
        return "\(home)/.local/state/fluvio-source-file/\(topic)"
    }
}
