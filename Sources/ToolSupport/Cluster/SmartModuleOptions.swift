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
    }

    /// The same for the client library. Reads the file.
    package func smartModules() throws -> [SmartModule] {
        if let chain {
            guard name == nil, file == nil, parameters.isEmpty, initial == nil else {
                throw UsageError("--transforms-line does not go with other options for SmartModules")
            }
            return chain
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
            let document = try ObjectValue(parsingJSON: Array(text.utf8))
            let steps = if case .array(let steps) = document { steps } else { [document] }
            guard !steps.isEmpty else { throw ValueError("the list is empty") }
            return try steps.map { step throws(ValueError) in try module(step) }
        }
    }

    private static func module(_ step: ObjectValue) throws(ValueError) -> SmartModule {
        guard let name = step["uses"]?.text, !name.isEmpty else {
            throw ValueError("a transform needs 'uses', the name of a SmartModule")
        }
        for member in step.members where !["uses", "with", "invoke", "lookback"].contains(member.name) {
            throw ValueError("a transform has no '\(member.name)'")
        }
        var parameters: [String: String] = [:]
        for member in step["with"]?.members ?? [] {
            // As Fluvio does it: what is no text is told as JSON.
            parameters[member.name] = member.value.text ?? String(decoding: member.value.json(), as: UTF8.self)
        }
        var lookback: SmartModule.Lookback?
        if let wanted = step["lookback"] {
            var found = SmartModule.Lookback(last: UInt64(clamping: wanted["last"]?.number ?? 0))
            if let age = wanted["age"]?.text {
                guard let duration = Durations.parse(age, bare: .seconds) else {
                    throw ValueError("'\(age)' is not a duration")
                }
                found.age = duration
            }
            lookback = found
        }
        return SmartModule(.named(name), parameters: parameters, lookback: lookback)
    }
}
