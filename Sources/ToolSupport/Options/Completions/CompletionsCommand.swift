import Glibc

/// The shells that there are completions for.
private enum CompletedShell: String, CaseIterable, Sendable {
    case bash, zsh, fish
}

private struct CompletionsOptions: CommandOptions {
    var common = CommonOptions()
    var shell = CompletedShell.bash

    static func declare(_ table: inout OptionTable<Self>) {
        table.operand("SHELL", to: \.shell, as: .choice("SHELL"), help: "bash, zsh or fish")
    }
}

extension Command {
    /// `completions SHELL`: the same as `--generate SHELL`, where people look for it.
    ///
    /// - Parameter tool: the tool that the command is one of.
    package static func completions(for name: String, _ tool: @escaping @Sendable () -> Tool) -> Command {
        Command(
            "completions", "Write the script by which a shell completes the command line.", CompletionsOptions.self,
            examples: [
                Example(
                    "\(name) completions bash >\(name).bash && . ./\(name).bash",
                    "Has this shell complete the command line.")
            ]
        ) { options, _ in
            let text = tool().text(of: Artifact(rawValue: options.shell.rawValue) ?? .bash)
            try await onOwnThread {
                var output = OutputWriter(descriptor: STDOUT_FILENO)
                try output.append(text)
                try output.close()
            }
            return .exit(.success)
        }
    }
}
