import Documents
import FluvioClient

extension Tool {
    /// What a command line asks for.
    package enum Request: Sendable {
        /// The help of the command with this path of names; of the tool itself if it is empty.
        case help([Command])
        /// Name and version.
        case version
        /// The answer to the `fluvio` command, which asks its plug-ins what they are.
        case metadata
        /// The manual page or a completion script.
        case generate(Artifact)
        /// To run a command.
        case run(CommonOptions, Command.Body)
    }

    /// Understands a command line without acting on it. `environment` gives the value of a variable.
    package func interpret(
        _ arguments: [String], environment: (String) -> String?
    ) throws(UsageError) -> Request {
        if arguments == ["metadata"] { return .metadata }
        var path: [Command] = []
        do throws(UsageError) {
            return try interpret(arguments, environment: environment, path: &path)
        } catch {
            var error = error
            error.command = [name] + path.map(\.name)
            throw error
        }
    }

    private func interpret(
        _ arguments: [String], environment: (String) -> String?, path: inout [Command]
    ) throws(UsageError) -> Request {
        var reader = ArgumentReader(arguments)
        var table = standard?.table ?? .common
        // Which commands the next operand may name; none once it is settled.
        var choices = commands
        var settings: [CommandTable.Setting] = []
        var words: [String] = []
        var asksHelp = false
        while let token = try next(&reader, &table, choices, isGroup: !path.isEmpty || standard == nil) {
            switch token {
            case .option(let index, let value, let spelling):
                switch table.options[index].role {
                case .help: return .help(path)
                case .version: return .version
                case .generate: return .generate(try Self.artifact(value))
                case .foreign(let hint): throw UsageError("unknown option '\(spelling)'; \(hint)")
                case .sets: settings.append(CommandTable.Setting(option: index, value: value, spelling: spelling))
                }
            case .operand(let word, let isCertain):
                if choices.isEmpty, !asksHelp {
                    words.append(word)
                } else if !isCertain || standard == nil, let command = choices.first(where: { $0.isCalled(word) }) {
                    path.append(command)
                    choices = command.commands
                    var next = command.table
                    // What a group does not know itself, its commands may.
                    let isKnown = settings.allSatisfy { setting in
                        next.options.contains { $0.means(table.options[setting.option]) }
                    }
                    if !choices.isEmpty, !isKnown { next = next.widened(with: choices) }
                    settings = try Self.carry(settings, from: table, to: next, command)
                    table = next
                } else if standard == nil, word == "help", !asksHelp {
                    asksHelp = true
                } else if path.isEmpty, standard == nil, word == "version" {
                    return .version
                } else if path.isEmpty, standard != nil {
                    choices = []
                    words.append(word)
                } else {
                    throw unknown(word, path, choices)
                }
            }
        }
        if asksHelp { return .help(path) }
        // A command is still to be named where the tool has no standard one.
        if !choices.isEmpty, !(path.isEmpty && standard != nil) {
            throw UsageError("a command is missing: \(choices.map(\.name).joined(separator: ", "))")
        }
        settings = Self.environment(environment, table, beneath: settings) + settings
        do throws(UsageError) {
            let ready = try table.prepare(settings, words)
            let options = Set(table.options.flatMap(\.names))
            return .run(ready.common) { context in
                do {
                    return try await ready.body(context)
                } catch let error as FluvioError {
                    throw error.naming(options)
                }
            }
        } catch {
            throw advised(error, path, words)
        }
    }

    /// The next word. An option before the command's name that is none of the common ones is looked for among those of
    /// the commands that may follow; the common ones stay the first of the table.
    private func next(
        _ reader: inout ArgumentReader, _ table: inout CommandTable, _ choices: [Command], isGroup: Bool
    ) throws(UsageError) -> ArgumentReader.Token? {
        guard !choices.isEmpty, isGroup else { return try reader.next(table.options) }
        let before = reader
        do throws(UsageError) {
            return try reader.next(table.options)
        } catch {
            let wider = table.widened(with: choices)
            guard wider.options.count > table.options.count else { throw error }
            table = wider
            reader = before
            return try reader.next(table.options)
        }
    }

    /// The settings given before the command's name, by the table of the command.
    private static func carry(
        _ settings: [CommandTable.Setting], from old: CommandTable, to new: CommandTable, _ command: Command
    ) throws(UsageError) -> [CommandTable.Setting] {
        var carried: [CommandTable.Setting] = []
        for setting in settings {
            let info = old.options[setting.option]
            let same = new.options.firstIndex { $0.means(info) }
            guard let same else { throw UsageError("'\(command.name)' has no option '\(setting.spelling)'") }
            carried.append(CommandTable.Setting(option: same, value: setting.value, spelling: setting.spelling))
        }
        return carried
    }

    /// The settings that environment variables make, for options that were not given.
    private static func environment(
        _ environment: (String) -> String?, _ table: CommandTable, beneath given: [CommandTable.Setting]
    ) -> [CommandTable.Setting] {
        table.options.enumerated().compactMap { index, option in
            guard let variable = option.environment, !given.contains(where: { $0.option == index }) else { return nil }
            if let rival = CommonOptions.rivals[variable],
                given.contains(where: { table.options[$0.option].names.contains(rival) })
            {
                return nil
            }
            // An empty variable is as good as none, as for most tools.
            guard let value = environment(variable), !value.isEmpty else { return nil }
            return CommandTable.Setting(option: index, value: .value(value), spelling: variable)
        }
    }

    private func unknown(_ word: String, _ path: [Command], _ choices: [Command]) -> UsageError {
        let known = choices.map(\.name)
        let group = path.map { $0.name + " " }.joined()
        if let guess = Suggestion.nearest(to: word, among: known) {
            return UsageError("unknown command '\(group)\(word)'; did you mean '\(group)\(guess)'?")
        }
        return UsageError("unknown command '\(group)\(word)'; known: \(known.joined(separator: ", "))")
    }

    private static func artifact(_ value: GivenValue) throws(UsageError) -> Artifact {
        guard case .value(let text) = value else { return .man }
        do throws(ValueError) {
            return try ValueKind<Artifact>.choice("WHAT").parse(text)
        } catch {
            throw UsageError("--generate: \(error)")
        }
    }
}
