import FluvioLocal
import ToolSupport
import Unix

/// How a cluster on this machine is to run: what `cluster start` and `cluster run` share.
struct ServeOptions: OptionGroup {
    var location = ClusterLocation()
    var isEphemeral = false
    var bind = "127.0.0.1"
    var port: UInt16 = 9003
    var spuPort: UInt16 = 9010
    var webSocketPort: UInt16?
    var spus: Int?
    var spuTimeout: Duration = .seconds(2)
    var durability = Durability.os
    var skipsProfile = false
    var dryRun = DryRunOption()
    /// What the official tools ask for; so it is in any case.
    var isLocal = true
    var frameDeadline: Duration = .seconds(60)
    /// Whether certificates are made here.
    var automaticTLS = AutomaticTLS.off
    var certificate: String?
    var key: String?
    var clientAuthority: String?

    static func declare(_ table: inout OptionTable<Self>) {
        table.include(\.location)
        table.flag(
            "--ephemeral", to: \.isEphemeral, help: "Use a new directory, and delete it when the cluster stops",
            manual:
                "Use a new directory below that for temporary files (`TMPDIR`), or the empty one that `--data-dir` names, "
                + "and delete it when the cluster stops, with all records. The profile, `ephemeral` without `-P`, goes "
                + "with it, and the one that was current before is so again.")
        table.value(
            "--port", to: \.port, as: .integer("PORT"), help: "Listen on this port for clients; 0 takes a free one",
            manual: "Listen on this port, which is the address of the cluster; 0 takes any free one.")
        table.value(
            "--spu-port", to: \.spuPort, as: .integer("PORT"),
            help: "Listen on this port for records; 0 takes a free one",
            manual:
                "Listen on this port for records (the first SPU; each further one has a port ten higher); 0 takes any "
                + "free ones.")
        table.value(
            "--ws-port", to: \.webSocketPort, as: .integer("PORT"), fallback: "none",
            help: "Take WebSockets on this port; 0 takes a free one",
            manual:
                "Take WebSockets on this port, too, for the controller and all SPUs; 0 takes any free one. With TLS it "
                + "is `wss://`, with the same certificates. A second profile, named `PROFILE-ws`, goes this way. "
                + "A client says by `addr=HOST:PORT` in the query which server it wants; who wants another than those of "
                + "this cluster is refused (403), as are pages of other sites in a browser. After 20 s of silence a "
                + "client is asked for a sign of life, so that proxies in between keep the connection.")
        table.value(
            "--spus", to: \.spus, as: .integer("N", in: 1...100), aliases: ["--spu"],
            fallback: "as many as before, at first 1",
            help: "Run this many SPUs, between which topics can be replicated",
            manual:
                "Run this many SPUs, between which topics can be replicated, to try out what happens when one is lost "
                + "(see `cluster spu`). All of them live in one process and one directory, so replicas protect from "
                + "nothing else. The number is remembered; a later start may have more, but not fewer.")
        table.value(
            "--spu-timeout", to: \.spuTimeout, as: .duration(bare: .seconds),
            help: "Take a frozen SPU for lost after this time",
            manual:
                "Take an SPU that is frozen (see `cluster spu freeze`) for lost after this time. A real cluster takes "
                + "90 s. One that is stopped or killed is noticed at once.")
        table.value(
            "--bind", to: \.bind, as: .text("ADDR"), help: "Listen on this address",
            manual:
                "Listen on this address. Others than those of this machine itself let everybody who can reach it read "
                + "and write everything.")
        table.value(
            "--durability", to: \.durability, as: .durability, help: "Call fsync(2): os, batch or interval:MS",
            manual:
                "What acknowledged records survive. In every mode they survive `kill -9`: they are written before they "
                + "are acknowledged. `os` leaves it to the system when they reach the disk, as Fluvio does; `batch` "
                + "calls fsync(2) before the acknowledgement; `interval:MS` calls it so often.")
        table.value(
            "--tls", to: \.automaticTLS, as: .automaticTLS, help: "Use TLS, with certificates made here",
            manual:
                "With `auto`, use TLS with certificates that are made when they are missing, and kept in the directory "
                + "`tls` of the data directory: an authority, one for the servers (names `localhost`, "
                + "`\(ClusterOptions.domain)` and `*.\(ClusterOptions.domain)`) and one for clients, without which "
                + "nobody can connect. The profile names them.")
        table.value(
            "--tls-cert", to: \.certificate, as: .file, help: "Use TLS with this certificate",
            manual:
                "Use TLS with the certificate of this file (PEM), and those between it and its authority behind it. "
                + "If it is for `DOMAIN` and `*.DOMAIN`, the profile checks servers by these names.")
        table.value("--tls-key", to: \.key, as: .file, help: "The private key of the certificate")
        table.value(
            "--tls-client-ca", to: \.clientAuthority, as: .file,
            help: "Let in only clients with a certificate of this authority")
        table.value(
            "--frame-deadline", to: \.frameDeadline, as: .duration(bare: .seconds),
            help: "Close the connection of a client whose request takes longer to come", isHidden: true)
        table.flag("--local", to: \.isLocal, help: "As without it: there is no other kind", isHidden: true)
        table.flag(
            "--skip-profile-creation", to: \.skipsProfile, help: "Leave the profile file alone")
        table.include(\.dryRun)
    }

    /// For the cluster in this process.
    func clusterOptions(
        directory: String, say: @escaping @Sendable (String) -> Void = { _ in }
    ) throws -> ClusterOptions {
        var options = ClusterOptions(directory: directory, say: say)
        options.bind = bind
        options.controllerPort = port
        options.spuPort = spuPort
        options.webSocketPort = webSocketPort
        options.spus = spus
        options.spuTimeout = spuTimeout
        options.durability = durability
        options.frameDeadline = frameDeadline
        options.tls = try tls()
        return options
    }

    private func tls() throws -> ClusterTLS {
        switch (certificate, key) {
        case (nil, nil):
            if clientAuthority != nil { throw UsageError("--tls-client-ca needs --tls-cert and --tls-key") }
            return automaticTLS == .on ? .automatic : .none
        case (let certificate?, let key?):
            if automaticTLS == .on { throw UsageError("--tls auto and --tls-cert exclude each other") }
            return .files(
                certificate: try Unix.fromRoot(certificate), key: try Unix.fromRoot(key),
                clientAuthority: try clientAuthority.map { try Unix.fromRoot($0) })
        default: throw UsageError("--tls-cert and --tls-key are wanted together")
        }
    }

    /// The options of TLS once more, for a process that may stand elsewhere.
    func tlsArguments() throws -> [String] {
        switch try tls() {
        case .none: return []
        case .automatic: return ["--tls", "auto"]
        case .files(let certificate, let key, let authority):
            return ["--tls-cert", certificate, "--tls-key", key] + (authority.map { ["--tls-client-ca", $0] } ?? [])
        }
    }
}

extension ValueKind where Value == Durability {
    /// `os`, `batch`, `interval:MS`.
    static var durability: ValueKind {
        ValueKind(
            "MODE", completion: .choices(["os", "batch", "interval:100"]),
            format: { value in
                switch value {
                case .os: "os"
                case .batch: "batch"
                case .interval(let time): "interval:\(Durations.text(time))"
                }
            },
            parse: { text throws(ValueError) in
                switch text {
                case "os": return .os
                case "batch": return .batch
                default: break
                }
                let prefix = "interval:"
                guard text.hasPrefix(prefix),
                    let time = Durations.parse(String(text.dropFirst(prefix.count)), bare: .milliseconds), time > .zero
                else { throw ValueError("'\(text)' is none of os, batch, interval:MS") }
                return .interval(time)
            })
    }
}

/// Whether a cluster makes its own certificates.
enum AutomaticTLS: Sendable {
    case off, on
}

extension ValueKind where Value == AutomaticTLS {
    /// `auto`, `off`.
    static var automaticTLS: ValueKind {
        ValueKind(
            "MODE", completion: .choices(["auto", "off"]), format: { $0 == .on ? "auto" : "off" },
            parse: { text throws(ValueError) in
                switch text {
                case "auto": return .on
                case "off": return .off
                default: throw ValueError("'\(text)' is neither auto nor off")
                }
            })
    }
}
