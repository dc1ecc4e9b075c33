import Foundation
import TestSupport
import Testing

/// What input can look like beside lines and envelopes.
@Suite("produce: formats of the input", .onOwnThreads, .timeLimit(.minutes(60)))
struct InputFormatTests {
    let shell: Shell
    let topic: String

    init() throws {
        let cluster = try TestCluster.shared.get()
        shell = try Shell(cluster)
        topic = cluster.topic()
    }

    /// Sends `in` and gives back key and value of what is in the topic then.
    private func produce(_ options: String, _ input: [UInt8]) throws -> (ran: Shell.Ran, records: [String]) {
        try shell.directory.write("in", input)
        let ran = try shell.run("fluvio-cat produce -q --create \(options) $1 <in", topic)
        return (ran, try shell.run("fluvio-cat consume -e $1 | jq -c '[.key, .value]'", topic).lines)
    }

    private func produce(_ options: String, _ input: String) throws -> (ran: Shell.Ran, records: [String]) {
        try produce(options, Array(input.utf8))
    }

    @Test func `records of kcat -J keep key, value and time; headers refuse them or are dropped`() throws {
        let lines = """
            {"topic":"x","partition":0,"offset":1,"tstype":"create","ts":1700000000123,"broker":1,"key":"k","payload":"v"}
            {"topic":"x","partition":0,"offset":2,"tstype":"create","ts":1700000000124,"broker":1,"headers":["a","1"],"key":null,"payload":"w"}\n
            """
        let refused = try produce("--input kcat", lines)
        #expect(refused.ran.status == 4 && refused.records == [#"["k","v"]"#])
        #expect(refused.ran.errors.hasPrefix("fluvio-cat: line 2: headers in "))
        let ran = try shell.run(
            "fluvio-cat produce --input kcat --headers drop $1 <in; fluvio-cat consume -e $1 | jq -c '[.timestamp, .key, .value]'",
            topic)
        #expect(ran.lines.suffix(2) == [#"[1700000000123,"k","v"]"#, #"[1700000000124,null,"w"]"#], "\(ran.errors)")
    }

    @Test func `records of rpk are read over several lines, and messages name the line they begin in`() throws {
        let text = """
            {
              "topic": "x",
              "key": "k",
              "value": "a{\\"b\\": \\"}\\"}",
              "timestamp": 1700000000123,
              "partition": 0,
              "offset": 0
            }
            {"topic":"x","value":"second","partition":0,"offset":1} {"topic":"x","value":"third"}

            {
              "topic": "x",
              "partition": 0
            }
            """
        let (ran, records) = try produce("--input rpk", text)
        #expect(records == [#"["k","a{\"b\": \"}\"}"]"#, #"[null,"second"]"#, #"[null,"third"]"#])
        #expect(ran.status == 4)
        #expect(ran.errors.hasPrefix("fluvio-cat: line 11: no value in 36 bytes"), "\(ran.errors)")
    }

    @Test func `what is no JSON among rpk's records is refused, and reading goes on behind it`() throws {
        let (ran, records) = try produce(
            "--input rpk --on-error skip", #"{"value":"a"} nonsense {"value":"b"}{"value":"c"#)
        #expect(ran.status == 4 && records == [#"[null,"a"]"#, #"[null,"b"]"#])
        #expect(ran.errors.split(separator: "\n").count == 2, "\(ran.errors)")
    }

    @Test func `records of kaf keep key, value and time, which is text there`() throws {
        // As kaf consume writes them: --output json-each-row, and json, where values that are JSON stand as they are.
        let lines = """
            {"topic":"x","partition":0,"offset":1,"timestamp":"2023-11-14T23:13:20.123456789+01:00","headers":[],"key":"k","payload":"v"}
            {"headers":null,"key":null,"offset":2,"partition":0,"payload":{"a": 1.0},"timestamp":"2023-11-14T22:13:20Z"}
            {
              "key": "k", "payload": "none", "timestamp": "0001-01-01T00:00:00Z"
            }
            {"topic":"x","key":"k","payload":"h","timestamp":"2023-11-14T22:13:20Z","headers":[{"key":"a","value":"1"}]}\n
            """
        let refused = try produce("--input kaf", lines)
        #expect(refused.ran.status == 4 && refused.records.count == 3)
        #expect(refused.ran.errors.hasPrefix("fluvio-cat: line 6: headers in "), "\(refused.ran.errors)")
        let ran = try shell.run(
            "fluvio-cat consume -e $1 | jq -c '[.timestamp, .key, .value]'; echo '{\"payload\":\"\",\"timestamp\":\"today\"}' | fluvio-cat produce --input kaf $1",
            topic)
        #expect(
            ran.lines == [
                #"[1700000000123,"k","v"]"#, #"[1700000000000,null,"{\"a\": 1.0}"]"#, #"[null,"k","none"]"#,
            ])
        #expect(ran.errors.contains("the timestamp is no time as in RFC 3339 at byte 27"), "\(ran.errors)")
    }

    @Test func `records behind their length are any bytes`() throws {
        var input: [UInt8] = []
        let values: [[UInt8]] = [[], [10], [0, 255], Array("text".utf8), [UInt8](repeating: 120, count: 300_000)]
        for value in values {
            input += [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value.count >> $0) } + value
        }
        let (ran, records) = try produce("--input length-prefixed", input)
        #expect(ran.status == 0 && ran.errors == "")
        #expect(records.prefix(4) == [#"[null,""]"#, #"[null,"\n"]"#, #"[null,"AP8="]"#, #"[null,"text"]"#])
        #expect(records.last?.utf8.count == 300_000 + #"[null,""]"#.utf8.count)
    }

    @Test func `and behind a length of seven bits a byte`() throws {
        var input: [UInt8] = []
        for value in [[], Array("text".utf8), [UInt8](repeating: 120, count: 300)] as [[UInt8]] {
            var rest = value.count
            while rest >= 128 {
                input.append(UInt8(rest & 127 | 128))
                rest >>= 7
            }
            input += [UInt8(rest)] + value
        }
        let (ran, records) = try produce("--input varint-prefixed", input)
        #expect(ran.status == 0 && records.count == 3 && records[1] == #"[null,"text"]"#)
    }

    @Test(
        arguments: [
            ([0, 0, 0, 1, 97, 0, 0, 0, 9, 98], "ends after 1 of 9 bytes"),
            ([0, 0, 0, 1, 97, 0, 0], "ends after 0 of 0 bytes"),
        ] as [([UInt8], String)])
    func `an input that ends within a record is refused there, and what came before is sent`(
        input: [UInt8], reason: String
    ) throws {
        let (ran, records) = try produce("--input length-prefixed", input)
        #expect(ran.status == 4 && records == [#"[null,"a"]"#])
        #expect(ran.errors == "fluvio-cat: record 2: \(reason)\n")
    }

    @Test func `a record behind a length above the limit is passed over`() throws {
        let (ran, records) = try produce(
            "--input length-prefixed --max-record 3 --on-error skip", [0, 0, 0, 5, 1, 2, 3, 4, 5, 0, 0, 0, 1, 97])
        #expect(ran.status == 4 && records == [#"[null,"a"]"#])
        #expect(ran.errors == "fluvio-cat: record 1: 5 bytes, and --max-record is 3\n")
    }

    @Test func `the name or the path of a file is its key`() throws {
        let ran = try shell.run(
            """
            mkdir d; printf A >d/a; printf B >d/b
            fluvio-cat produce -q --create --raw --key-from name $1 d/a d/b
            fluvio-cat produce --raw --key-from path $1 d/a
            fluvio-cat consume -e $1 | jq -c '[.key, .value]'
            """, topic)
        #expect(ran.lines == [#"["a","A"]"#, #"["b","B"]"#, #"["d/a","A"]"#])
    }

    @Test func `a file may have any bytes in its name, and so may a key`() throws {
        let ran = try shell.run(
            """
            f=$(printf 'a\\377b'); printf x >"$f"
            fluvio-cat produce -q --create --raw --key-from name $1 "$f"; fluvio-cat produce -k "$f" $1 <<<y
            fluvio-cat produce $1 "$f-missing"; echo $?
            fluvio-cat consume -e $1 | jq -c '[.key, .key_enc, .value]'
            """, topic)
        #expect(ran.lines == ["1", #"["Yf9i","base64","x"]"#, #"["Yf9i","base64","y"]"#])
        #expect(ran.errors == "fluvio-cat: a\\xffb-missing: No such file or directory\n")
    }

    // MARK: Places in JSON

    @Test func `key, partition, time and topic come from places in the line, which stays as it is`() throws {
        let other = "\(topic)-b"
        let ran = try shell.run(
            """
            fluvio-admin -q topic create -p 3 $1 $2
            printf '%s\\n' '{"t":"'$1'","u":{"id":"x"},"p":2,"at":1000, "n":1.0}' \
                '{"t":"'$2'","u":{"id":7},"p":0,"at":null}' >in
            fluvio-cat produce --topic-json .t --key-json .u.id --partition-json .p --timestamp-json .at <in
            for t in $1 $2; do fluvio-cat consume -e $t | jq -c '[.partition, .timestamp, .key, .value]'; done
            """, topic, other)
        #expect(
            ran.lines == [
                #"[2,1000,"x","{\"t\":\"\#(topic)\",\"u\":{\"id\":\"x\"},\"p\":2,\"at\":1000, \"n\":1.0}"]"#,
                #"[0,null,"7","{\"t\":\"\#(other)\",\"u\":{\"id\":7},\"p\":0,\"at\":null}"]"#,
            ], "\(ran.errors)")
    }

    @Test func `--timestamp-json takes milliseconds, and text as in RFC 3339`() throws {
        let times = [
            (#""2026-01-31T12:30:00.250Z""#, "1769862600250"), (#""2026-01-31T13:30:00+01:00""#, "1769862600000"),
            (#""2026-01-31 12:30""#, "1769862600000"), ("5", "5"), (#""1969-12-31T23:59:59Z""#, "-1000"),
        ]
        let input = times.map { "{\"at\":\($0.0)}\n" }.joined()
        let (ran, _) = try produce("--timestamp-json .at", input + "{\"at\":\"noon\"}\n")
        #expect(ran.status == 4 && ran.errors.contains("line 6: no time in 13 bytes"), "\(ran.errors)")
        #expect(try shell.run("fluvio-cat consume -e $1 | jq .timestamp", topic).lines == times.map(\.1))
    }

    @Test func `a place that is not there refuses the line, and says how many bytes it has`() throws {
        let (ran, records) = try produce(
            "--key-json .k --on-error skip", "{\"k\":\"1\"}\n{}\nno json\n{\"k\":null}\n{\"k\":2}\n")
        #expect(ran.status == 4 && records.count == 2)
        #expect(
            ran.errors == """
                fluvio-cat: line 2: no key in 2 bytes
                fluvio-cat: line 3: no JSON in 7 bytes: expected a value at byte 1
                fluvio-cat: line 4: no key in 10 bytes\n
                """)
    }

    @Test(arguments: [("null", 0), ("skip", 0)])
    func `or is met as --key-missing says`(policy: String, status: CInt) throws {
        let (ran, records) = try produce("--key-json .k --key-missing \(policy)", "{\"k\":\"1\"}\n{}\n")
        #expect(ran.status == status && records.count == (policy == "null" ? 2 : 1))
    }

    @Test func `a partition or topic that is not there refuses the line`() throws {
        let ran = try shell.run(
            """
            fluvio-admin -q topic create -p 2 $1
            printf '{"p":0}\\n{"p":5}\\n{"p":"x"}\\n{"p":1}\\n' | fluvio-cat produce --partition-json p --on-error skip $1; echo $?
            printf '{"t":"%s"}\\n{"t":"no-such-topic"}\\n' $1 | fluvio-cat produce --topic-json t --on-error skip; echo $?
            printf '{"t":"%s-new"}\\n' $1 | fluvio-cat produce -q --create=2 --topic-json t; echo $?
            fluvio-cat consume -e $1 | wc -l; fluvio-cat consume -e $1-new | wc -l
            """, topic)
        #expect(ran.lines == ["4", "4", "0", "3", "1"], "\(ran.errors)")
        #expect(ran.errors.contains("line 2: partition 5, and topic \(topic) has 2\n"), "\(ran.errors)")
        #expect(ran.errors.contains("line 3: no partition's number in 9 bytes\n"))
        #expect(ran.errors.contains("line 2: there is no topic 'no-such-topic'"))
    }

    @Test func `--keep sends records of consume to the partitions and topics they came from`() throws {
        let ran = try shell.run(
            """
            fluvio-admin -q topic create -p 4 $1 $1-b
            seq 40 | fluvio-cat produce $1
            fluvio-cat consume -e $1 >in; sed s/$1/$1-b/ in | fluvio-cat produce -J --keep partition,topic
            for t in $1 $1-b; do fluvio-cat consume -e $t | jq -c '[.partition, .value]' | sort | md5sum; done
            echo '{"topic":"t","partition":9,"value":"x"}' | fluvio-cat produce -J --keep partition $1; echo $?
            """, topic)
        #expect(ran.lines.count == 3 && ran.lines[0] == ran.lines[1] && ran.lines[2] == "4", "\(ran.errors)")
    }

    @Test func `--strict refuses members that are not known`() throws {
        let (ran, records) = try produce("-J --strict", "{\"value\":\"a\"}\n{\"value\":\"b\",\"x\":1}\n")
        #expect(ran.status == 4 && records == [#"[null,"a"]"#])
        #expect(
            ran.errors == "fluvio-cat: line 2: no record in 19 bytes: an unknown member at byte 14\n", "\(ran.errors)")
    }
}
