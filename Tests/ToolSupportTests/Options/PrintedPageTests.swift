import Foundation
import TestSupport
import Testing

@testable import ToolSupport
@testable import tool_probe

/// Texts that the sample tool prints, held against files. With RECORD_GOLDEN=1 the files are written anew.
@Suite("Printed pages")
struct PrintedPageTests {
    static let directory = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "Golden")

    static let texts: [(file: String, text: @Sendable () -> String)] = [
        ("help.txt", { probe.helpPage([], width: 80) }),
        ("help-produce.txt", { probe.helpPage([probe.commands[0]], width: 80) }),
        ("help-produce-50.txt", { probe.helpPage([probe.commands[0]], width: 50) }),
        ("help-topic.txt", { probe.helpPage([probe.commands[1]], width: 80) }),
        ("help-topic-create.txt", { probe.helpPage([probe.commands[1], probe.commands[1].commands[0]], width: 80) }),
        ("tool-probe.1", { probe.text(of: .man) }),
        ("tool-probe.bash", { probe.text(of: .bash) }),
        ("tool-probe.zsh", { probe.text(of: .zsh) }),
        ("tool-probe.fish", { probe.text(of: .fish) }),
        ("single.1", { single.text(of: .man) }),
        ("single-help.txt", { single.helpPage([], width: 80) }),
    ]

    /// A tool without commands.
    static let single = Tool(
        "tool-single", "Does one thing.", manual: Manual(description: "It does one thing."),
        command: Command("run", "Does one thing.", SampleOptions.self, manual: "It reads.") { _, _ in .exit(.success) })

    @Test(arguments: texts.map(\.file))
    func `a page is what it was`(file: String) throws {
        let text = try #require(Self.texts.first { $0.file == file }).text()
        let path = Self.directory.appending(path: file)
        if ProcessInfo.processInfo.environment["RECORD_GOLDEN"] != nil {
            try FileManager.default.createDirectory(at: Self.directory, withIntermediateDirectories: true)
            try Data(text.utf8).write(to: path)
        }
        let golden = try String(contentsOf: path, encoding: .utf8)
        #expect(text == golden)
    }

    @Test func `no line of help is wider than asked for`() {
        for width in [60, 72, 80, 100] {
            for line in probe.helpPage([probe.commands[0]], width: width).split(separator: "\n") {
                #expect(line.count <= width)
            }
        }
    }

    @Test(arguments: ["tool-probe.1", "single.1"])
    func `mandoc finds nothing to warn of`(file: String) throws {
        let path = Self.directory.appending(path: file).path
        let mandoc = try ChildProcess("/usr/bin/mandoc", ["-Tlint", "-W", "warning", path])
        defer { mandoc.kill() }
        #expect(try mandoc.wait() == .exited(0))
        #expect(try mandoc.outputText() + mandoc.errorText == "")
    }

    @Test func `the sample's declarations have no problems, and faulty ones have`() {
        #expect(probe.problems == [])
        #expect(
            faulty.problems == [
                "t: a command twice", "t a: the summary has no full stop", "t a: -x is declared twice",
                "t a: -x: help is one line without a full stop", "t a: -- is neither -x nor --word",
                "t a: --color: its negation is declared as well",
                "t a: -n has no long name to negate", "t a: --profile is declared twice",
                "t a: two operands take as many as there are",
            ])
    }

    /// A tool with every fault that the table finds.
    private var faulty: Tool {
        struct Faulty: CommandOptions {
            var common = CommonOptions()
            var flag = false
            var words: [String] = []
            static func declare(_ table: inout OptionTable<Self>) {
                table.flag("-x", to: \.flag, help: "One")
                table.flag("-x", to: \.flag, help: "Two.")
                table.flag("--", to: \.flag, help: "Three")
                table.flag("--no-color", to: \.flag, help: "Four")
                table.flag("--color", to: \.flag, negatable: true, help: "Five")
                table.flag("-n", to: \.flag, negatable: true, help: "Six")
                table.flag("--profile", to: \.flag, help: "Seven")
                table.operands("A", to: \.words, as: .text("A"))
                table.operands("B", to: \.words, as: .text("B"))
            }
        }
        let run: @Sendable (Faulty, ToolContext) async throws -> Outcome = { _, _ in .exit(.success) }
        return Tool(
            "t", "Test.", manual: Manual(description: ""),
            [
                Command("a", "A", Faulty.self, run: run),
                Command("a", "A.", PlainOptions.self) { _, _ in .exit(.success) },
            ])
    }

    @Test func `prose is taken apart`() {
        #expect(
            Prose.blocks("One\ntwo.\n\n- a\n  b\n- c\n\n    x\n\n      y\n\nEnd.") == [
                .paragraph("One two."), .list(["a b", "c"]), .literal(["x", "", "  y"]), .paragraph("End."),
            ])
        #expect(Prose.blocks("") == [])
    }

    @Test(arguments: [
        ("-d", "\\&\\-d"), ("No", "\\&No"), (".", "\\&."), ("two words", "\"two words\""), ("", "\\&"),
        ("say \"x\"", "\"say \\(dqx\\(dq\""), ("back\\slash", "back\\eslash"), ("'quoted'", "\\(aqquoted\\(aq"),
    ])
    func `arguments of a macro are never taken for one`(text: String, argument: String) {
        #expect(Mdoc.argument(text) == argument)
    }
}
