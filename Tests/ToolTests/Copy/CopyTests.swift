import Foundation
import Glibc
import TestSupport
import Testing

/// `fluvio-cat copy`.
@Suite("copy", .onOwnThreads, .timeLimit(.minutes(60)))
struct CopyTests {
    let shell: Shell
    let topic: String

    init() throws {
        let cluster = try TestCluster.shared.get()
        shell = try Shell(cluster)
        topic = cluster.topic()
    }

    /// Writes a topic without what a copy does not keep.
    private static let dump = """
        dump() { fluvio-cat consume -e "$@" | sed 's/^{"topic":"[^"]*",//'; }\n
        """

    @Test(arguments: ["none", "gzip", "snappy", "lz4", "zstd"])
    func `records of every kind arrive as they are, in the same partition and order`(codec: String) throws {
        var random = SeededRandom(seed: 7)
        let lines = (0..<2_000).map { EnvelopeTests.line($0, &random) }
        try shell.directory.write("in", lines.joined(separator: "\n") + "\n")
        let ran = try shell.run(
            Self.dump + """
                fluvio-admin -q topic create -p 3 $1
                fluvio-cat produce -q -J $1 <in
                fluvio-cat copy -q -e --create -z \(codec) $1 $1-copy || exit
                for p in 0 1 2; do dump -p $p $1 >1; dump -p $p $1-copy >2; cmp 1 2 || exit; done; wc -l <2
                """, topic)
        #expect(ran.status == 0 && ran.errors == "" && ran.lines.count == 1, "\(ran)")
    }

    @Test func `--rehash spreads by key as produce does, and keeps the order of each key`() throws {
        let ran = try shell.run(
            Self.dump + """
                fluvio-admin -q topic create -p 2 $1; fluvio-admin -q topic create -p 5 $1-copy $1-made
                for i in $(seq 2000); do echo "k$((i % 37)),$i"; done >in; fluvio-cat produce -q -K , $1 <in
                fluvio-cat produce -q -K , $1-made <in
                fluvio-cat copy -q -e --rehash $1 $1-copy || exit
                for p in 0 1 2 3 4; do
                    for t in made copy; do fluvio-cat consume -e -K , -p $p $1-$t | sort -s -t , -k 1,1 >$t; done
                    cmp made copy || exit
                done
                fluvio-cat consume -e --raw $1-copy | sort -n | cmp - <(seq 2000) && echo all
                """, topic)
        #expect(ran.lines == ["all"], "\(ran)")
    }

    @Test func `without a position it begins at the beginning, and says so`() throws {
        let ran = try shell.run(
            """
            seq 3 | fluvio-cat produce -q --create $1
            for i in 1 2; do fluvio-cat copy -e --create $1 $1-copy; done; fluvio-cat consume -e --raw $1-copy | wc -l
            """, topic)
        #expect(ran.lines == ["6"])
        #expect(
            ran.errors.split(separator: "\n").filter { $0.hasSuffix("neither -g nor --state says where it was") }.count
                == 2)
    }

    @Test(arguments: ["-g $1", "--state s"])
    func `it goes on where it was`(option: String) throws {
        let ran = try shell.run(
            """
            for range in '1 1000' '1001 1500'; do
                seq $range | fluvio-cat produce -q --create=2 $1
                fluvio-cat copy -q -e --create \(option) $1 $1-copy || exit
            done
            fluvio-cat copy -q -e \(option) $1 $1-copy
            fluvio-cat consume -e --raw $1-copy | sort -n | cmp - <(seq 1500) && echo all
            """, topic)
        #expect(ran.lines == ["all"] && ran.errors == "")
    }

    @Test func `it follows: what is produced arrives`() throws {
        _ = try shell.run("fluvio-admin -q topic create $1 $1-copy", topic)
        let copy = try shell.start("exec fluvio-cat copy -g $1 --commit-every 1h $1 $1-copy", topic)
        defer { copy.kill() }
        let reader = try shell.start("exec fluvio-cat consume --raw $1-copy", topic)
        defer { reader.kill() }
        for value in ["one", "two", "three"] {
            _ = try shell.run("echo \(value) | fluvio-cat produce $1", topic)
            try reader.waitForOutput(containing: "\(value)\n")
        }
        copy.send(SIGTERM)
        #expect(try copy.wait() == .signalled(SIGTERM))
        #expect(try shell.run("fluvio-cat consume -e --raw -g $1 $1 | wc -l", topic).lines == ["0"])
    }

    @Test func `between two clusters, each of which goes and comes back, nothing is lost or twice`() throws {
        let (source, target) = (try TestCluster(), try TestCluster())
        let shell = try Shell(source)
        _ = try shell.run(
            """
            printf '[cluster.other]\\nendpoint = "%s"\\n[profile.other]\\ncluster = "other"\\n' $1 >>$FLV_PROFILE_PATH
            fluvio-admin -q -P other topic create t || exit; seq 1000 | fluvio-cat produce -q --create t
            """, target.address)
        let copy = try shell.start("exec fluvio-cat copy --state s --commit-every 10ms --retry-for 1m t other/t")
        defer { copy.kill() }
        let reader = try shell.start("exec fluvio-cat -P other consume --raw --retry-for 1m t")
        defer { reader.kill() }
        try reader.waitForOutput(containing: "\n1000\n")
        for (round, cluster) in [target, source, target, source].enumerated() {
            let next = 1000 * (round + 2)
            try cluster.kill()
            try copy.waitForErrors(containing: "trying again")
            try cluster.restart()
            let ran = try shell.run("seq \(next - 999) \(next) | fluvio-cat produce -q t")
            #expect(ran.status == 0, "\(ran)")
        }
        try reader.waitForOutput(containing: "\n5000\n")
        copy.send(SIGTERM)
        #expect(try copy.wait() == .signalled(SIGTERM))
        let ran = try shell.run(
            "fluvio-cat -P other consume -e --keep-duplicates --raw t | cmp - <(seq 5000) && echo all")
        #expect(ran.lines == ["all"], "\(ran) \(copy.errorText)")
    }

    @Test func `a target that was made anew is told, and what is new goes on`() throws {
        let ran = try shell.run(
            """
            fluvio-admin -q topic create -p 2 $1; fluvio-admin -q topic create -p 2 $1-copy
            seq 9 | fluvio-cat produce -q -p 1 $1
            for i in 1 2; do fluvio-cat copy -e --state s $1 $1-copy || exit; done
            fluvio-admin -q topic delete -y $1-copy; fluvio-admin -q topic create -p 2 $1-copy
            echo new | fluvio-cat produce -q -p 1 $1
            fluvio-cat copy -q -e --state s $1 $1-copy; echo $?
            fluvio-cat copy -q -e --state s $1 $1-copy; echo $?
            fluvio-cat consume -e --raw $1-copy
            """, topic)
        #expect(ran.status == 0 && ran.lines == ["1", "0", "new"], "\(ran)")
        let told =
            "topic \(topic)-copy was made anew, or has lost records, as partition 1 ends at offset 0 and held offset 8: "
        #expect(
            ran.errors.hasPrefix("fluvio-cat: \(told)") && ran.errors.split(separator: "\n").count == 1, "\(ran.errors)"
        )
    }

    @Test func `two copies with one file: the second exits with 5`() throws {
        _ = try shell.run("fluvio-admin -q topic create $1 $1-copy", topic)
        let first = try shell.start("exec fluvio-cat copy --state s $1 $1-copy", topic)
        defer { first.kill() }
        try Wait.until("the first has the file") { FileManager.default.fileExists(atPath: shell.directory.path("s")) }
        let second = try shell.run("fluvio-cat copy -e --state s $1 $1-copy", topic)
        #expect(second.status == 5 && second.errors == "fluvio-cat: s is in use by another process\n")
    }

    @Test(arguments: [
        ("$1 $1", 2), ("$1 $1-missing", 1), ("$1-missing $1", 1), ("nobody/$1 $1", 2), ("/x $1", 2), ("$1", 2),
        ("-p 7 --create $1 $1-copy", 1),
    ])
    func `what cannot be is refused`(arguments: String, status: Int32) throws {
        let ran = try shell.run("seq 3 | fluvio-cat produce -q --create $1; fluvio-cat copy -e \(arguments)", topic)
        #expect(ran.status == status, "\(ran)")
    }

    @Test func `a target with fewer partitions, or a state of another copy, is refused`() throws {
        let ran = try shell.run(
            """
            fluvio-admin -q topic create -p 3 $1; fluvio-admin -q topic create $1-copy $1-other
            fluvio-cat copy -e $1 $1-copy; echo $?
            fluvio-cat copy -e --rehash --state s $1 $1-copy; echo $?
            fluvio-cat copy -e --rehash --state s $1 $1-other; echo $?
            fluvio-cat copy -e --state s -p 0 $1 $1-copy; echo $?
            """, topic)
        #expect(ran.lines == ["1", "0", "2", "2"], "\(ran.errors)")
        #expect(ran.errors.contains("--rehash spreads the records anew"))
        #expect(ran.errors.contains("s is the state of another copy, from \(topic) to \(topic)-copy"))
    }
}
