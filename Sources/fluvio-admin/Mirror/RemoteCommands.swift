import FluvioClient
import FluvioProtocol
import Glibc
import ToolSupport
import Unix

/// `fluvio-admin remote`.
let remoteCommands = Command(
    group: "remote", "Manage the remote clusters whose topics this one mirrors.",
    [
        Command("list", "List the remote clusters.", ListOptions.self) { options, context in
            try await options.run(RemoteView.self, context)
        },
        Command("watch", "Write the remote clusters and every change of them as JSON lines.", WatchOptions.self) {
            options, context in try await WatchObjects<RemoteView>(options: options, context: context).run()
        },
        Command("register", "Register a remote cluster.", RegisterRemoteOptions.self) { options, context in
            try await RegisterRemote(options: options, context: context).run()
        },
        Command("unregister", "Forget remote clusters.", DeleteOptions.self) { options, context in
            try await options.run(mirrors: "remote cluster", context) { $0.remote?.id }
        },
        Command(
            "export", "Write the document that a remote cluster needs to connect to this one.",
            ExportRemoteOptions.self, manual: "`home connect` over there reads it."
        ) { options, context in try await ExportRemote(options: options, context: context).run() },
    ])

extension MirrorSpec {
    /// What it says of a remote cluster; nil: it is a home.
    var remote: RemoteMirror? { if case .remote(let remote) = self { remote } else { nil } }
    /// What it says of a home cluster; nil: it is a remote.
    var home: HomeMirror? { if case .home(let home) = self { home } else { nil } }
}

extension DeleteOptions {
    /// Forgets mirrors of one sort.
    ///
    /// - Parameter name: what one of that sort is called; nil: it is of the other.
    func run(
        mirrors noun: String, _ context: ToolContext, _ name: @escaping (MirrorSpec) -> String?
    ) async throws -> Outcome {
        let deletion = Deletion(options: deletion, context: context, noun: noun, done: "forgotten")
        let names = try await deletion.names(names)
        guard !names.isEmpty else { return .exit(.success) }
        let client = try await connection.connect(context)
        defer { client.close() }
        let admin = client.admin
        return try await deletion.run(names) { () throws(FluvioError) in
            try await admin.list(.mirror).compactMap { name($0.spec) }
        } _: { wanted throws(FluvioError) in
            // The SC keeps both sorts under one kind, and would delete either.
            guard try await admin.list(.mirror).contains(where: { name($0.spec) == wanted }) else {
                throw FluvioError(.objectNotFound, "there is no \(noun) '\(wanted)'")
            }
            try await admin.delete(.mirror, wanted)
        }
    }
}

/// Remote clusters as this tool shows them: rows, as the official tools do.
enum RemoteView: ObjectView {
    static let type = ObjectType<MirrorSpec>.mirror
    static let isPolled = true
    static func isShown(_ spec: MirrorSpec) -> Bool { spec.remote != nil }

    static func value(_ mirror: Metadata<MirrorSpec>) -> ObjectValue {
        var members: [ObjectValue.Member] = [.init("remote", .string(mirror.spec.remote?.id ?? mirror.name))]
        members += MirrorStatusLine(mirror.status).members
        return .object(members)
    }

    static func table(_ mirrors: [Metadata<MirrorSpec>]) -> ObjectTable {
        var table = ObjectTable(["REMOTE", "SC STATUS", "SPU STATUS", "LAST SEEN", "ERRORS"])
        for mirror in mirrors {
            table.append([mirror.spec.remote?.id ?? mirror.name] + MirrorStatusLine(mirror.status).cells)
        }
        return table
    }

    static func name(_ value: ObjectValue) -> String? {
        if case .string(let name)? = value["remote"] { name } else { nil }
    }
}

/// How the connection of a mirror is, in the words of the official tools.
struct MirrorStatusLine {
    private let status: MirrorStatus

    init(_ status: MirrorStatus) { self.status = status }

    private var parts: [(name: String, text: String)] {
        let details = [("SC", status.pairingSC), ("SPU", status.pairingSPU)].compactMap { who, pairing in
            if case .failedBecause(let reason) = pairing { "\(who): \(reason)" } else { nil }
        }
        return [
            ("sc_status", Self.word(status.pairingSC)), ("spu_status", Self.word(status.pairingSPU)),
            ("last_seen", lastSeen), ("errors", details.isEmpty ? "-" : details.joined(separator: " - ")),
        ]
    }

    var members: [ObjectValue.Member] { parts.map { .init($0.name, .string($0.text)) } }
    var cells: [String] { parts.map(\.text) }

    private static func word(_ pairing: MirrorPairing) -> String {
        switch pairing {
        case .waiting: "Waiting"
        case .successful: "Connected"
        case .failed, .failedBecause: "Failed"
        case .disabled: "Disabled"
        case .unauthorized: "Unauthorized"
        }
    }

    private var lastSeen: String {
        guard status.lastSeen > 0 else { return "-" }
        let now = UInt64(max(0, time(nil)))
        return Durations.text(.seconds(Int64(now - min(now, status.lastSeen / 1000))))
    }
}

struct RegisterRemoteOptions: CommandOptions {
    var common = CommonOptions()
    var connection = ConnectionOptions()
    var name = ""
    var creation = CreationOptions()

    static func declare(_ table: inout OptionTable<Self>) {
        table.operand("NAME", to: \.name, as: .text("NAME"), help: "the remote cluster's name")
        table.group("How")
        table.include(\.creation)
        table.include(\.connection)
    }
}

/// `fluvio-admin remote register`.
struct RegisterRemote: Sendable {
    let options: RegisterRemoteOptions
    let context: ToolContext

    func run() async throws -> Outcome {
        let client = try await options.connection.connect(context)
        defer { client.close() }
        let name = options.name
        _ = try await options.creation.create(.mirror, name, done: "registered", client.admin, context) {
            () throws(FluvioError) in
            try await client.admin.createMirror(.remote(RemoteMirror(id: name)))
            return name
        }
        return .exit(.success)
    }
}
