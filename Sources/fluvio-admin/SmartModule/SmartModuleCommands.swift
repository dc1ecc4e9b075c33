import FluvioClient
import FluvioProtocol
import ToolSupport

/// `fluvio-admin smartmodule`.
let smartModuleCommands = Command(
    group: "smartmodule", "Manage SmartModules, the programs that SPUs run on records.",
    [
        Command("list", "List the SmartModules.", ListOptions.self) { options, context in
            try await options.run(SmartModuleView.self, context)
        },
        Command("watch", "Write the SmartModules and every change of them as JSON lines.", WatchOptions.self) {
            options, context in try await WatchObjects<SmartModuleView>(options: options, context: context).run()
        },
        Command(
            "create", "Create a SmartModule from WebAssembly.", CreateSmartModuleOptions.self,
            manual: "A cluster of `fluvio-admin cluster start` keeps SmartModules, and refuses to run them."
        ) { options, context in try await CreateSmartModule(options: options, context: context).run() },
        Command("delete", "Delete SmartModules.", DeleteOptions.self) { options, context in
            try await options.run(.smartModule, context)
        },
    ])

/// SmartModules as this tool shows them, without their code.
enum SmartModuleView: ObjectView {
    static let type = ObjectType<SmartModuleSpec>.smartModule

    static func value(_ module: Metadata<SmartModuleSpec>) -> ObjectValue { module.value }

    static func table(_ modules: [Metadata<SmartModuleSpec>]) -> ObjectTable {
        var table = ObjectTable(["SMARTMODULE", "SIZE"])
        for module in modules {
            let size = module.spec.summary.map { Int($0.wasmLength) } ?? module.spec.wasm.payload.count
            table.append([module.name, Sizes.text(size)])
        }
        return table
    }
}
