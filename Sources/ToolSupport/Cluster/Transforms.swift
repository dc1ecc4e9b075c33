package import FluvioClient

/// Chains of SmartModules as Fluvio writes them: steps with `uses`, `with` and `lookback`.
package enum Transforms {
    /// Reads the chain in a file: YAML or JSON, with the steps under `transforms`.
    ///
    /// - Throws: a ``ToolError`` of usage that names the file.
    package static func read(_ file: String) throws -> [SmartModule] {
        do {
            return try parse(try DocumentFile.read(file))
        } catch let error as ValueError {
            throw ToolError("\(file): \(error)", .usage)
        } catch let error as ToolError {
            throw ToolError(error.description, .usage)
        }
    }

    /// The chain of a document: an object with `transforms`, a list of steps, or one step.
    package static func parse(_ document: ObjectValue) throws(ValueError) -> [SmartModule] {
        var document = document
        if let list = document["transforms"] {
            for member in document.members where member.name != "transforms" {
                throw ValueError("'\(member.name)' stands beside 'transforms'")
            }
            guard case .array = list else { throw ValueError("'transforms' is no list") }
            document = list
        }
        let steps = if case .array(let steps) = document { steps } else { [document] }
        guard !steps.isEmpty else { throw ValueError("the list is empty") }
        return try steps.map { step throws(ValueError) in try module(step) }
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
