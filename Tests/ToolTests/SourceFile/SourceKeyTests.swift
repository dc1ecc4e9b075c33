import Foundation
import TestSupport
import Testing

/// Keys of records, where there is little to find.
@Suite("fluvio-source-file: keys", .onOwnThreads, .timeLimit(.minutes(60)))
struct SourceKeyTests {
    let source: SourceShell

    init() throws { source = try SourceShell() }

    @Test(
        arguments: [
            ("(z)?a", "[null,\"z\",null]"), ("b(z)|a", "[null,null,null]"), ("(?:x)(y)?", "[null,null,null]"),
            ("()", "[\"\",\"\",\"\"]"), ("", "[\"\",\"\",\"\"]"),
        ])
    func `a group of a pattern that takes no part is no key`(pattern: String, keys: String) throws {
        try source.write("a.log", "a\nza\nx\n")
        try source.once("--key 'regex:\(pattern)' in/a.log")
        let ran = try source.shell.run("fluvio-cat consume -q -e $1 | jq -sc 'map(.key)'", source.topic)
        #expect(ran.lines == [keys])
    }
}
