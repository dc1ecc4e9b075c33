import FluvioClient
import FluvioProtocol
import FluvioTransport
import ToolSupport

/// `fluvio-admin spu`.
let spuCommands = Command(
    group: "spu", "Show the SPUs of a cluster, and register those that somebody else runs.",
    [
        Command(
            "list", "List the SPUs.", ListSpusOptions.self,
            examples: [
                Example("fluvio-admin spu list", "Lists the SPUs."),
                Example("fluvio-admin spu list --filter status=offline -O name", "Names those that are away."),
            ]
        ) { options, context in try await ListSpus(options: options, context: context).run() },
        Command(
            "watch", "Write the SPUs and every change of them as JSON lines.", WatchOptions.self
        ) { options, context in try await WatchObjects<SpuView>(options: options, context: context).run() },
        Command(
            "register", "Register an SPU that somebody runs.", RegisterSpuOptions.self,
            manual: "It stays in the state `Init` until a process with this id reports to the controller."
        ) { options, context in try await RegisterSpu(options: options, context: context).run() },
        Command(
            "unregister", "Forget an SPU that was registered.", UnregisterSpuOptions.self
        ) { options, context in try await UnregisterSpu(options: options, context: context).run() },
    ])

struct ListSpusOptions: CommandOptions {
    var common = CommonOptions()
    var listing = ListingOptions()
    var isCustomOnly = false

    static func declare(_ table: inout OptionTable<Self>) {
        table.operands("NAME", to: \.listing.selection.names, as: .object(), help: "the SPUs to list; all if left out")
        table.flag("--custom", to: \.isCustomOnly, help: "Show those alone that were registered")
        table.include(\.listing)
    }
}

/// `fluvio-admin spu list`.
struct ListSpus: Sendable {
    let options: ListSpusOptions
    let context: ToolContext

    func run() async throws -> Outcome {
        try await ListObjects<SpuView>(options: options.listing, context: context).run { _, spus in
            spus.filter { !options.isCustomOnly || $0.spec.spuType == .custom }.sorted { $0.spec.id < $1.spec.id }
        }
    }
}
