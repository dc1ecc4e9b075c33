import FluvioClient
import FluvioLocal
import Glibc
import ToolSupport
import Unix

struct StartOptions: CommandOptions {
    var common = CommonOptions()
    var serve = ServeOptions()

    static func declare(_ table: inout OptionTable<Self>) {
        table.group("Cluster")
        table.include(\.serve)
    }
}

/// `fluvio-admin cluster start`: the same as `cluster run`, in a process of its own.
struct StartCommand: Sendable {
    let options: StartOptions
    let context: ToolContext

    func run() async throws -> Outcome {
        if options.serve.dryRun.isOn { return try await options.serve.tellPlan(context) }
        let directory = try EphemeralCluster.directory(options.serve)
        let answer = try await onOwnThread { try launch(directory) }
        let words = answer.text.split(separator: " ")
        guard let port = words.first.flatMap({ UInt16($0) }), answer.code == .success else {
            throw ToolError(answer.text, answer.code)
        }
        let webSocket = words.count > 1 ? String(words[1]) : nil
        let end = options.serve.isEphemeral ? " and goes when it stops" : ""
        context.diagnostics.note("the cluster runs on localhost:\(port), its data is in \(directory)\(end)")
        if let webSocket { context.diagnostics.note("it takes WebSockets on \(webSocket)") }
        guard !options.serve.skipsProfile else { return .exit(.success) }
        do {
            try RunCommand.writeProfile(context, port, webSocket, options.serve, directory)
        } catch {
            // What has failed leaves nothing running.
            _ = try? await onOwnThread { try ClusterControl.stop(directory: directory) }
            throw error
        }
        return .exit(.success)
    }

    private struct Answer: Sendable {
        var code: ExitCode
        var text: String
    }

    /// Starts the process and waits for what it reports.
    private func launch(_ directory: String) throws -> Answer {
        let arguments = try arguments(directory)
        let log = "\(directory)/cluster.log"
        let output: FileDescriptor
        let written = (try? Unix.contents(of: log).count) ?? 0
        do throws(SystemError) {
            try Unix.makeDirectories(directory, mode: 0o700)
            output = try FileDescriptor.open(log, O_WRONLY | O_CREAT | O_APPEND, mode: 0o600)
        } catch {
            throw ToolError(starting: .system(error))
        }
        var pipe = try PipeEnds()
        guard let reading = pipe.reading.take(), let writing = pipe.writing.take() else {
            return Answer(code: .incomplete, text: "no pipe")
        }
        _ = try Unix.startInBackground(
            try Unix.ownExecutable(), arguments, output: output.raw, passing: writing.raw)
        // Otherwise the pipe would stay open if the process died without a word.
        try writing.close()
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4096)
        let raw = reading.raw
        if try Unix.poll(raw, CInt(POLLIN), timeoutMilliseconds: 10_000) == 0 {
            context.diagnostics.note("still starting; \(log) tells what it does")
        }
        while true {
            let count = try unsafe chunk.withUnsafeMutableBytes { buffer in try unsafe Unix.read(raw, into: buffer) }
            if count == 0 { break }
            bytes.append(contentsOf: chunk[..<count])
        }
        let words = String(decoding: bytes, as: UTF8.self).split(separator: "\n").first?.split(
            separator: " ", maxSplits: 1)
        guard let words, words.count == 2, let number = CInt(words[0]), let code = ExitCode(rawValue: number) else {
            let said = LogTail.lines(of: log, from: written)
            for line in said { context.diagnostics.error("cluster.log: \(line)") }
            if options.serve.isEphemeral { EphemeralCluster.end(directory) }
            let reason = said.isEmpty ? ", and \(log) does not say why" : "; above is the end of \(log)"
            return Answer(code: .incomplete, text: "the cluster did not start" + reason)
        }
        return Answer(code: code, text: String(words[1]))
    }

    private func arguments(_ directory: String) throws -> [String] {
        let serve = options.serve
        return [
            "fluvio-admin", "cluster", "run", "--report-readiness", "--skip-profile-creation",
            "--data-dir", directory, "--bind", serve.bind, "--port", "\(serve.port)", "--spu-port", "\(serve.spuPort)",
            "--durability", ValueKind<Durability>.durability.format(serve.durability) ?? "os",
            "--frame-deadline", Durations.text(serve.frameDeadline),
            "--spu-timeout", Durations.text(serve.spuTimeout),
        ] + (serve.isEphemeral ? ["--ephemeral"] : []) + (serve.spus.map { ["--spus", "\($0)"] } ?? [])
            + (serve.webSocketPort.map { ["--ws-port", "\($0)"] } ?? [])
            + (try serve.tlsArguments())
    }
}
