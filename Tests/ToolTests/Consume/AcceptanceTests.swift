import Foundation
import TestSupport
import Testing

/// What a tool that people rely on must do with records on their way out, and back in.
@Suite("consume: acceptance", .onOwnThreads, .timeLimit(.minutes(60)))
struct ConsumeAcceptanceTests {
    let shell: Shell
    let topic: String

    init() throws {
        let cluster = try TestCluster.shared.get()
        shell = try Shell(cluster)
        topic = cluster.topic()
    }

    /// 10,000 records of every kind, some of 1 MiB.
    private func write(_ name: String, seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        var lines = (0..<10_000).map { EnvelopeTests.line($0, &random) }
        let binary = Data((0..<1_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31 | 0x80) }).base64EncodedString()
        let text = String(repeating: "é \\n\\\"", count: 200_000)
        lines[17] = #"{"topic":"x","partition":0,"offset":0,"timestamp":null,"key":null,"value":"\#(text)"}"#
        lines[4_711] =
            #"{"topic":"x","partition":0,"offset":0,"timestamp":5,"key":"","value":"\#(binary)","value_enc":"base64"}"#
        try shell.directory.write(name, lines.joined(separator: "\n") + "\n")
    }

    @Test(arguments: ["none", "gzip", "snappy", "lz4", "zstd"])
    func `acceptance 2: a copy of 10,000 records of every kind is equal byte for byte, with every codec`(
        codec: String
    ) throws {
        try write("in", seed: 2)
        let ran = try shell.run(
            """
            set -o pipefail
            fluvio-cat produce -q --max-record 2M --create -z \(codec) -J $1 <in || exit
            fluvio-admin -q topic create $1-copy
            fluvio-cat consume -e $1 | fluvio-cat produce --max-record 2M -q -z \(codec) -J $1-copy || exit
            for t in $1 $1-copy; do fluvio-cat consume -e $t | sed 's/^{"topic":"[^"]*",//' >$t; done
            cmp $1 $1-copy && wc -l <$1 && jq -c 'del(.topic, .partition, .offset)' in | cmp - <(
                jq -c 'del(.topic, .partition, .offset)' <(fluvio-cat consume -e $1)) && echo as said
            """, topic)
        #expect(ran.status == 0 && ran.errors == "", "\(ran.errors)")
        #expect(ran.lines == ["10000", "as said"])
    }

    @Test(arguments: ["jq -c .", "jq --unbuffered -c ."])
    func `acceptance 3: so it is with jq in the middle`(filter: String) throws {
        try write("in", seed: 3)
        let ran = try shell.run(
            """
            set -o pipefail
            fluvio-cat produce -q --max-record 2M --create -J $1 <in || exit
            fluvio-admin -q topic create $1-copy
            fluvio-cat consume -e $1 | \(filter) | fluvio-cat produce --max-record 2M -q -J $1-copy || exit
            for t in $1 $1-copy; do fluvio-cat consume -e $t | sed 's/^{"topic":"[^"]*",//' >$t; done
            cmp $1 $1-copy && wc -l <$1
            """, topic)
        #expect(ran.status == 0 && ran.errors == "", "\(ran.errors)")
        #expect(ran.lines == ["10000"])
    }

    @Test func `acceptance 4: JSON values are spliced byte for byte, others fall back to text`() throws {
        let spliced = [
            #"{"a":1,"a":2}"#, "9223372036854775807", "1.0", "1e400", "0.1000", #"{ "b" : [ 1 , 2 ] }"#, "null", "true",
            #""\u0041""#, "[]",
        ]
        let texts = ["{", " {}", "{} ", "1 2", "", "nul", "\u{feff}{}", "01", "'a'"]
        try shell.directory.write("in", (spliced + texts).joined(separator: "\0") + "\0{\n}\0")
        let ran = try shell.run(
            """
            fluvio-cat produce -q --create -0 $1 <in && fluvio-admin -q topic create $1-copy
            fluvio-cat consume -e --value json $1 >out
            fluvio-cat produce -q -J $1-copy <out && fluvio-cat consume -e --raw0 $1-copy | cmp - in; cat out
            """, topic)
        #expect(ran.status == 0 && ran.errors == "")
        #expect(ran.lines.count == spliced.count + texts.count + 1)
        for (line, value) in zip(ran.lines, spliced) {
            #expect(line.hasSuffix(#""value":\#(value),"value_enc":"json"}"#))
        }
        for line in ran.lines.dropFirst(spliced.count) { #expect(!line.contains("value_enc")) }
    }

    @Test func `acceptance 11: reading begins within a batch and ends at the end`() throws {
        let ran = try shell.run(
            """
            seq 1000 | fluvio-cat produce -q --create $1
            for at in 1 500 998 999; do fluvio-cat consume -e --raw -o $at $1 | wc -l; done | xargs
            fluvio-cat consume -e --raw -o 500:502 $1 | xargs
            """, topic)
        #expect(ran.lines == ["999 500 2 1", "501 502"])
    }

    @Test func `acceptance 12: the last 5 of three partitions are 5`() throws {
        let ran = try shell.run(
            """
            fluvio-admin -q topic create -p 3 $1; for i in $(seq 20); do echo $i | fluvio-cat produce $1; done
            fluvio-cat consume -e --last 5 --raw $1 | sort -n | xargs
            """, topic)
        #expect(ran.lines == ["16 17 18 19 20"])
    }

    @Test func `acceptance 20: fluvio runs it as a plug-in`() throws {
        // What the `fluvio` command does with a word that it does not know: it runs `fluvio-WORD` from the path.
        try shell.directory.write("fluvio", "#!/bin/sh\nword=$1; shift; exec fluvio-$word \"$@\"\n")
        let ran = try shell.run(
            """
            chmod +x fluvio; echo a | ./fluvio cat produce -q --create $1; ./fluvio cat consume -e --raw $1
            ./fluvio cat metadata | jq -e 'has("title") and has("description") and has("version")'
            """, topic)
        #expect(ran.lines == ["a", "true"])
    }

    /// Every exit status, by a command line that ends with it.
    @Test(
        arguments: [
            (0, "fluvio-cat consume -e $1"), (0, "fluvio-cat consume -e $1-empty"), (0, "fluvio-cat consume -n 1 $1"),
            (0, "fluvio-cat consume --for 50ms $1"), (0, "fluvio-cat consume --idle 50ms $1"),
            (0, "fluvio-cat copy -e --create $1 $1-copy"), (1, "fluvio-cat consume -e --fail-empty $1-empty"),
            (1, "fluvio-cat consume -e $1-missing"), (1, "fluvio-cat consume -e -p 7 $1"),
            (1, "fluvio-cat consume -e -o 99 $1"), (1, "fluvio-cat consume -e $1 >/dev/full"),
            (1, "fluvio-cat consume -e --smartmodule none $1"), (1, "fluvio-cat copy -e $1 $1-missing"),
            (1, "trap '' PIPE; fluvio-cat consume $1 | true; exit ${PIPESTATUS[0]}"), (2, "fluvio-cat consume"),
            (2, "fluvio-cat consume -e --nothing $1"), (2, "fluvio-cat consume -e -P nobody $1"),
            (2, "fluvio-cat copy $1 $1"), (3, "fluvio-cat consume -e -c localhost:1 --retry-for 0 $1"),
            (3, "fluvio-cat consume -e -g x -c localhost:1 --retry-for 0 $1"),
            (
                5,
                "flock -n s.lock -c true; fluvio-cat consume --state s $1 >o & until [ -s o ]; do :; done; "
                    + "fluvio-cat consume -e --state s $1; r=$?; kill %1; exit $r"
            ),
            (141, "fluvio-cat consume $1 | true; exit ${PIPESTATUS[0]}"),
            (143, "fluvio-cat consume $1 >o & until [ -s o ]; do :; done; kill %1; wait %1"),
            (130, "fluvio-cat consume $1 >o & p=$!; until [ -s o ]; do :; done; kill -INT $p; wait $p"),
        ] as [(Int32, String)])
    func `the table of exit statuses`(status: Int32, command: String) throws {
        let ran = try shell.run(
            "fluvio-admin -q topic create $1 $1-empty; echo a | fluvio-cat produce $1 || exit 99\nset -m\n\(command)",
            topic)
        #expect(ran.status == status, "\(ran)")
    }

    @Test(arguments: [
        ("--smartmodule none", "none"), ("--smartmodule none --params a=b --params c=d", "none"),
        ("--transforms-line '{\"uses\":\"none\",\"with\":{\"spec\":[1]}}'", "none"),
        ("--smartmodule-path f.wasm", "no SmartModules"), ("--transforms-file t.yaml", "none"),
    ])
    func `SmartModules are refused by a cluster without an engine, in its words`(options: String, word: String) throws {
        let ran = try shell.run(
            """
            echo a | fluvio-cat produce -q --create $1; printf '\\0asm\\1\\0\\0\\0' >f.wasm
            printf 'transforms:\\n  - uses: none\\n    with: {a: 1}\\n' >t.yaml
            fluvio-cat consume -e \(options) $1
            """, topic)
        #expect(ran.status == 1 && ran.text == "")
        #expect(
            ran.errors.hasPrefix("fluvio-cat: topic \(topic), partition 0: ") && ran.errors.contains(word), "\(ran)")
    }

    @Test(arguments: [
        "--smartmodule a --smartmodule-path b", "--params a=b", "--smartmodule a --params b", "--transforms-line x",
        "--transforms-line '{}'", "--transforms-file missing",
        "--transforms-line '{\"uses\":\"a\"}' --transforms-file t",
        "--transforms-line '{\"uses\":\"a\"}' --smartmodule b", "--smartmodule-path missing",
    ])
    func `options for SmartModules that do not go together are refused`(options: String) throws {
        #expect(try shell.run("fluvio-cat consume -e \(options) $1", topic).status == 2)
    }
}
