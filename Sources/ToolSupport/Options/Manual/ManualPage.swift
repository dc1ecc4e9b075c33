extension Tool {
    /// The manual page, as mdoc(7): what ``manual`` says, and what the option table knows.
    package var manualPage: String {
        var page = Mdoc()
        page.macro("Dd", Toolkit.date)
        page.macro("Dt", name.uppercased(), "1")
        page.macro("Os", "Fluvio pipes", Toolkit.version)
        page.macro("Sh", "NAME")
        page.macro("Nm", name)
        page.macro("Nd", Mdoc.escape(Self.description(summary), isLiteral: false))
        synopsis(&page)
        page.macro("Sh", "DESCRIPTION")
        page.prose(manual.description)
        if let standard, commands.isEmpty { page.body(standard.table, standard.manual) }
        if !commands.isEmpty {
            page.macro("Sh", "COMMANDS")
            page.commands(commands, [])
        }
        options(&page)
        page.macro("Sh", "SIGNALS")
        page.prose(Self.signals + (manual.signals.isEmpty ? "" : "\n\n" + manual.signals))
        environment(&page)
        if !manual.files.isEmpty {
            page.macro("Sh", "FILES")
            page.entries(manual.files, "Pa")
        }
        exitStatus(&page)
        examples(&page)
        if !manual.seeAlso.isEmpty {
            page.macro("Sh", "SEE ALSO")
            page.references(manual.seeAlso)
        }
        return page.text
    }

    /// What the signals do in every tool.
    private static let signals = """
        The first `SIGINT`, `SIGTERM` or `SIGHUP` asks to stop: what is under way is finished, within the time of grace, \
        and the tool then dies by that signal, so that a script never takes a cut stream for a whole one. \
        A second one kills at once. \
        One that was ignored at the start, as under nohup(1), stays ignored. \
        When the reader of standard output has gone, the tool dies by `SIGPIPE` in silence; where that was ignored at the \
        start, it says so and exits 1.
        """

    /// Every command that runs something, by the path to it.
    func leaves(_ commands: [Command]) -> [[Command]] {
        commands.flatMap { command in
            command.commands.isEmpty ? [[command]] : leaves(command.commands).map { [command] + $0 }
        }
    }

    private func synopsis(_ page: inout Mdoc) {
        page.macro("Sh", "SYNOPSIS")
        if let standard { page.synopsis([], standard.table) }
        for path in leaves(commands) { page.synopsis(path.map(\.name), path[path.count - 1].table) }
    }

    /// The options of a tool without commands, and those which every tool has.
    private func options(_ page: inout Mdoc) {
        page.macro("Sh", "OPTIONS")
        let common = CommandTable.common
        if !commands.isEmpty {
            page.prose("These may stand before or after the command.")
            page.options(common.options.filter { !$0.isHidden })
        } else if let standard {
            for (heading, options) in standard.table.groups {
                page.macro("Ss", Mdoc.argument(heading, isLiteral: false))
                page.options(options)
            }
        }
    }

    private func environment(_ page: inout Mdoc) {
        var entries: [Manual.Entry] = []
        let tables =
            [CommandTable.common] + (standard.map { [$0.table] } ?? [])
            + leaves(commands).map { $0[$0.count - 1].table }
        for option in tables.flatMap(\.options) {
            guard let variable = option.environment, !entries.contains(where: { $0.term == variable }) else { continue }
            entries.append(Manual.Entry(variable, "Stands for `\(option.title)` where that is not given."))
        }
        entries += manual.environment
        page.macro("Sh", "ENVIRONMENT")
        page.prose("An option beats its variable, and an empty variable counts as none.")
        page.entries(entries, "Ev")
    }

    private func exitStatus(_ page: inout Mdoc) {
        page.macro("Sh", "EXIT STATUS")
        page.macro("Bl", "-tag", "-width", "3n")
        for code in ExitCode.allCases {
            page.macro("It", "\(code.rawValue)")
            let own = manual.exitStatus.filter { $0.term == "\(code.rawValue)" }.map(\.text)
            page.prose(([code.meaning] + own).joined(separator: "\n"))
        }
        page.macro("El")
        page.macro("Pp")
        page.prose("A tool that a signal ends dies by that signal, which a shell shows as 128 and the signal's number.")
    }

    private func examples(_ page: inout Mdoc) {
        let examples = examples
        guard !examples.isEmpty else { return }
        page.macro("Sh", "EXAMPLES")
        for (index, example) in examples.enumerated() {
            if index > 0 { page.macro("Pp") }
            page.prose(example.shows)
            page.literal(example.command.split(separator: "\n", omittingEmptySubsequences: false).map(String.init))
        }
    }

    /// Every example of the tool: its own, then those of its commands.
    package var examples: [Example] {
        manual.examples + (commands.isEmpty ? standard?.examples ?? [] : [])
            + leaves(commands).flatMap { $0[$0.count - 1].examples }
    }

    /// A summary as the NAME section wants it: without full stop, and small unless it starts with a name.
    private static func description(_ summary: String) -> String {
        let text = summary.hasSuffix(".") ? summary.dropLast() : Substring(summary)
        let second = text.dropFirst().first
        guard let first = text.first, second?.isUppercase != true else { return String(text) }
        return first.lowercased() + text.dropFirst()
    }
}

extension Mdoc {
    /// One line of the SYNOPSIS.
    mutating func synopsis(_ words: [String], _ table: CommandTable) {
        macro("Nm")
        if !words.isEmpty { macro("Cm", words.map { Mdoc.argument($0) }.joined(separator: " ")) }
        macro("Op", "Ar option ...")
        for operand in table.operands {
            let name = Mdoc.argument(operand.name, isLiteral: false)
            switch operand.count {
            case .one: macro("Ar", name)
            case .optional: macro("Op", "Ar", name)
            case .many(least: 0): macro("Op", "Ar", name, "...")
            case .many: macro("Ar", name, "...")
            }
        }
    }

    /// The sections of commands and of those below them.
    mutating func commands(_ commands: [Command], _ path: [String]) {
        for command in commands {
            let path = path + [command.name]
            if !command.commands.isEmpty {
                if !command.manual.isEmpty {
                    macro("Ss", Mdoc.argument(path.joined(separator: " "), isLiteral: false))
                    prose(command.manual)
                }
                self.commands(command.commands, path)
                continue
            }
            let table = command.table
            macro("Ss", Mdoc.argument(path.joined(separator: " "), isLiteral: false))
            let operands = table.operands.map(\.usage).joined(separator: " ")
            let arguments = operands.isEmpty ? [] : ["Ar " + Mdoc.argument(operands, isLiteral: false)]
            let name = path.map { Mdoc.argument($0) }.joined(separator: " ")
            macro("D1", (["Nm Cm", name, "Oo Ar option ... Oc"] + arguments).joined(separator: " "))
            macro("Pp")
            prose(command.summary)
            body(table, command.manual)
            let common = Set(CommandTable.common.options.map(\.title))
            for (heading, options) in table.groups {
                let own = options.filter { !common.contains($0.title) }
                guard !own.isEmpty else { continue }
                macro("Pp")
                macro("Sy", Mdoc.argument(heading, isLiteral: false))
                self.options(own)
            }
        }
    }

    /// What a command does, and its operands.
    mutating func body(_ table: CommandTable, _ manual: String) {
        if !manual.isEmpty {
            macro("Pp")
            prose(manual)
        }
        let operands = table.operands.filter { !$0.help.isEmpty }
        guard !operands.isEmpty else { return }
        macro("Bl", "-tag", "-width", "Ds")
        for operand in operands {
            macro("It", "Ar", Mdoc.argument(operand.name, isLiteral: false))
            prose(operand.help + ".")
        }
        macro("El")
    }

    /// A list of options.
    mutating func options(_ options: [OptionInfo]) {
        guard !options.isEmpty else { return }
        macro("Bl", "-tag", "-width", "Ds")
        for option in options {
            let negations = option.isNegatable ? ["--no-" + option.title.dropFirst(2)] : []
            let names = (option.names + negations).map { "Fl " + Mdoc.argument(String($0.dropFirst())) }
                .joined(separator: " , ")
            switch option.argument {
            case .none: macro("It", names)
            case .required(let argument): macro("It", names, "Ar", Mdoc.argument(argument, isLiteral: false))
            case .optional(let argument):
                let equals = option.title.hasPrefix("--") ? "=" : ""
                macro("It", names, "Ns", Mdoc.argument("[\(equals)\(argument)]", isLiteral: false))
            }
            prose(option.manualText)
        }
        macro("El")
    }

    /// A list of terms, marked up by `macro`.
    mutating func entries(_ entries: [Manual.Entry], _ mark: String) {
        macro("Bl", "-tag", "-width", "Ds")
        for entry in entries {
            macro("It", mark, Mdoc.argument(entry.term))
            prose(entry.text)
        }
        macro("El")
    }

    /// References to other pages, each as `name(section)`.
    mutating func references(_ pages: [String]) {
        for (index, page) in pages.enumerated() {
            let parts = page.split(separator: "(")
            let section = parts.count > 1 ? String(parts[1].dropLast()) : "1"
            macro("Xr", String(parts.first ?? ""), section + (index + 1 < pages.count ? " ," : ""))
        }
    }
}

extension OptionInfo {
    /// What the manual says: the prose, or the help, with what follows from the table.
    var manualText: String {
        var text = manual ?? help + "."
        if case .choices(let words) = completion {
            text += " One of " + words.map { "`\($0)`" }.joined(separator: ", ") + "."
        }
        if repeats { text += " May be given several times." }
        if let fallback { text += " The default is `\(fallback)`." }
        return text
    }
}
