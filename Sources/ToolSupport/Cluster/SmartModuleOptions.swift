package import FluvioClient
import Unix

/// The options for SmartModules, with Fluvio's names.
package struct SmartModuleOptions: OptionGroup {
    /// The name of one.
    package var name: String?
    /// The file of one.
    package var file: String?
    /// What it is told.
    package var parameters: [Parameter] = []
    /// What an aggregate begins with.
    package var initial: String?
    /// A chain of them.
    package var chain: [SmartModule]?
    /// The file of such a chain.
    package var chainFile: String?

    /// The defaults: none.
    package init() {}

    package static func declare(_ table: inout OptionTable<Self>) {
        table.value(
            "--smartmodule", to: \.name, as: .text("NAME"), help: "Have the server run this SmartModule",
            manual: "Have the server run this SmartModule of the cluster over the records. The cluster that "
                + "`fluvio-admin cluster start` runs has no engine for them, and refuses.")
        table.value(
            "--smartmodule-path", to: \.file, as: .file,
            help: "Have the server run the WebAssembly in this file",
            manual: "Have the server run the WebAssembly in this file. It is sent along compressed.")
        table.list(
            "--params", to: \.parameters, as: .parameter, help: "Tell the SmartModule this; can be repeated")
        table.value(
            "--aggregate-initial", to: \.initial, as: .text("TEXT"),
            help: "Let an aggregate begin with this accumulator")
        table.value(
            "--transforms-line", to: \.chain, as: .transforms,
            help: "Have the server run this chain of SmartModules",
            manual: "Have the server run a chain of SmartModules, given as JSON: an object or a list of objects with "
                + "`uses` (the name), and if need be `with` (parameters) and `lookback` (`last` and `age`), as in "
                + "`{\"uses\":\"infinyon/jolt@0.4.1\",\"with\":{\"spec\":\"[]\"}}`.")
        table.value(
            "--transforms-file", to: \.chainFile, as: .file, aliases: ["--transforms"],
            help: "Have the server run the chain of SmartModules in this file",
            manual: "The same from a file in YAML (or JSON), whose list stands under `transforms`, as for `fluvio`.")
    }

    /// The same for the client library. Reads the file.
    package func smartModules() throws -> [SmartModule] {
        if chain != nil || chainFile != nil {
            guard name == nil, file == nil, parameters.isEmpty, initial == nil, chain == nil || chainFile == nil else {
                throw UsageError("a chain of transforms does not go with other options for SmartModules")
            }
            return try chain ?? chainFile.map(Transforms.read) ?? []
        }
        let parameters = Dictionary(parameters.map { ($0.name, $0.value) }) { $1 }
        var module: SmartModule
        switch (name, file) {
        case (.some, .some): throw UsageError("--smartmodule and --smartmodule-path exclude each other")
        case (let name?, nil): module = SmartModule(.named(name), parameters: parameters)
        case (nil, let file?):
            let bytes: [UInt8]
            do throws(SystemError) {
                bytes = try Unix.contents(of: file)
            } catch {
                throw ToolError("cannot read \(file): \(error.reason)", .usage)
            }
            module = try SmartModule(webAssembly: bytes, parameters: parameters)
        case (nil, nil):
            guard parameters.isEmpty, initial == nil else {
                throw UsageError("--params and --aggregate-initial need --smartmodule or --smartmodule-path")
            }
            return []
        }
        module.initial = initial.map { Array($0.utf8) }
        return [module]
    }

    /// A parameter by its name.
    package struct Parameter: Equatable, Sendable {
        let name: String
        let value: String
    }
}

extension ValueKind where Value == SmartModuleOptions.Parameter {
    /// `KEY=VALUE`.
    static var parameter: ValueKind {
        ValueKind("KEY=VALUE") { text throws(ValueError) in
            guard let sign = text.firstIndex(of: "="), sign != text.startIndex else {
                throw ValueError("'\(text)' is not of the form KEY=VALUE")
            }
            return .init(name: String(text[..<sign]), value: String(text[text.index(after: sign)...]))
        }
    }
}

extension ValueKind where Value == [SmartModule] {
    /// Transforms as Fluvio writes them, in JSON.
    static var transforms: ValueKind {
        ValueKind("JSON") { text throws(ValueError) in
            try Transforms.parse(try ObjectValue(parsingJSON: Array(text.utf8)))
        }
    }
}
