import Foundation
import Testing
import ToolSupport

@testable import FluvioClient

/// Against what the official client printed, as recorded.
@Suite("Object output")
struct ObjectOutputTests {
    /// A recording's commands, each with the lines that it printed.
    static func recording(_ name: String) throws -> [(command: String, output: String)] {
        let file = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../Captures/cli-output/\(name).txt")
        var commands: [(command: String, output: String)] = []
        for line in try String(contentsOf: file, encoding: .utf8).split(
            separator: "\n", omittingEmptySubsequences: false)
        {
            if line.hasPrefix("$ ") {
                commands.append((String(line.dropFirst(2)), ""))
            } else if !commands.isEmpty {
                commands[commands.count - 1].output += line + "\n"
            }
        }
        return commands
    }

    static let names = ["02-topics", "05-consumer-offsets", "06-admin", "14-object-variants"]

    @Test(arguments: names)
    func `every JSON document of the official client is written again byte for byte`(name: String) throws {
        var documents = 0
        for (command, output) in try Self.recording(name) where output.hasPrefix("[\n") || output.hasPrefix("{\n") {
            // Some were cut by head(1).
            guard let end = output.range(of: output.hasPrefix("[") ? "\n]\n" : "\n}\n")?.upperBound else { continue }
            var parser = TreeParser(bytes: Array(output[..<end].utf8))
            let value = try parser.value()
            #expect(
                String(decoding: value.json(isIndented: true), as: UTF8.self) + "\n" == output[..<end], "\(command)")
            var again = TreeParser(bytes: value.json())
            #expect(try again.value() == value)
            #expect(!value.json().contains(10))
            documents += 1
        }
        #expect(documents > 0)
    }

    private func topic(_ name: String, extra: [ObjectValue.Member], _ compression: String, isSystem: Bool)
        -> ObjectValue
    {
        .object([
            .init("name", .string(name)),
            .init(
                "spec",
                .object(
                    [
                        .init(
                            "replicas",
                            .variant(
                                "computed", ["partitions": 1, "replicationFactor": 1, "ignoreRackAssignment": false]))
                    ] + extra + [
                        .init("compressionType", .string(compression)),
                        .init("system", .bool(isSystem)),
                    ])),
            .init(
                "status",
                [
                    "resolution": "Provisioned", "replicaMap": .numbered([.init(0, [5001])]),
                    "mirrorMap": [:], "reason": "",
                ]),
        ])
    }

    @Test func `YAML is that of the official client: variants are tags, numbered members have no quotes`() throws {
        let storage: ObjectValue = ["segmentSize": 512_000_000, "maxPartitionSize": 2_048_000_000]
        let system = topic(
            "consumer-offset",
            extra: [
                .init("cleanupPolicy", .variant("segment", ["timeInSeconds": 604800])),
                .init("storage", storage),
            ], "Any", isSystem: true)
        let recorded = try Self.recording("02-topics").first { $0.command == "fluvio topic list -O yaml --system" }
        // The official client ends its document with one line more.
        #expect(text(ObjectValue.array([system]).yaml()) + "\n" == recorded?.output)
        let groups = try Self.recording("14-object-variants").first { $0.command == "fluvio cluster spg list -O yaml" }
        let group: ObjectValue = [
            "name": "g2",
            "spec": [
                "replicas": 3, "minId": 20,
                "spuConfig": [
                    "rack": "r9", "replication": .null, "storage": ["logDir": .null, "size": "20Gi"], "env": [],
                ],
            ], "status": ["resolution": "Init", "reason": .null],
        ]
        #expect(text(ObjectValue.array([group]).yaml()) + "\n" == groups?.output)
        let topics = try #require(
            try Self.recording("14-object-variants").first { $0.command == "fluvio topic list -O yaml" })
        let one = topic("y3", extra: [], "Any", isSystem: false)
        let written = text(ObjectValue.array([one]).yaml())
        #expect(topics.output.contains(written))
    }

    @Test func `another YAML parser reads every text as that text`() throws {
        let texts = [
            "", " ", "a", "a b", "null", "Null", "~", "true", "no", "Yes", "on", "y", "1", "-1", "+1", "1.5", ".5",
            "1e9",
            "0x1f", "0o17", "1_000", "1:30", "2026-09-22", "2026-09-22T15:01:22.917Z", ".inf", ".nan", "-", "--- a",
            "...",
            "? a", ": a", "a: b", "a #b", "#a", "[a]", "{a}", "&a", "*a", "!a", "|", ">", "%a", "@a", "`a", "'", "\"",
            "it's",
            "a\nb", "a\n", "\n", " a\nb", "a \nb", "a\tb", "\t", "a\u{1}b", "\u{7f}", "é😀", "\u{feff}x", "\u{2028}",
            "=",
            "<<", "127.0.0.1:9003", "5001", "12e03", "a,b", "- a", "-a", "key:", "a\r\nb", "\u{85}",
            String(repeating: "long words ", count: 30),
        ]
        let value = ObjectValue.object(
            texts.map { .init($0 + "k", .array([.string($0), .variant("tag", .string($0))])) })
        #expect(try readBack(value.yaml()) == texts.map { [$0 + "k", $0, $0] })
    }

    /// Keys and the two elements of each, read with the YAML parser of Python's ecosystem that `yq` brings.
    private func readBack(_ yaml: [UInt8]) throws -> [[String]] {
        let script = """
            import sys, json, yaml
            yaml.SafeLoader.add_constructor('!tag', lambda l, n: l.construct_scalar(n))
            d = yaml.load(sys.stdin.buffer.read().decode(), yaml.SafeLoader)
            print(json.dumps([[k, v[0], v[1]] for k, v in d.items()]))
            """
        let output = try Subprocess.run("/usr/bin/python3", ["-c", script], input: yaml)
        return try JSONDecoder().decode([[String]].self, from: Data(output))
    }

    @Test func `a table has a column under each header and no space at the end of a line`() throws {
        var table = ObjectTable(["NAME", "PARTITIONS", "REASON"])
        #expect(table.text() == "")
        table.append(["logs", "1"])
        table.append(["a-long-name", "12", "no SPU", "one too many"])
        table.append(["日本", "1", "two\nlines\u{1b}[31m"])
        #expect(
            table.text() == """
                  NAME         PARTITIONS  REASON
                  logs         1
                  a-long-name  12          no SPU
                  日本         1           two\\nlines\\u001b[31m

                """)
        #expect(
            table.text(width: 40) == """
                  NAME         PARTITIONS  REASON
                  logs         1
                  a-long-name  12          no SPU
                  日本         1           two\\nlines\\u…

                """)
        // Never narrower than the headers.
        #expect(table.text(width: 5).split(separator: "\n")[2] == "  a-l…  12          no SPU")
        #expect(table.text(width: 5).split(separator: "\n")[0] == "  NAME  PARTITIONS  REASON")
    }

    @Test func `the table has the columns of the official client's`() throws {
        let recorded = try #require(
            try Self.recording("02-topics").first { $0.command == "fluvio topic list" }?.output)
        let lines = recorded.split(separator: "\n").map(String.init)
        let header = lines[0]
        let columns = header.components(separatedBy: "  ").map { $0.trimmingCharacters(in: .whitespaces) }
            .filter { !$0.isEmpty }
        // Where each column begins, by its header.
        let starts = columns.map {
            header.distance(from: header.startIndex, to: header.range(of: $0)?.lowerBound ?? header.endIndex)
        }
        var table = ObjectTable(columns)
        for line in lines.dropFirst() {
            let characters = Array(line)
            table.append(
                zip(starts, starts.dropFirst() + [characters.count]).map { start, end in
                    String(characters[start..<end]).trimmingCharacters(in: .whitespaces)
                })
        }
        let written = table.text().split(separator: "\n").map(String.init)
        #expect(written == lines.map { line in String(line.reversed().drop { $0 == " " }.reversed()) })
    }

    @Test(arguments: ObjectFormat.allCases)
    func `each format writes a list, and an empty one without prose`(format: ObjectFormat) throws {
        let list: [ObjectValue] = [["name": "a", "size": 1], ["name": "b\n", "size": .null]]
        func write(_ list: [ObjectValue]) throws -> String {
            text(
                try Lines.output { output in
                    try ObjectOutput.write(
                        list: list, as: format,
                        table: { list in
                            var table = ObjectTable(["NAME"])
                            for value in list { table.append([ObjectOutput.nameMember(value) ?? ""]) }
                            return table
                        }, to: &output)
                })
        }
        let expected: (String, String) =
            switch format {
            case .table: ("  NAME\n  a\n  b\\n\n", "")
            case .json:
                (
                    """
                    [
                      {
                        "name": "a",
                        "size": 1
                      },
                      {
                        "name": "b\\n",
                        "size": null
                      }
                    ]

                    """, "[]\n"
                )
            case .jsonl: ("{\"name\":\"a\",\"size\":1}\n{\"name\":\"b\\n\",\"size\":null}\n", "")
            case .yaml: ("- name: a\n  size: 1\n- name: |\n    b\n  size: null\n", "[]\n")
            // A null has no place there, and a document is a table.
            case .toml: ("[[items]]\nname = \"a\"\nsize = 1\n\n[[items]]\nname = \"\"\"\nb\n\"\"\"\n", "items = []\n")
            case .name: ("a\nb\n\n", "")
            }
        let written = try write(list)
        #expect(written == expected.0, "\(written.debugDescription)")
        #expect(try write([]) == expected.1)
    }

    private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}

/// JSON into values with their members in order; as plain as it can be.
private struct TreeParser {
    var bytes: [UInt8]
    var at = 0

    mutating func value() throws -> ObjectValue {
        space()
        switch bytes[at] {
        case UInt8(ascii: "{"):
            var members: [ObjectValue.Member] = []
            at += 1
            space()
            while bytes[at] != UInt8(ascii: "}") {
                guard case .string(let name) = try value() else { throw CocoaError(.coderInvalidValue) }
                space()
                at += 1
                members.append(.init(name, try value()))
                space()
                if bytes[at] == UInt8(ascii: ",") { at += 1 }
                space()
            }
            at += 1
            return .object(members)
        case UInt8(ascii: "["):
            var elements: [ObjectValue] = []
            at += 1
            space()
            while bytes[at] != UInt8(ascii: "]") {
                elements.append(try value())
                space()
                if bytes[at] == UInt8(ascii: ",") { at += 1 }
                space()
            }
            at += 1
            return .array(elements)
        case UInt8(ascii: "\""):
            let start = at
            repeat { at += bytes[at] == UInt8(ascii: "\\") ? 2 : 1 } while bytes[at] != UInt8(ascii: "\"")
            at += 1
            return .string(try JSONDecoder().decode(String.self, from: Data(bytes[start..<at])))
        default:
            let start = at
            while at < bytes.count, !",]} \n".utf8.contains(bytes[at]) { at += 1 }
            let word = String(decoding: bytes[start..<at], as: UTF8.self)
            if word == "null" { return .null }
            return Int64(word).map { .int($0) } ?? .bool(word == "true")
        }
    }

    private mutating func space() { while at < bytes.count, bytes[at] <= 0x20 { at += 1 } }
}
