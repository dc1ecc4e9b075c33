import Glibc
import ToolSupport
import Unix

struct LogsOptions: CommandOptions {
    var common = CommonOptions()
    var location = ClusterLocation()
    var lines: Int?
    var follows = false

    static func declare(_ table: inout OptionTable<Self>) {
        table.group("Cluster")
        table.include(\.location)
        table.group("Output")
        table.value(
            "-n", "--lines", to: \.lines, as: .integer("N", in: 0...Int.max), help: "Write the last N lines alone")
        table.flag("-f", "--follow", to: \.follows, help: "Go on as it grows, until a signal")
    }
}

/// `fluvio-admin cluster logs`: what the cluster in the background has said.
struct LogsCommand: Sendable {
    let options: LogsOptions
    let context: ToolContext

    func run() async throws -> Outcome {
        let path = try options.location.resolved(profile: context.common.profile) + "/cluster.log"
        let signal = try await onOwnThread { try copy(path) }
        return signal.map { .signal($0) } ?? .exit(.success)
    }

    /// Writes the file, and what is added to it. Blocks; the signal that ended it.
    private func copy(_ path: String) throws -> CInt? {
        let file: FileDescriptor
        do {
            file = try FileDescriptor.open(path, O_RDONLY)
        } catch {
            throw ToolError(
                error.code == ENOENT ? "there is no log \(path); no cluster was started there" : "\(error)")
        }
        let raw = file.raw
        var output = OutputWriter(descriptor: STDOUT_FILENO)
        var bytes = try Self.rest(raw)
        if let lines = options.lines { bytes = LogTail.last(lines, of: bytes) }
        try output.append(bytes: bytes)
        try output.flush()
        while options.follows {
            // A file has nothing to wait for but time.
            if try Unix.poll(context.signals.wakeDescriptor, CInt(POLLIN), timeoutMilliseconds: 200) != 0 { break }
            let more = try Self.rest(raw)
            guard !more.isEmpty else { continue }
            try output.append(bytes: more)
            try output.flush()
        }
        try output.close()
        return context.signals.received
    }

    private static func rest(_ raw: CInt) throws -> [UInt8] {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = try unsafe chunk.withUnsafeMutableBytes { buffer in try unsafe Unix.read(raw, into: buffer) }
            if count == 0 { return bytes }
            bytes.append(contentsOf: chunk[..<count])
        }
    }
}
