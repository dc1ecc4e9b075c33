import Foundation
import TestSupport
import Testing

/// The JSON lines of `consume` as input of `produce`.
@Suite("produce: envelopes", .onOwnThreads, .timeLimit(.minutes(60)))
struct EnvelopeTests {
    let cluster: TestCluster
    let shell: Shell
    let topic: String

    init() throws {
        cluster = try TestCluster.shared.get()
        shell = try Shell(cluster)
        topic = cluster.topic()
    }

    /// One line of JSON for a record of every kind: keys and values null, empty, text, binary, JSON; timestamps none, 0,
    /// before 1970, past, far in the future.
    static func line(_ index: Int, _ random: inout SeededRandom) -> String {
        let key = member("key", [nil, "", "text", "binary"].randomElement(using: &random) ?? nil, index, &random)
        let kinds = ["", "text", "text", "binary", "binary", "json", "controls"]
        let value = member("value", kinds.randomElement(using: &random), index, &random)
        let timestamp =
            ["null", "0", "1", "1500000000000", "\(1_700_000_000_000 + index)", "32503680000000"]
            .randomElement(using: &random) ?? "null"
        return #"{"topic":"other","partition":9,"offset":\#(index),"timestamp":\#(timestamp),\#(key),\#(value)}"#
    }

    private static func member(
        _ name: String, _ kind: String?, _ index: Int, _ random: inout SeededRandom
    ) -> String {
        switch kind {
        case nil: return "\"\(name)\":null"
        case "": return "\"\(name)\":\"\""
        case "binary":
            let size = Int.random(in: 0...200, using: &random)
            // The first byte sees to it that it is no UTF-8.
            let bytes = [0xff] + (0..<size).map { _ in UInt8.random(in: .min ... .max, using: &random) }
            return "\"\(name)\":\"\(Data(bytes).base64EncodedString())\",\"\(name)_enc\":\"base64\""
        case "json": return #""\#(name)":"{\"n\":\#(index).0,\"s\":\"\\u00e9\"}""#
        case "controls": return #""\#(name)":"\u0000\t\n\r\u007f\"\\é\u2028🐟""#
        default: return "\"\(name)\":\"\(String(repeating: "text \(index) ", count: index % 40))\""
        }
    }

    /// The whole of a topic without what a copy does not keep.
    static let comparable = #"jq -c 'del(.topic, .partition, .offset)'"#

    @Test(arguments: ["cat", "jq -c .", "jq --unbuffered -c .", "tac | tac"])
    func `a copy of records of every kind is equal byte for byte, also through other programs`(filter: String) throws {
        var random = SeededRandom(seed: 42)
        let lines = (0..<3_000).map { Self.line($0, &random) }
        try shell.directory.write("in", lines.joined(separator: "\n") + "\n")
        let copy = "\(topic)-copy"
        let ran = try shell.run(
            """
            set -o pipefail
            fluvio-cat produce -q --create -J $1 <in || exit
            fluvio-admin -q topic create $2
            fluvio-cat consume -e $1 | \(filter) | fluvio-cat produce -q -J $2 || exit
            fluvio-cat consume -e $1 | sed 's/^{"topic":"[^"]*",//' >1
            fluvio-cat consume -e $2 | sed 's/^{"topic":"[^"]*",//' >2
            cmp 1 2 && wc -l <1
            """, topic, copy)
        #expect(ran.status == 0 && ran.errors == "")
        #expect(ran.lines == ["3000"])
    }

    @Test func `what was sent as an envelope is in the topic as it was said`() throws {
        var random = SeededRandom(seed: 43)
        let lines = (0..<500).map { Self.line($0, &random) }
        try shell.directory.write("in", lines.joined(separator: "\n"))
        let ran = try shell.run(
            """
            fluvio-cat produce -q --create -J $1 <in || exit
            jq -c 'del(.topic, .partition)' in >1
            fluvio-cat consume -e $1 | jq -c 'del(.topic, .partition)' >2
            cmp 1 2
            """, topic)
        #expect(ran.status == 0 && ran.text == "" && ran.errors == "")
    }

    @Test func `records of 1 MiB are copied`() throws {
        let ran = try shell.run(
            """
            head -c 1048576 /dev/urandom >binary; head -c 786432 /dev/urandom | base64 -w 0 >text
            fluvio-admin -q topic create $1 $1-copy
            fluvio-cat produce --raw $1 binary text && fluvio-cat consume -e $1 | fluvio-cat produce -J $1-copy || exit
            fluvio-cat consume -e --raw -n 1 -d '' $1-copy | cmp - binary && \
            fluvio-cat consume -e --raw -o 1 -d '' $1-copy | cmp - text
            """, topic)
        #expect(ran.status == 0 && ran.text == "" && ran.errors == "")
    }

    @Test func `unknown members are ignored, and order, spaces and missing members do not matter`() throws {
        try shell.directory.write(
            "in",
            """
              { "value" : "a" , "more" : { "x" : [1, {}] } , "key" : "k" }
            {"value":"b","key":null,"timestamp":5}
            {"value":"c"}
            """)
        let ran = try shell.run(
            """
            fluvio-cat produce -q --create -J $1 <in || exit
            fluvio-cat consume -e $1 | jq -c '[.key, .value, (.timestamp == 5)]'
            """, topic)
        #expect(ran.status == 0)
        #expect(ran.lines == [#"["k","a",false]"#, #"[null,"b",true]"#, #"[null,"c",false]"#])
    }

    @Test func `objects, numbers and booleans as values are the bytes of their text`() throws {
        try shell.directory.write(
            "in",
            """
            {"value":{"b":1.0, "a":[ ]}}
            {"value":9223372036854775807,"value_enc":"json"}
            {"value":true}
            {"value":null,"value_enc":"json"}
            """)
        let ran = try shell.run(
            "fluvio-cat produce -q --create -J $1 <in && fluvio-cat consume -e --raw $1", topic)
        #expect(ran.status == 0)
        #expect(ran.lines == [#"{"b":1.0, "a":[ ]}"#, "9223372036854775807", "true", "null"])
    }

    @Test(arguments: [
        "oops", #"{"value":}"#, #"{"value":"\ud800"}"#, "[]", "", #"{"value":"a","value_enc":"rot13"}"#,
        #"{"value":"*","value_enc":"base64"}"#, #"{"value":"a","timestamp":"x"}"#, #"{"value":"a"} x"#,
    ])
    func `what is no record stops there with the number of its line and status 4`(line: String) throws {
        try shell.directory.write("in", "{\"value\":\"1\"}\n\(line)\n{\"value\":\"2\"}\n")
        let ran = try shell.run(
            """
            fluvio-cat produce -q --create -J $1 <in; echo $?
            fluvio-cat consume -e --raw $1
            """, topic)
        #expect(ran.lines == ["4", "1"])
        #expect(ran.errors.hasPrefix("fluvio-cat: line 2: no record in "), "\(ran.errors)")
        #expect(ran.errors.split(separator: "\n").count == 1)
    }

    @Test func `bytes that are no UTF-8 are no record`() throws {
        try shell.directory.write(
            "in", Array(#"{"value":"1"}"#.utf8) + [0x0a] + Array(#"{"value":""#.utf8) + [0xff, 0x22, 0x7d])
        let ran = try shell.run("fluvio-cat produce -q --create -J $1 <in", topic)
        #expect(ran.status == 4)
        #expect(ran.errors.hasPrefix("fluvio-cat: line 2: no record in "))
    }

    @Test(arguments: [("", 4, "1"), ("--null-value skip", 0, "1,2"), ("--null-value empty", 0, "1,,,2")])
    func `a null or missing value is refused, unless a policy says what it becomes`(
        option: String, status: CInt, values: String
    ) throws {
        try shell.directory.write("in", "{\"value\":\"1\"}\n{\"value\":null}\n{\"key\":\"k\"}\n{\"value\":\"2\"}\n")
        let ran = try shell.run(
            """
            fluvio-cat produce -q --create -J \(option) $1 <in; echo $?
            fluvio-cat consume -e $1 | jq -s -r 'map(.value) | join(",")'
            """, topic)
        #expect(ran.lines == ["\(status)", values])
    }

    @Test func `--no-keep-timestamp stamps anew`() throws {
        let ran = try shell.run(
            """
            echo '{"value":"a","timestamp":5}' | fluvio-cat produce -q --create -J --no-keep-timestamp $1
            fluvio-cat consume -e $1 | jq "(.timestamp / 1000 - $(date +%s)) | fabs < 600"
            """, topic)
        #expect(ran.lines == ["true"])
    }

    @Test func `unless told, the first record decides, with a note`() throws {
        let ran = try shell.run(
            """
            fluvio-admin -q topic create $1 $1-copy
            printf 'a\\nb\\n' | fluvio-cat produce $1
            fluvio-cat consume -e $1 | fluvio-cat produce $1-copy
            fluvio-cat consume -e --raw $1-copy
            """, topic)
        #expect(ran.lines == ["a", "b"])
        #expect(ran.errors == "fluvio-cat: the input is fluvio-cat records; --input lines would send them as text\n")
    }

    @Test func `after that note everything must be a record`() throws {
        let ran = try shell.run(
            """
            fluvio-admin -q topic create $1
            { echo '{"topic":"t","partition":0,"offset":0,"timestamp":null,"key":null,"value":"a"}'; echo b
            } | fluvio-cat produce -q $1; echo $?
            fluvio-cat consume -e --raw $1
            """, topic)
        #expect(ran.lines == ["4", "a"])
        #expect(ran.errors.hasPrefix("fluvio-cat: line 2: no record in "))
    }

    @Test(arguments: [
        #"{"value":"a"}"#, #"{"topic":"t","partition":0,"offset":0,"timestamp":null,"key":null,"value":1}"#,
        #"{"topic":"t","partition":0,"offset":0,"timestamp":null,"key":null,"value":"a","more":1}"#,
        #"{"topic":"t","partition":"0","offset":0,"timestamp":null,"key":null,"value":"a"}"#,
    ])
    func `JSON that is not exactly a record of consume is a line of text`(line: String) throws {
        try shell.directory.write("in", "\(line)\n")
        let ran = try shell.run(
            "fluvio-cat produce -q --create $1 <in && fluvio-cat consume -e --raw $1 | cmp - in", topic)
        #expect(ran.status == 0 && ran.errors == "")
    }

    @Test func `--input lines sends records of consume as text`() throws {
        let ran = try shell.run(
            """
            fluvio-admin -q topic create $1 $1-copy
            echo a | fluvio-cat produce $1
            fluvio-cat consume -e $1 >in
            fluvio-cat produce --input lines $1-copy <in && fluvio-cat consume -e --raw $1-copy | cmp - in
            """, topic)
        #expect(ran.status == 0 && ran.errors == "")
    }
}
