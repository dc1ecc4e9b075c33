import Glibc
import ToolSupport

/// A tool that does what tests want to see done: it exists for them alone.
let probe = Tool(
    "tool-probe", "Behaves as a test wants it to.",
    manual: Manual(
        description: """
            It reads lines & writes records, and `sends` them.
            Lines may be long. Really: up to `--max-record`, e.g. 1M.

            Second paragraph.

            - one item
              that goes on
            - 'another' item

                $ a literal ~ 'line' \\ here
                .second

            .Last paragraph.
            """,
        exitStatus: [Manual.Entry("4", "With `--raw` this cannot happen.")],
        signals: "`SIGUSR1` prints one line.",
        environment: [Manual.Entry("FLV_PROFILE_PATH", "Where the configuration is.")],
        files: [Manual.Entry("~/.fluvio/config", "The configuration.")],
        seeAlso: ["jq(1)", "mandoc(1)"]),
    [
        Command(
            "produce", "Send lines to a topic.", SampleOptions.self, manual: "What it does, in `detail`.",
            examples: [Example("printf 'a\\nb\\n' |\n    tool-probe produce numbers", "Send two lines.")]
        ) { options, context in
            try say("\(options.topic) \(options.files) \(options.common.profile ?? "-")")
            return .exit(.success)
        },
        Command(
            group: "topic", "Work with topics.",
            [
                Command("create", "Create topics.", NameOptions.self) { options, _ in
                    try say("create \(options.names)")
                    return .exit(.success)
                },
                Command("list", "List topics.", PlainOptions.self) { _, _ in .exit(.success) },
            ]),
        Command("fail", "End with a status.", StatusOptions.self) { options, context in
            context.diagnostics.note("a note")
            context.diagnostics.detail("a detail")
            throw ToolError("line\none", ExitCode(rawValue: options.status) ?? .incomplete)
        },
        Command("wait", "Wait for a signal, and die by it.", PlainOptions.self) { _, context in
            context.signals.onReport { context.diagnostics.note("reported") }
            context.diagnostics.note("ready")
            guard let signal = await context.signals.stop() else { return .exit(.incomplete) }
            context.diagnostics.note("stopped by \(signal)")
            return .signal(signal)
        },
        Command("read", "Read until the end or a signal.", PlainOptions.self) { _, context in
            context.diagnostics.note("ready")
            var entries = [
                pollfd(fd: 0, events: Int16(POLLIN), revents: 0),
                pollfd(fd: context.signals.wakeDescriptor, events: Int16(POLLIN), revents: 0),
            ]
            _ = unsafe poll(&entries, 2, -1)
            guard let signal = context.signals.received else { return .exit(.success) }
            context.diagnostics.note("stopped by \(signal)")
            return .signal(signal)
        },
        Command("stuck", "Write to standard output whatever comes.", GraceOptions.self) { options, context in
            context.signals.grace = options.stop.grace
            context.signals.onStop { _ in context.diagnostics.note("asked") }
            try say(String(repeating: "x", count: 1000))
            context.diagnostics.note("stuck in write")
            while true { try say(String(repeating: "x", count: 2_000_000)) }
        },
    ])

/// The options that every tool has, and no more.
struct PlainOptions: CommandOptions {
    var common = CommonOptions()
    static func declare(_ table: inout OptionTable<Self>) {}
}

/// A list of names.
struct NameOptions: CommandOptions {
    var common = CommonOptions()
    var names: [String] = []
    static func declare(_ table: inout OptionTable<Self>) {
        table.operands("NAME", to: \.names, as: .text("NAME"), least: 1)
    }
}

/// An exit status.
struct StatusOptions: CommandOptions {
    var common = CommonOptions()
    var status: CInt = 1
    static func declare(_ table: inout OptionTable<Self>) {
        table.operand("STATUS", to: \.status, as: .integer(in: 0...5))
    }
}

/// How long to go on.
struct GraceOptions: CommandOptions {
    var common = CommonOptions()
    var stop = StopOptions()
    static func declare(_ table: inout OptionTable<Self>) { table.include(\.stop) }
}

/// Writes a line to standard output.
func say(_ line: String) throws {
    var output = OutputWriter(descriptor: STDOUT_FILENO)
    try output.append(line + "\n")
    try output.flush()
}

@main
enum Main {
    static func main() { probe.main() }
}
