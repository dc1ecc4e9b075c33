import Glibc
import TestSupport
import Testing

/// Where consume begins and ends.
@Suite("consume: positions", .onOwnThreads, .timeLimit(.minutes(60)))
struct PositionTests {
    let shell: Shell
    let topic: String

    init() throws {
        let cluster = try TestCluster.shared.get()
        shell = try Shell(cluster)
        topic = cluster.topic()
    }

    /// A topic of one partition with the values 0 to 9.
    func ten() throws {
        let ran = try shell.run("seq 0 9 | fluvio-cat produce -q --create $1", topic)
        #expect(ran.status == 0)
    }

    @Test(
        arguments: [
            ("", Array(0...9)), ("-B", Array(0...9)), ("--from beginning", Array(0...9)), ("-o earliest", Array(0...9)),
            ("-o 7", Array(7...9)), ("-o 0", Array(0...9)), ("-o 10", []), ("-o end", []), ("-o latest", []),
            ("--new", []),
            ("-o +7", Array(7...9)), ("-H 8", [8, 9]), ("-o +99", []), ("-o -3", Array(7...9)), ("-T 2", [8, 9]),
            ("--tail=2", [8, 9]), ("-o -99", Array(0...9)), ("-T 0", []), ("--last 3", Array(7...9)), ("--last 0", []),
            ("--last 99", Array(0...9)), ("-n 2", [0, 1]), ("-n 0", []), ("-n 99", Array(0...9)), ("-n 1 -o 4", [4]),
            ("-T 4 -n 2", [6, 7]),
        ] as [(String, [Int])])
    func `every way to say where to begin, and how much to read`(options: String, values: [Int]) throws {
        try ten()
        let ran = try shell.run("fluvio-cat consume -e --raw \(options) $1", topic)
        #expect(ran.status == 0 && ran.errors == "")
        #expect(ran.lines == values.map(String.init))
    }

    @Test(arguments: ["-o x", "-o 1x", "-o --1", "-o ''", "-T -1", "-n -1", "--last x", "-p x", "--last 1 -o 2"])
    func `what cannot be is refused`(options: String) throws {
        let ran = try shell.run("fluvio-cat consume -e \(options) $1", topic)
        #expect(ran.status == 2)
        #expect(ran.errors.split(separator: "\n").count == 2)
        #expect(ran.errors.hasSuffix("Try 'fluvio-cat consume --help'.\n"))
    }

    @Test func `an offset behind the end is an error that names the end`() throws {
        try ten()
        let ran = try shell.run("fluvio-cat consume -e -o 11 $1", topic)
        #expect(ran.status == 1 && ran.text == "")
        #expect(
            ran.errors
                == "fluvio-cat: topic \(topic), partition 0: offset 11 is behind the end of the partition, which is 10\n"
        )
    }

    @Test func `acceptance 11: an empty topic ends at once`() throws {
        let ran = try shell.run(
            "fluvio-admin -q topic create -p 3 $1 && fluvio-cat consume -e $1 && fluvio-cat consume -e --last 5 $1",
            topic)
        #expect(ran == Shell.Ran(ending: .exited(0), output: [], errors: ""))
    }

    @Test func `acceptance 11: the end is where the partitions end when it begins`() throws {
        // While one reads, another writes: the first must come to an end.
        let ran = try shell.run(
            """
            fluvio-admin -q topic create -p 2 $1
            seq 1000 | fluvio-cat produce $1
            (while [ ! -e done ]; do echo more; done | fluvio-cat produce $1) & writer=$!
            fluvio-cat consume -e $1 | wc -l >lines; touch done; wait $writer
            test $(cat lines) -ge 1000 && test $(cat lines) -lt $(fluvio-cat consume -e $1 | wc -l)
            """, topic)
        #expect(ran.status == 0 && ran.errors == "")
    }

    @Test func `-n ends as soon as there are so many, without -e`() throws {
        try ten()
        let ran = try shell.run("fluvio-cat consume -n 10 --raw $1 | wc -l", topic)
        #expect(ran.text == "10\n")
    }

    @Test func `--last counts over all partitions, by time`() throws {
        let ran = try shell.run(
            """
            fluvio-admin -q topic create -p 3 $1
            for n in 1 2 3 4 5 6 7 8 9; do
                echo "{\\"value\\":\\"$n\\",\\"timestamp\\":$((1600000000000 + n))}"
            done | fluvio-cat produce -J $1
            # Of one partition there are more among the last.
            for n in 10 11; do echo "{\\"value\\":\\"$n\\",\\"timestamp\\":$((1600000000000 + n))}"; done |
                fluvio-cat produce -J -p 1 $1
            fluvio-cat consume -e --last 5 $1 | jq -r .value | sort -n | xargs
            fluvio-cat consume -e --last 5 --raw $1 | wc -l
            """, topic)
        #expect(ran.lines == ["7 8 9 10 11", "5"])
    }

    @Test func `-p reads these partitions only, each named once or more`() throws {
        let ran = try shell.run(
            """
            fluvio-admin -q topic create -p 4 $1
            seq 8 | fluvio-cat produce $1
            for options in '-p 2' '-p 0 -p 3' '-p 3 -p 3' ''; do
                fluvio-cat consume -e $options $1 | jq .partition | sort | uniq | xargs
            done
            fluvio-cat consume -e -p 3 -p 3 $1 | wc -l
            """, topic)
        #expect(ran.lines == ["2", "0 3", "3", "0 1 2 3", "2"])
    }

    @Test func `a partition that is missing is named`() throws {
        try ten()
        let ran = try shell.run("fluvio-cat consume -e -p 1 $1", topic)
        #expect(ran.status == 1)
        #expect(ran.errors.contains("partition 1"))
    }

    @Test func `a start in the middle of a batch begins there`() throws {
        // 10,000 short records are a few batches; compressed ones are skipped in another way.
        let ran = try shell.run(
            """
            fluvio-admin -q topic create $1 $1-z
            seq 0 9999 | tee >(fluvio-cat produce -z zstd $1-z) | fluvio-cat produce $1
            until [ "$(fluvio-cat consume -e --raw -T 1 $1-z)" = 9999 ]; do :; done
            for offset in 1 1233 4999 9998; do
                fluvio-cat consume -e --raw -o $offset -n 2 $1; fluvio-cat consume -e --raw -o $offset -n 1 $1-z
            done | xargs
            """, topic)
        #expect(ran.text == "1 2 1 1233 1234 1233 4999 5000 4999 9998 9999 9998\n")
    }

    @Test func `--new shows only what comes after it has begun`() throws {
        try ten()
        let child = try shell.start("exec fluvio-cat consume --new --raw $1", topic)
        defer { child.kill() }
        // Nothing says that it has begun, so records are sent until one shows.
        let writer = try shell.start(
            "while [ ! -e stop ]; do echo new; read -t 0.02 <> <(:); done | fluvio-cat produce $1", topic)
        defer { writer.kill() }
        try child.waitForOutput(containing: "new\n")
        try shell.directory.write("stop", "")
        #expect(try writer.wait() == .exited(0))
        child.send(SIGTERM)
        #expect(try child.wait() == .signalled(SIGTERM))
        #expect(try child.outputText().split(separator: "\n").allSatisfy { $0 == "new" })
    }

    @Test func `acceptance 11: what is not kept any more is told, and with --strict a failure`() throws {
        // Segments of a record each, of which two are kept; the cluster removes the others when it comes to it.
        let ran = try shell.run(
            """
            fluvio-admin -q topic create --segment-size 1K --max-partition-size 2K $1
            for n in 1 2 3 4 5 6; do printf '%0900d\n' $n | fluvio-cat produce $1; done
            until fluvio-cat consume -e -q -o 0 $1 2>&1 >/dev/null | grep -q 'not kept'; do read -t 0.2 <> <(:); done
            fluvio-cat consume -e -o 0 --raw $1 >out; echo $?
            fluvio-cat consume -e -o 0 --strict --raw $1 | cmp - out; echo ${PIPESTATUS[0]}
            fluvio-cat consume -e --strict --raw $1 | cmp - out; echo ${PIPESTATUS[0]}
            tail -n 1 out | sed 's/^0*//'
            """, topic)
        #expect(ran.lines == ["0", "1", "0", "6"])
        let errors = ran.errors.split(separator: "\n")
        #expect(errors.count == 2 && errors.allSatisfy { $0.hasPrefix("fluvio-cat: partition 0: offsets 0..") })
    }
}
