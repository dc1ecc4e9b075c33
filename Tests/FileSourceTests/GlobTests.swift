import Foundation
import Testing

@testable import FileSource

@Suite("Patterns for paths") struct GlobTests {
    @Test(arguments: [
        ("/var/log/*.log", "/var/log/a.log", true), ("/var/log/*.log", "/var/log/.log", false),
        ("/var/log/*.log", "/var/log/b/a.log", false), ("/var/log/**/*.log", "/var/log/a.log", true),
        ("/var/log/**/*.log", "/var/log/b/c/a.log", true), ("/var/log/**/*.log", "/var/log/.b/a.log", false),
        ("/var/log/**", "/var/log/a", true), ("/var/log/**", "/var/log/b/a", true), ("/var/log/**", "/var/log", false),
        ("/**/x", "/x", true), ("/a/{b,c}/x", "/a/c/x", true), ("/a/{b,c}/x", "/a/d/x", false),
        ("/a/{b,c{d,e}}", "/a/ce", true), ("/a/{b}", "/a/{b}", true), ("/a/{,x}y", "/a/y", true),
        ("/a/[a-c]?", "/a/bz", true), ("/a/[!a-c]?", "/a/bz", false), ("/a/[!a-c]?", "/a/dz", true),
        ("/a/[]x]", "/a/]", true), ("/a/[a-]", "/a/-", true), ("/a/\\*", "/a/*", true), ("/a/\\*", "/a/b", false),
        ("/a/.*", "/a/.b", true), ("/a//./b", "/a/b", true), ("/a/*a*a*a*b", "/a/aaaaaaaaaaaaaaaaaaaac", false),
        ("/a/*b*c", "/a/xbybzc", true), ("rel/*", "/home/rel/x", true), ("rel/*", "/rel/x", false),
        ("/a/**/b/**/c", "/a/x/b/y/z/c", true), ("/a/**/b/**/c", "/a/x/y/z/c", false), ("/é*", "/éa", true),
        ("/a?b", "/aäb", true), ("/a??b", "/aäb", false), ("/a[ä-ü]b", "/aöb", true), ("/a[!ä]b", "/aäb", false),
        ("/[[:digit:]]", "/7", true), ("/[[:digit:]]", "/a", false), ("/[![:alpha:]_]", "/b", false),
        ("/[[:upper:][:digit:]-]x", "/-x", true), ("/[[:xdigit:]]", "/g", false), ("/[[:]", "/:", true),
        ("/*?ä", "/ää", true), ("/?", "/\u{10ffff}", true), ("/e\u{301}", "/é", false),
    ])
    func `a path fits or does not`(pattern: String, path: String, fits: Bool) throws {
        #expect(try Selection([pattern], in: "/home").includes(path) == fits)
    }

    @Test(arguments: [
        "", "/", "/a/[b", "/a/{b", "/a/b\\", "/a/[z-a]", "/[[:foo:]]",
        "{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}",
    ])
    func `what is no pattern is told`(pattern: String) {
        #expect(throws: GlobError.self) { try Selection([pattern], in: "/") }
    }

    @Test func `exclusions are of paths, or of names wherever they stand`() throws {
        let selection = try Selection(["/var/**"], excluding: ["*.gz", "/var/cache", "/var/tmp/**"], in: "/")
        #expect(selection.includes("/var/log/a"))
        #expect(!selection.includes("/var/log/a.gz") && !selection.includes("/var/a.gz/b"))
        #expect(!selection.includes("/var/cache/x/y") && !selection.includes("/var/tmp/y"))
        #expect(selection.prunes(Selection.names("/var/cache")) && selection.prunes(Selection.names("/var/tmp")))
        #expect(!selection.prunes(Selection.names("/var/log")))
    }

    @Test func `a walk finds files once, follows links, passes by what is excluded and says what it cannot look at`()
        throws
    {
        let root = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString).path
        defer { try? FileManager.default.removeItem(atPath: root) }
        for name in ["a/b", "a/skip", "real"] {
            try FileManager.default.createDirectory(atPath: "\(root)/\(name)", withIntermediateDirectories: true)
        }
        for name in ["a/1.log", "a/b/2.log", "a/skip/3.log", "real/4.log", "a/.5.log"] {
            try Data("x".utf8).write(to: URL(fileURLWithPath: "\(root)/\(name)"))
        }
        try FileManager.default.createSymbolicLink(atPath: "\(root)/a/loop", withDestinationPath: "..")
        try FileManager.default.createSymbolicLink(atPath: "\(root)/linked", withDestinationPath: "real")
        try FileManager.default.createSymbolicLink(atPath: "\(root)/a/6.log", withDestinationPath: "1.log")
        let walk = Walk(
            try Selection(
                ["a/**/*.log", "a/*.log", "linked/*.log", "missing/*.log", "a/b/2.log"], excluding: ["a/skip"], in: root
            ))
        #expect(
            walk.files.map(\.path) == ["a/1.log", "a/6.log", "a/b/2.log", "linked/4.log"].map { "\(root)/\($0)" })
        #expect(walk.directories == Set(["a", "a/b", "linked"].map { "\(root)/\($0)" } + [root]))
        #expect(walk.troubles.isEmpty)
    }
}
