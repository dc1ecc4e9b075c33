import Foundation
import TestSupport
import Testing

/// What the tools print of their option tables: every page in `man` names a tool whose table is tried here.
@Suite("Manual pages and completions", .onOwnThreads, .timeLimit(.minutes(60)))
struct GeneratedPageTests {
    static let pages = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "man")

    /// The tools that have a page.
    static let tools = ((try? FileManager.default.contentsOfDirectory(atPath: pages.path)) ?? [])
        .filter { $0.hasSuffix(".1") }.map { String($0.dropLast(2)) }.sorted()

    /// What a tool prints, given that it ends well.
    static func generate(_ tool: String, _ artifact: String) throws -> String {
        let child = try ChildProcess(tool, ["--generate", artifact])
        defer { child.kill() }
        let text = try child.outputText()
        #expect(try child.wait() == .exited(0))
        #expect(child.errorText == "")
        return text
    }

    @Test(arguments: tools) func `the page is what the tool prints`(tool: String) throws {
        let page = try String(contentsOf: Self.pages.appending(path: "\(tool).1"), encoding: .utf8)
        #expect(try Self.generate(tool, "man") == page, "make man writes it anew")
    }

    @Test(arguments: tools) func `mandoc finds nothing to warn of in the page`(tool: String) throws {
        let lint = try ChildProcess(
            "/usr/bin/mandoc", ["-Tlint", "-W", "warning", Self.pages.appending(path: "\(tool).1").path])
        defer { lint.kill() }
        #expect(try lint.wait() == .exited(0))
        #expect(try lint.outputText() == "")
    }

    @Test(arguments: tools) func `the option table has no problems`(tool: String) throws {
        #expect(try Self.generate(tool, "problems") == "")
    }

    @Test(arguments: tools) func `the shells find no fault in the completion scripts`(tool: String) throws {
        for shell in ["bash", "zsh", "fish"] {
            guard FileManager.default.isExecutableFile(atPath: "/usr/bin/\(shell)") else { continue }
            let script = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).\(shell)")
            try Data(Self.generate(tool, shell).utf8).write(to: script)
            defer { try? FileManager.default.removeItem(at: script) }
            let child = try ChildProcess("/usr/bin/\(shell)", ["-n", script.path])
            defer { child.kill() }
            #expect(try child.wait() == .exited(0))
            #expect(child.errorText == "")
        }
    }
}
