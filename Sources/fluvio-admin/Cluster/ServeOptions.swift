import FluvioLocal
import ToolSupport

/// How a cluster on this machine is to run: what `cluster start` and `cluster run` share.
struct ServeOptions: OptionGroup {
    var location = ClusterLocation()
    var bind = "127.0.0.1"
    var port: UInt16 = 9003
    var spuPort: UInt16 = 9010
    var spus = 1
    var durability = Durability.os
    var skipsProfile = false

    static func declare(_ table: inout OptionTable<Self>) {
        table.include(\.location)
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
        table.flag(
            "--skip-profile-creation", to: \.skipsProfile, help: "Leave the profile file alone")
    }

    /// For the cluster in this process.
    func clusterOptions(directory: String, say: @escaping @Sendable (String) -> Void) -> ClusterOptions {
        var options = ClusterOptions(directory: directory, say: say)
        options.bind = bind
        options.controllerPort = port
        options.spuPort = spuPort
        options.spus = spus
        options.durability = durability
        return options
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
