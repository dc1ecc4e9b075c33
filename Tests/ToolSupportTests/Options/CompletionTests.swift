import Foundation
import TestSupport
import Testing

@testable import ToolSupport
@testable import tool_probe

/// The completion scripts, run by the shells they are for. zsh and fish are tried where they are installed.
@Suite("Completions", .timeLimit(.minutes(10)))
struct CompletionTests {
    static let golden = PrintedPageTests.directory

    /// A fluvio-admin that names two topics, the second made of its own arguments.
    static func withAdmin<R>(_ body: (String) throws -> R) throws -> R {
        let directory = FileManager.default.temporaryDirectory.appending(path: "completion-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let admin = directory.appending(path: "fluvio-admin")
        try Data("#!/bin/sh\nprintf 'alpha\\nbeta%s\\n' \"$(echo \"$*\" | tr -c 'a-zA-Z0-9\\n' _)\"\n".utf8).write(
            to: admin)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: admin.path)
        for file in ["one.txt", "two.txt"] { try Data().write(to: directory.appending(path: file)) }
        return try body(directory.path)
    }

    static let cases: [(line: String, candidates: [String])] = [
        ("tool-probe ", ["produce", "topic", "fail", "wait", "read", "stuck"]),
        ("tool-probe to", ["topic"]),
        ("tool-probe topic ", ["create", "list"]),
        ("tool-probe -P prod topic c", ["create"]),
        ("tool-probe -qP prod topic c", ["create"]),
        ("tool-probe -Pprod produce -t b", ["betatopic_list__q__O_name__Pprod"]),
        ("tool-probe -qP prod produce -t b", ["betatopic_list__q__O_name__P_prod"]),
        ("tool-probe produce --co", ["--compression", "--color"]),
        ("tool-probe produce --no-", ["--no-color"]),
        ("tool-probe produce -z ", ["none", "gzip", "zstd"]),
        ("tool-probe -c localhost:9003 produce b", ["betatopic_list__q__O_name__c_localhost_9003"]),
        ("tool-probe produce logs tw", ["two.txt"]),
        ("tool-probe produce logs one.txt tw", ["two.txt"]),
        ("tool-probe produce topic -t a", ["alpha"]),
        ("tool-probe produce --retry-for ", []),
    ]

    @Test(arguments: ["bash", "zsh", "fish"])
    func `the shell finds no fault in the script`(shell: String) throws {
        guard let path = Self.path(shell) else { return }
        let child = try ChildProcess(path, ["-n", Self.golden.appending(path: "tool-probe.\(shell)").path])
        defer { child.kill() }
        #expect(try child.wait() == .exited(0))
        #expect(child.errorText == "")
    }

    @Test func `bash completes`() throws {
        let more: [(String, [String])] = [
            ("tool-probe produce --compression=z", ["zstd"]),
            ("tool-probe produce --compression=", ["none", "gzip", "zstd"]),
            ("tool-probe --profile=prod produce b", ["betatopic_list__q__O_name___profile_prod"]),
            ("tool-probe produce -- to", []), ("tool-probe produce -d : --li", ["--linger"]),
            ("tool-probe produce -d = --li", ["--linger"]),
        ]
        try Self.withAdmin { directory in
            for (line, candidates) in Self.cases + more {
                // bash splits at blanks, and makes words of their own of = and :.
                var words: [String] = [""]
                for character in line {
                    switch character {
                    case " ": words.append("")
                    case "=", ":":
                        if words.last?.isEmpty == true { words.removeLast() }
                        words += [String(character), ""]
                    default: words[words.count - 1].append(character)
                    }
                }
                if words.count > 1, words.last == "", "=:".contains(line.last ?? "x") { words.removeLast() }
                words = words.enumerated().filter { $0.element != "" || $0.offset == words.count - 1 }.map(\.element)
                let script = """
                    cd '\(directory)'; PATH="$PWD:$PATH"
                    source '\(Self.golden.appending(path: "tool-probe.bash").path)'
                    COMP_LINE=$1; COMP_POINT=${#1}; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
                    _tool_probe; ((${#COMPREPLY[@]})) && printf '%s\\n' "${COMPREPLY[@]}"; true
                    """
                let child = try ChildProcess("/bin/bash", ["--norc", "-c", script, "bash", line] + words)
                defer { child.kill() }
                #expect(try child.wait() == .exited(0))
                let found = try child.outputText().split(separator: "\n").map(String.init)
                #expect(found.sorted() == candidates.sorted(), "\(line)")
                #expect(child.errorText == "")
            }
        }
    }

    @Test(.enabled(if: CompletionTests.path("fish") != nil)) func `fish completes`() throws {
        try Self.withAdmin { directory in
            for (line, candidates) in Self.cases {
                let script = """
                    cd '\(directory)'; set PATH $PWD $PATH
                    source '\(Self.golden.appending(path: "tool-probe.fish").path)'; complete -C '\(line)'
                    """
                let child = try ChildProcess(
                    "/usr/bin/fish", ["--no-config", "-c", script], environment: ["HOME": directory])
                defer { child.kill() }
                #expect(try child.wait() == .exited(0))
                let found = try child.outputText().split(separator: "\n").map { String($0.prefix { $0 != "\t" }) }
                #expect(found.sorted() == candidates.sorted(), "\(line)")
                #expect(child.errorText == "")
            }
        }
    }

    /// zsh completes only for somebody at a terminal: zpty is one. It takes no notice of a TAB now and then at the start.
    @Test(.enabled(if: CompletionTests.path("zsh") != nil)) func `zsh completes`() throws {
        let script = #"""
            zmodload zsh/zpty; cd $1
            zpty z "env PATH=$1:$PATH zsh -f -i"
            zpty -w z 'fpath=($PWD $fpath); autoload -Uz compinit; compinit -u -D; echo RE""ADY'
            zpty -r z out '*READY*'
            zpty -w -n z "$2"; out=
            for try in {1..200}; do
                zpty -w -n z $'\t'
                for look in {1..10}; do
                    while zpty -r -t z piece; do out+=$piece; done
                    [[ $out == *$3* ]] && exit
                    sleep 0.02
                done
            done
            print -r -- "$out" >&2; exit 1
            """#
        // What is typed, and what is added to it.
        let cases = [
            ("to", "pic"), ("-P prod topic c", "reate"), ("produce --compr", "ession"), ("produce -z zs", "td"),
            ("produce -t a", "lpha"), ("-Pprod produce b", "etatopic_list__q__O_name__Pprod"),
            ("produce logs tw", "o.txt"),
        ]
        try Self.withAdmin { directory in
            try FileManager.default.copyItem(
                at: Self.golden.appending(path: "tool-probe.zsh"), to: URL(fileURLWithPath: "\(directory)/_tool-probe"))
            for (line, added) in cases {
                let child = try ChildProcess(
                    Self.path("zsh") ?? "", ["-f", "-c", script, "zsh", directory, "tool-probe \(line)", added],
                    environment: ["HOME": directory, "TERM": "xterm"])
                defer { child.kill() }
                #expect(try child.wait() == .exited(0), "\(line): \(child.errorText)")
            }
        }
    }

    static func path(_ shell: String) -> String? {
        ["/bin/\(shell)", "/usr/bin/\(shell)"].first { FileManager.default.isExecutableFile(atPath: $0) }
    }
}
