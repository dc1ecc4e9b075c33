import FluvioClient
import FluvioLocal
import FluvioTransport
import Glibc
import ToolSupport
import Unix

struct RunOptions: CommandOptions {
    var common = CommonOptions()
    var serve = ServeOptions()
    var grace = Duration.seconds(5)
    /// Tells the process that started this one how it went.
    var reportsReadiness = false

    static func declare(_ table: inout OptionTable<Self>) {
        table.group("Cluster")
        table.include(\.serve)
        table.flag(
            "--report-readiness", to: \.reportsReadiness,
            help: "Write one line to descriptor 3 when clients can connect",
            isHidden: true)
        table.value(
            "--grace", to: \.grace, as: .duration(bare: .seconds),
            help: "After a signal, take at most this long to close all files")
    }
}

/// `fluvio-admin cluster run`: a cluster in this process, until it is told to stop.
struct RunCommand: Sendable {
    let options: RunOptions
    let context: ToolContext

    func run() async throws -> Outcome {
        if options.serve.dryRun.isOn { return try await options.serve.tellPlan(context) }
        context.signals.grace = options.grace
        // A thousand idle clients are not too many; the usual soft limit is about that.
        Unix.raiseDescriptorLimit()
        let directory = try EphemeralCluster.directory(options.serve)
        let diagnostics = context.diagnostics
        let clusterOptions = try options.serve.clusterOptions(directory: directory) { diagnostics.error($0) }
        let cluster: LocalCluster
        do {
            cluster = try await onOwnThread { try LocalCluster.start(clusterOptions) }
        } catch let error as LocalClusterError {
            let error = ToolError(starting: error)
            if options.serve.isEphemeral { EphemeralCluster.end(directory) }
            report("\(error.code.rawValue) \(error.description)")
            throw error
        }
        let endpoint = cluster.endpoint
        if options.serve.isEphemeral { try EphemeralCluster.mark(directory) }
        diagnostics.note("the cluster runs on \(endpoint), its data is in \(directory)")
        let webSocket = cluster.webSocket
        if let webSocket { diagnostics.note("it takes WebSockets on \(webSocket)") }
        if !options.serve.skipsProfile {
            try Self.writeProfile(context, endpoint.port, webSocket, options.serve, directory)
        }
        report("0 \(endpoint.port)" + (webSocket.map { " \($0)" } ?? ""))
        context.signals.onStop { _ in
            // Closing files may take a while; the thread that watches over signals must not wait.
            Task.detached { try? await onOwnThread { cluster.stop() } }
        }
        await cluster.waitUntilStopped()
        try await onOwnThread {
            cluster.stop()
            if options.serve.isEphemeral { EphemeralCluster.end(directory) }
        }
        // Being told to stop is how it is meant to end.
        return .exit(.success)
    }

    /// Tells who started this process, if anybody waits, how it went: an exit status and a text.
    private func report(_ text: String) {
        guard options.reportsReadiness else { return }
        let descriptor = FileDescriptor(owning: 3)
        let line = Array("\(text)\n".utf8)
        // Nobody waiting is nothing to fail for.
        unsafe line.withUnsafeBytes { bytes in try? unsafe Unix.writeAll(descriptor.raw, bytes) }
    }

    /// Makes the cluster's profile, and makes it current; and another for the way by WebSocket, if there is one.
    static func writeProfile(
        _ context: ToolContext, _ port: UInt16, _ webSocket: String?, _ serve: ServeOptions, _ directory: String
    ) throws {
        let name = context.common.profile ?? (serve.isEphemeral ? EphemeralCluster.profile : "local")
        let files = try serve.clusterOptions(directory: directory).clientFiles()
        let tls = files.map { files in
            TLSPolicy.verified(
                TLSSettings(
                    domain: files.domain, key: files.key.map { .file($0) },
                    certificate: files.certificate.map { .file($0) }, authority: .file(files.authority)))
        }
        try Profiles.update { file throws(FluvioError) in
            if serve.isEphemeral { EphemeralCluster.remember(file.current, in: directory, unless: name) }
            try file.addLocal(name, port: port, directory: directory, tls: tls ?? .disabled)
            if let webSocket {
                try file.addWayThere("\(name)-ws", address: webSocket, directory: directory, tls: tls ?? .disabled)
            }
        }
        context.diagnostics.note("profile '\(name)' is the current one now")
    }
}

extension ToolError {
    /// A cluster that cannot start: why, and what may be done about it.
    init(starting error: LocalClusterError) {
        let (advice, code): (String, ExitCode) =
            switch error {
            case .inUse:
                ("; stop it with 'fluvio-admin cluster stop', or take another directory with --data-dir", .busy)
            case .listen(_, _, let error) where error.code == EADDRINUSE:
                ("; take others with --port and --spu-port (0: any free one)", .incomplete)
            case .system(let error), .spu(.system(let error)): (Self.advice(error), .incomplete)
            default: ("", .incomplete)
            }
        self.init(error.description + advice, code)
    }

    private static func advice(_ error: SystemError) -> String {
        switch error.code {
        case EACCES, EPERM, EROFS: "; take a directory that you can write to with --data-dir"
        case EMFILE: "; more descriptors are allowed with 'ulimit -n'"
        default: ""
        }
    }
}
