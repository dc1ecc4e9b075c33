import FluvioClient
import FluvioLocal
import FluvioTransport
import Glibc
import ToolSupport
import Unix

struct RunOptions: CommandOptions {
    var common = CommonOptions()
    var serve = ServeOptions()
    var stop = StopOptions()
    /// Tells the process that started this one how it went.
    var reportsReadiness = false

    static func declare(_ table: inout OptionTable<Self>) {
        table.group("Cluster")
        table.include(\.serve)
        table.flag(
            "--report-readiness", to: \.reportsReadiness,
            help: "Write one line to descriptor 3 when clients can connect",
            isHidden: true)
        table.include(\.stop)
    }
}

/// `fluvio-admin cluster run`: a cluster in this process, until it is told to stop.
struct RunCommand: Sendable {
    let options: RunOptions
    let context: ToolContext

    func run() async throws -> Outcome {
        let directory = try options.serve.location.forStart()
        let diagnostics = context.diagnostics
        let clusterOptions = try options.serve.clusterOptions(directory: directory) { diagnostics.error($0) }
        let cluster: LocalCluster
        do {
            cluster = try await onOwnThread { try LocalCluster.start(clusterOptions) }
        } catch let error as LocalClusterError {
            let error = ToolError(error.description, error.exitCode)
            report("\(error.code.rawValue) \(error.description)")
            throw error
        }
        let endpoint = cluster.endpoint
        diagnostics.note("the cluster runs on \(endpoint), its data is in \(directory)")
        if !options.serve.skipsProfile { try Self.writeProfile(context, endpoint.port, options.serve, directory) }
        report("0 \(endpoint.port)")
        context.signals.onStop { _ in
            // Closing files may take a while; the thread that watches over signals must not wait.
            Task.detached { try? await onOwnThread { cluster.stop() } }
        }
        await cluster.waitUntilStopped()
        try await onOwnThread { cluster.stop() }
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

    /// Makes the cluster's profile, and makes it current.
    static func writeProfile(
        _ context: ToolContext, _ port: UInt16, _ serve: ServeOptions, _ directory: String
    ) throws {
        let name = context.common.profile ?? "local"
        let files = try serve.clusterOptions(directory: directory).clientFiles()
        let tls = files.map { files in
            TLSPolicy.verified(
                TLSSettings(
                    domain: files.domain, key: files.key.map { .file($0) },
                    certificate: files.certificate.map { .file($0) }, authority: .file(files.authority)))
        }
        try ProfileFile.update { file throws(FluvioError) in
            try file.addLocal(name, port: port, directory: directory, tls: tls ?? .disabled)
        }
        context.diagnostics.note("profile '\(name)' is the current one now")
    }
}

extension LocalClusterError {
    /// The exit status that befits it.
    var exitCode: ExitCode {
        if case .inUse = self { .busy } else { .incomplete }
    }
}
