import TestSupport
import Testing

@Suite("produce: files", .onOwnThreads, .timeLimit(.minutes(60)))
struct FileTests {
    let shell: Shell
    let topic: String

    init() throws {
        let cluster = try TestCluster.shared.get()
        shell = try Shell(cluster)
        topic = cluster.topic()
    }

    /// Runs a script, and gives the values of the topic then, each as JSON.
    func run(_ script: String) throws -> (ran: Shell.Ran, values: [String]) {
        let ran = try shell.run(script, topic)
        let values = try shell.run("fluvio-cat consume -e $1 | jq -c .value", topic)
        #expect(values.status == 0)
        return (ran, values.lines)
    }

    @Test func `files and standard input are read in their order, and none reaches into the next`() throws {
        try shell.directory.write("one", "a\nb")
        try shell.directory.write("two", "c\n")
        let (ran, values) = try run("printf 'd\\ne' | fluvio-cat produce -q --create $1 one - two one")
        #expect(ran.status == 0 && ran.errors == "")
        #expect(values == ["a", "b", "d", "e", "c", "a", "b"].map { "\"\($0)\"" })
    }

    @Test func `a missing file is named, the others are sent, and the status is 1`() throws {
        try shell.directory.write("one", "a\n")
        try shell.directory.write("two", "b\n")
        let (ran, values) = try run("fluvio-cat produce -q --create $1 one missing two")
        #expect(ran.status == 1)
        #expect(ran.errors == "fluvio-cat: missing: No such file or directory\n")
        #expect(values == [#""a""#, #""b""#])
    }

    @Test func `a directory, as a file and as standard input, is an error`() throws {
        let (ran, values) = try run(
            """
            echo a >one; mkdir d
            fluvio-cat produce -q --create $1 d one; echo $?
            fluvio-cat produce -q $1 <d; echo $?
            """)
        #expect(ran.lines == ["1", "1"])
        #expect(ran.errors == "fluvio-cat: d: Is a directory\nfluvio-cat: standard input: Is a directory\n")
        #expect(values == [#""a""#])
    }

    @Test func `a file that may not be read is an error`() throws {
        // root may read everything; a file of /proc refuses all the same.
        let (ran, values) = try run("fluvio-cat produce -q --create $1 /proc/self/clear_refs")
        #expect(ran.status == 1)
        #expect(ran.errors.hasPrefix("fluvio-cat: /proc/self/clear_refs: "))
        #expect(values == [])
    }

    @Test func `closed standard input is an error if it is to be read`() throws {
        let (ran, values) = try run(
            """
            echo a >one
            fluvio-cat produce -q --create $1 <&-; echo $?
            fluvio-cat produce -q $1 one <&-; echo $?
            fluvio-cat produce -q $1 one 0<&- 1>&- 2>&-; echo $?
            """)
        #expect(ran.lines == ["1", "0", "0"])
        #expect(ran.errors == "fluvio-cat: standard input: Bad file descriptor\n")
        #expect(values == [#""a""#, #""a""#])
    }

    @Test func `--raw sends each file as one record, an empty one too`() throws {
        try shell.directory.write("one", "a\n\nb\n")
        try shell.directory.write("empty", "")
        let (ran, values) = try run(
            """
            fluvio-cat produce -q --create --raw $1 one missing empty; echo $?
            printf 'c\\n' | fluvio-cat produce -q --raw -k key $1; echo $?
            fluvio-cat produce -q --raw $1 </dev/null; echo $?
            """)
        #expect(ran.lines == ["1", "0", "0"])
        #expect(ran.errors == "fluvio-cat: missing: No such file or directory\n")
        #expect(values == [#""a\n\nb\n""#, #""""#, #""c\n""#, #""""#])
    }

    @Test func `--raw keeps a file of many reads whole`() throws {
        let (ran, values) = try run(
            """
            head -c 1000000 /dev/urandom >big && fluvio-cat produce -q --create --raw $1 big &&
            fluvio-cat consume -e --raw -d '' $1 | cmp - big
            """)
        #expect(ran.status == 0 && ran.text == "" && ran.errors == "")
        #expect(values.count == 1)
    }

    @Test func `a FIFO is waited for`() throws {
        let (ran, values) = try run(
            """
            mkfifo pipe
            fluvio-cat produce -q --create $1 pipe & child=$!
            printf 'a\\nb\\n' >pipe
            wait $child
            """)
        #expect(ran.status == 0)
        #expect(values == [#""a""#, #""b""#])
    }

    @Test func `standard input in non-blocking mode is waited for`() throws {
        // The reading end is set to non-blocking before the program starts, and stays so for whoever shares it.
        let (ran, values) = try run(
            """
            { until [ -e go ]; do read -t 0.02 <> <(:); done; echo a; } | {
                python3 -c 'import os; os.set_blocking(0, False)'
                fluvio-cat produce -q --create $1 & child=$!
                # It has connected when the topic is there.
                until fluvio-cat consume -e $1 2>/dev/null; do :; done
                touch go; wait $child; echo $?
                python3 -c 'import os; print(os.get_blocking(0))'
            }
            """)
        #expect(ran.lines == ["0", "False"])
        #expect(values == [#""a""#])
    }

    @Test func `a topic whose name is not allowed is not made`() throws {
        let ran = try shell.run("echo a | fluvio-cat produce --create Under_Score")
        #expect(ran.status == 1)
        #expect(ran.errors.contains("'Under_Score'"))
    }
}
