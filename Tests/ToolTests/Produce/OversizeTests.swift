import TestSupport
import Testing

/// Records above --max-record, which is small here: what counts is the limit, not its size.
@Suite("produce: records that are too large", .onOwnThreads, .timeLimit(.minutes(60)))
struct OversizeTests {
    let shell: Shell
    let topic: String

    init() throws {
        let cluster = try TestCluster.shared.get()
        shell = try Shell(cluster)
        topic = cluster.topic()
        try shell.directory.write("in", "first\n0123456789ab\nlast\n")
    }

    func produce(
        _ options: String, input: String? = nil
    ) throws -> (errors: String, status: CInt, records: [String]) {
        if let input { try shell.directory.write("in", input) }
        let ran = try shell.run(
            """
            fluvio-admin -q topic create --if-not-exists $1
            fluvio-cat produce --max-record 5 \(options) $1 <in
            """, topic)
        let records = try shell.run("fluvio-cat consume -e $1 | jq -c '[.key, .value]'", topic)
        #expect(records.status == 0)
        return (ran.errors, ran.status, records.lines)
    }

    // By the first line the tool finds out that these are lines; with --input lines it knows before.
    @Test(arguments: ["", "--input lines"])
    func `it is an error: line and size are named, and what came before is sent`(input: String) throws {
        let ran = try produce(input)
        #expect(ran.status == 4)
        #expect(ran.errors == "fluvio-cat: line 2: 12 bytes, and --max-record is 5\n")
        #expect(ran.records == [#"[null,"first"]"#])
    }

    @Test(arguments: ["", "--input lines"])
    func `--on-error skip goes on behind it`(input: String) throws {
        let ran = try produce("\(input) --on-error skip")
        #expect(ran.status == 4)
        #expect(ran.errors == "fluvio-cat: line 2: 12 bytes, and --max-record is 5\n")
        #expect(ran.records == [#"[null,"first"]"#, #"[null,"last"]"#])
    }

    @Test(arguments: ["", "--input lines"])
    func `--oversize skip leaves it out with a note`(input: String) throws {
        let ran = try produce("\(input) --oversize skip")
        #expect(ran.status == 0)
        #expect(ran.errors == "fluvio-cat: line 2: 12 bytes; skipped\n")
        #expect(ran.records == [#"[null,"first"]"#, #"[null,"last"]"#])
    }

    @Test(arguments: ["", "--input lines"])
    func `--oversize truncate sends its beginning`(input: String) throws {
        let ran = try produce("\(input) --oversize truncate")
        #expect(ran.status == 0)
        #expect(ran.errors == "fluvio-cat: line 2: 12 bytes; cut to 5\n")
        #expect(ran.records == [#"[null,"first"]"#, #"[null,"01234"]"#, #"[null,"last"]"#])
    }

    @Test(arguments: ["", "--input lines"])
    func `--oversize split sends it in parts`(input: String) throws {
        let ran = try produce("\(input) --oversize split")
        #expect(ran.status == 0 && ran.errors == "")
        #expect(
            ran.records
                == [#"[null,"first"]"#, #"[null,"01234"]"#, #"[null,"56789"]"#, #"[null,"ab"]"#, #"[null,"last"]"#])
    }

    @Test(arguments: ["", "--input lines"])
    func `the first line may be the one that is too large`(input: String) throws {
        let ran = try produce("\(input) --oversize split", input: "0123456789\n")
        #expect(ran.status == 0 && ran.errors == "")
        #expect(ran.records == [#"[null,"01234"]"#, #"[null,"56789"]"#])
    }

    @Test func `key and value count together, and cutting leaves the key whole`() throws {
        let ran = try produce("-K : --oversize truncate", input: "ab:cde\nab:cdef\nabcde:f\nabcdef:g\n")
        #expect(ran.status == 4)
        #expect(
            ran.errors == """
                fluvio-cat: line 2: 7 bytes; cut to 5
                fluvio-cat: line 3: 7 bytes; cut to 5
                fluvio-cat: line 4: 8 bytes; cut to 5
                fluvio-cat: line 4: 8 bytes, and --max-record is 5\n
                """)
        #expect(ran.records == [#"["ab","cde"]"#, #"["ab","cde"]"#, #"["abcde",""]"#])
    }

    @Test func `all parts of a split line have its key`() throws {
        let ran = try produce("-K : --oversize split", input: "ab:0123456789abcdef\nk:v\n")
        #expect(ran.status == 0 && ran.errors == "")
        #expect(ran.records.allSatisfy { $0.hasPrefix(#"["ab","#) || $0 == #"["k","v"]"# })
        let values = ran.records.dropLast().map { $0.dropFirst(#"["ab",""#.count).dropLast(2) }
        #expect(values.joined() == "0123456789abcdef")
        #expect(values.allSatisfy { $0.count <= 3 })
        #expect(ran.records.last == #"["k","v"]"#)
    }

    @Test func `a split line without key is left out as a whole`() throws {
        let ran = try produce("-K : --oversize split --on-error skip", input: "0123456789abcdef\nk:v\n")
        #expect(ran.status == 4)
        #expect(ran.errors.split(separator: "\n").count == 1)
        #expect(ran.records == [#"["k","v"]"#])
    }

    @Test func `-k counts, too`() throws {
        let ran = try produce("-k abc --oversize split", input: "01\n234\n")
        #expect(ran.status == 0 && ran.errors == "")
        #expect(ran.records == [#"["abc","01"]"#, #"["abc","23"]"#, #"["abc","4"]"#])
    }

    @Test func `a key that leaves no room is an error whatever the policy`() throws {
        let ran = try produce("-k abcde --oversize split", input: "0\n")
        #expect(ran.status == 4)
        #expect(ran.errors == "fluvio-cat: line 1: 6 bytes, and --max-record is 5\n")
        #expect(ran.records == [])
    }

    @Test func `the bytes of an envelope's record count, not those of its line`() throws {
        let ran = try produce(
            "-J", input: #"{"value":"\u0030\u0031\u0032\u0033\u0034"}"# + "\n" + #"{"value":"012345"}"#)
        #expect(ran.status == 4)
        #expect(ran.errors == "fluvio-cat: line 2: 6 bytes, and --max-record is 5\n")
        #expect(ran.records == [#"[null,"01234"]"#])
    }

    @Test func `--raw counts a whole file`() throws {
        let ran = try produce("--raw", input: "01\n345")
        #expect(ran.status == 4)
        #expect(ran.errors == "fluvio-cat: record 1: 6 bytes, and --max-record is 5\n")
        #expect(ran.records == [])
    }

    @Test func `the limit is 1 MiB unless set, and higher if set`() throws {
        let ran = try shell.run(
            """
            head -c 1048576 /dev/zero | tr '\\0' x >exact; { cat exact; echo x; } >more
            fluvio-cat produce -q --create $1 exact; echo $?
            fluvio-cat produce -q $1 more; echo $?
            fluvio-cat produce -q --max-record 2M $1 more; echo $?
            fluvio-cat consume -e $1 | jq '.value | length'
            """, topic)
        #expect(ran.lines == ["0", "4", "0", "1048576", "1048577"])
        #expect(ran.errors == "fluvio-cat: more:1: 1048577 bytes, and --max-record is 1M\n")
    }
}
