import Foundation
import TestSupport
import Testing

/// What goes in as bytes comes out as the same bytes.
@Suite("produce: bytes", .onOwnThreads, .timeLimit(.minutes(60)))
struct BytesTests {
    let cluster: TestCluster
    let shell: Shell
    let topic: String

    init() throws {
        cluster = try TestCluster.shared.get()
        shell = try Shell(cluster)
        topic = cluster.topic()
    }

    /// The values of the topic, each in base64.
    func values() throws -> [[UInt8]] {
        let ran = try shell.run("fluvio-cat consume -e --value base64 $1 | jq -r .value", topic)
        #expect(ran.status == 0 && ran.errors == "")
        return ran.text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
            .map { Data(base64Encoded: String($0)).map { [UInt8]($0) } ?? [] }
    }

    /// Sends a file, and expects that nothing is said.
    func produce(_ options: String, _ bytes: [UInt8]) throws {
        try shell.directory.write("in", bytes)
        let ran = try shell.run("fluvio-cat produce -q --create \(options) $1 <in", topic)
        #expect(ran == Shell.Ran(ending: .exited(0), output: [], errors: ""))
    }

    static let odd: [[UInt8]] = [
        [0], [0xff, 0xfe, 0x80], [], Array("a\r".utf8), [0xc3], Array("  ".utf8), [], [],
        Array(0x00...0x09) + Array(0x0b...0xff), Array("last".utf8),
    ]

    @Test func `NUL, bytes that are no UTF-8, CR and empty lines are records as they are`() throws {
        try produce("", Array(Self.odd.joined(separator: [0x0a])) + [0x0a])
        #expect(try values() == Self.odd)
    }

    @Test func `what stands behind the last newline is a record`() throws {
        try produce("", Array(Self.odd.joined(separator: [0x0a])))
        #expect(try values() == Self.odd)
    }

    @Test func `an empty input is no record, and a newline alone an empty one`() throws {
        try produce("", [])
        #expect(try values() == [])
        try produce("", [0x0a])
        #expect(try values() == [[]])
    }

    @Test func `--skip-empty leaves empty lines out`() throws {
        try produce("--skip-empty", Array("\n\na\n\nb\n\n".utf8))
        #expect(try values() == ["a", "b"].map { Array($0.utf8) })
    }

    @Test(arguments: [
        ("-d ,", ","), ("-d ';:'", ";:"), (#"-d '\r\n'"#, "\r\n"), (#"-D '\x00\xff'"#, ""), ("-0", "\0"),
        ("--delimiter=ab", "ab"), ("-d aab", "aab"),
    ])
    func `records end with any delimiter`(option: String, text: String) throws {
        let delimiter = text.isEmpty ? [0x00, 0xff] : Array(text.utf8)
        // Beginnings of the delimiter, and newlines, are no ends.
        let records: [[UInt8]] = [
            Array("one\n".utf8), [], Array(delimiter.dropLast()) + [0x78], Array("two\nlines".utf8),
            [0x78] + delimiter.dropLast(), Array("end".utf8),
        ]
        try produce(option, Array(records.joined(separator: delimiter)) + delimiter)
        #expect(try values() == records)
    }

    @Test func `a delimiter that reads split in the middle is found`() throws {
        try shell.directory.write("in", "")
        let child = try shell.start("exec fluvio-cat produce -q --create -d '\\r\\n' $1", topic, input: nil)
        defer { child.kill() }
        let input = try #require(child.input)
        try input.write(contentsOf: Data("one\r".utf8))
        // It has read the first half when it has taken it from the pipe.
        try Pipes.waitUntilEmpty(input.fileDescriptor)
        try input.write(contentsOf: Data("\ntwo\r\n".utf8))
        try input.close()
        #expect(try child.wait() == .exited(0))
        #expect(try values() == ["one", "two"].map { Array($0.utf8) })
    }

    @Test(arguments: ["none", "gzip", "snappy", "lz4", "zstd"])
    func `every codec gives back what went in`(codec: String) throws {
        var random = SeededRandom(seed: 7)
        let records = (0..<300).map { index -> [UInt8] in
            if index % 3 == 0 { return Array("line \(index) of a text that repeats itself".utf8) }
            return (0..<Int.random(in: 0...900, using: &random)).map { _ in
                let byte = UInt8.random(in: .min ... .max, using: &random)
                return byte == 0x0a ? 0x0b : byte
            }
        }
        try produce("-z \(codec)", Array(records.joined(separator: [0x0a])) + [0x0a])
        #expect(try values() == records)
    }

    @Test func `the codec of the topic is taken where none is named, and another one refused`() throws {
        let ran = try shell.run(
            """
            fluvio-admin -q topic create --compression-type lz4 $1 &&
            echo a | fluvio-cat produce $1 && echo b | fluvio-cat produce -z lz4 $1
            echo c | fluvio-cat produce -z gzip $1
            """, topic)
        #expect(ran.status == 1)
        #expect(ran.errors.contains("the topic takes lz4 batches only, not gzip"))
        #expect(try values() == [[0x61], [0x62]])
    }

    @Test func `--create makes the topic with so many partitions, and takes one that is there`() throws {
        let ran = try shell.run(
            """
            echo a | fluvio-cat produce --create=3 $1 || exit
            echo b | fluvio-cat produce --create $1 || exit
            fluvio-admin topic list -O json | jq -c --arg topic $1 '.[] | select(.name == $topic) | .spec'
            """, topic)
        #expect(ran.status == 0)
        #expect(ran.errors == "fluvio-cat: topic '\(topic)' created\n")
        #expect(ran.text.contains("\"partitions\":3"), "\(ran.text)")
        #expect(try Set(values()) == [[0x61], [0x62]])
    }

    @Test func `-p sends to one partition, and to one that is missing nothing`() throws {
        let ran = try shell.run(
            """
            seq 5 | fluvio-cat produce -q --create=3 -p 2 $1 || exit
            seq 5 | fluvio-cat produce -p 3 $1
            echo $?
            fluvio-cat consume -e $1 | jq -c '[.partition, .value]'
            """, topic)
        #expect(ran.lines == ["1"] + (1...5).map { "[2,\"\($0)\"]" })
        #expect(ran.errors.contains("no partition 3"))
    }

    @Test func `records without keys go round all partitions`() throws {
        let ran = try shell.run(
            """
            seq 9 | fluvio-cat produce -q --create=3 $1 && fluvio-cat consume -e $1 | jq .partition | sort | uniq -c
            """, topic)
        #expect(ran.lines.map { $0.trimmingCharacters(in: .whitespaces) } == ["3 0", "3 1", "3 2"])
    }
}
