import TestSupport
import Testing

@Suite("produce: keys", .onOwnThreads, .timeLimit(.minutes(60)))
struct KeyTests {
    let shell: Shell
    let topic: String

    init() throws {
        let cluster = try TestCluster.shared.get()
        shell = try Shell(cluster)
        topic = cluster.topic()
    }

    /// Sends `input`, and gives what was said, the exit status, and key and value of each record.
    func produce(_ options: String, _ input: String) throws -> (errors: String, status: CInt, records: [String]) {
        try shell.directory.write("in", input)
        let ran = try shell.run("fluvio-cat produce -q --create \(options) $1 <in", topic)
        let records = try shell.run("fluvio-cat consume -e $1 | jq -c '[.key, .value]'", topic)
        #expect(records.status == 0)
        return (ran.errors, ran.status, records.lines)
    }

    @Test func `-k gives every record this key`() throws {
        let ran = try produce("-k 'a key'", "1\n\n2\n")
        #expect(ran.status == 0)
        #expect(ran.records == [#"["a key","1"]"#, #"["a key",""]"#, #"["a key","2"]"#])
    }

    @Test func `-K splits at the first separator, and both sides may be empty`() throws {
        let ran = try produce("-K :", "k:v\n:\nk:v:w\n:v\nk:\n")
        #expect(ran.status == 0)
        #expect(
            ran.records == [#"["k","v"]"#, #"["",""]"#, #"["k","v:w"]"#, #"["","v"]"#, #"["k",""]"#])
    }

    @Test func `a separator may have several bytes, written with escapes`() throws {
        let ran = try produce(#"-K '\t=\x00'"#, "k\t=\0v\na\t=\t=\0b\n")
        #expect(ran.status == 0)
        #expect(ran.records == [#"["k","v"]"#, #"["a\t=","b"]"#])
    }

    @Test func `a line without separator stops there, named by its number, with what came before it sent`() throws {
        let ran = try produce("-K :", "a:1\nb:2\noops\nc:3\n")
        #expect(ran.status == 4)
        #expect(ran.errors == "fluvio-cat: line 3: no key separator in 4 bytes\n")
        #expect(ran.records == [#"["a","1"]"#, #"["b","2"]"#])
    }

    @Test func `a file is named with the line`() throws {
        try shell.directory.write("f", "a:1\nx\n")
        let ran = try shell.run("fluvio-cat produce -q --create -K : $1 f", topic)
        #expect(ran.status == 4)
        #expect(ran.errors == "fluvio-cat: f:2: no key separator in 1 byte\n")
    }

    @Test func `--on-error skip names what it leaves out, goes on, and exits 4`() throws {
        let ran = try produce("-K : --on-error skip", "x\na:1\ny\n")
        #expect(ran.status == 4)
        #expect(
            ran.errors == """
                fluvio-cat: line 1: no key separator in 1 byte
                fluvio-cat: line 3: no key separator in 1 byte\n
                """)
        #expect(ran.records == [#"["a","1"]"#])
    }

    @Test func `--on-error ignore goes on and exits 0`() throws {
        let ran = try produce("-K : --on-error ignore", "x\na:1\n")
        #expect(ran.status == 0)
        #expect(ran.records == [#"["a","1"]"#])
    }

    @Test func `--key-missing null makes the line the value`() throws {
        let ran = try produce("-K : --key-missing null", "x\na:1\n\n")
        #expect(ran.status == 0 && ran.errors == "")
        #expect(ran.records == [#"[null,"x"]"#, #"["a","1"]"#, #"[null,""]"#])
    }

    @Test func `--key-missing skip leaves the line out, which is worth a note`() throws {
        try shell.directory.write("in", "x\na:1\n")
        let ran = try shell.run(
            """
            fluvio-cat produce --create -K : --key-missing skip $1 <in || exit
            fluvio-cat consume -e --raw $1
            """, topic)
        #expect(ran.status == 0)
        #expect(ran.errors.hasSuffix("fluvio-cat: line 1: no key separator; skipped\n"))
        #expect(ran.text == "1\n")
    }

    @Test func `records of one key stay in one partition, in their order`() throws {
        let input = (0..<300).map { "k\($0 % 7):\($0)\n" }.joined()
        try shell.directory.write("in", input)
        let ran = try shell.run(
            """
            fluvio-cat produce -q --create=4 -K : $1 <in &&
            fluvio-cat consume -e $1 | jq -s -c '
                group_by(.key) | map([([.[].partition] | unique | length), ([.[].value | tonumber] | . == sort)])
                | unique'
            """, topic)
        #expect(ran.text == "[[1,true]]\n")
    }

    @Test(arguments: [
        "-k a -K :", "--raw -K :", "-J -k a", "-J -K :", "-J --raw", "-d ''", "-K ''",
    ])
    func `options that contradict each other are refused`(options: String) throws {
        let ran = try shell.run("fluvio-cat produce \(options) $1", topic)
        #expect(ran.status == 2)
        #expect(ran.errors.hasSuffix("Try 'fluvio-cat produce --help'.\n"))
        #expect(ran.errors.split(separator: "\n").count == 2)
    }
}
