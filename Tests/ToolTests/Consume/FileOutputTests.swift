import Foundation
import Glibc
import TestSupport
import Testing

/// Records into files: `--out`.
@Suite("consume: files", .onOwnThreads, .timeLimit(.minutes(60)))
struct FileOutputTests {
    let shell: Shell
    let topic: String

    init() throws {
        let cluster = try TestCluster.shared.get()
        shell = try Shell(cluster)
        topic = cluster.topic()
    }

    @Test(arguments: ["-g $1", "--state s"])
    func `every partition has its file, and later runs append to it`(option: String) throws {
        let ran = try shell.run(
            """
            fluvio-admin -q topic create -p 2 $1; seq 100 | fluvio-cat produce -q $1
            fluvio-cat consume -e \(option) --out 'out/{topic}/{partition}.jsonl' $1; echo $?
            ls out/$1 | xargs
            seq 101 200 | fluvio-cat produce -q $1
            for i in 1 2; do fluvio-cat consume -e \(option) --out 'out/{topic}/{partition}.jsonl' $1; done
            jq -r .value out/$1/* | sort -n | cmp - <(seq 200)
            fluvio-cat consume -e $1 | sort | cmp - <(sort out/$1/*)
            """, topic)
        #expect(ran.lines == ["0", "0.jsonl 1.jsonl"] && ran.errors == "")
    }

    @Test func `files are raw, or in a format, as standard output is, to which nothing goes`() throws {
        let ran = try shell.run(
            """
            seq 3 | fluvio-cat produce -q --create $1
            fluvio-cat consume -e --raw --out 'raw-{partition}' $1 && cat raw-0 | xargs
            fluvio-cat consume -e -f '%o=%s ' --out 'f-{partition}' $1 && cat f-0
            """, topic)
        #expect(ran.text == "1 2 3\n0=1 1=2 2=3 ")
    }

    @Test func `without a position, files that are there already are left alone`() throws {
        let ran = try shell.run(
            """
            seq 3 | fluvio-cat produce -q --create $1; echo mine >f-0
            fluvio-cat consume -e --raw --out 'f-{partition}' $1; echo $?; cat f-0
            """, topic)
        #expect(ran.lines == ["1", "mine"])
        #expect(ran.errors == "fluvio-cat: f-0 is there already, and is not the file of these records\n")
    }

    @Test(arguments: [("gz", "zcat"), ("zst", "zstd -dcq")])
    func `a name's ending compresses, over several runs`(ending: String, reader: String) throws {
        guard try shell.run("command -v \(reader.split(separator: " ")[0])").status == 0 else { return }
        let ran = try shell.run(
            """
            for range in '1 1000' '1001 50000'; do
                seq $range | fluvio-cat produce -q --create $1
                fluvio-cat consume -e -g $1 --raw --out '{topic}-{partition}.txt.\(ending)' $1
            done
            \(reader) $1-0.txt.\(ending) | cmp - <(seq 50000) && [ $(stat -c %s $1-0.txt.\(ending)) -lt 150000 ] && echo yes
            """, topic)
        #expect(ran.lines == ["yes"], "\(ran.errors)")
    }

    @Test func `files are rotated by size, and named by their first record`() throws {
        let ran = try shell.run(
            """
            seq 10000 19999 | fluvio-cat produce -q --create $1
            fluvio-cat consume -e --raw --state s --rotate-size 6000 --out 'o/{topic}-{partition}.txt' $1
            ls o | head -n 2; stat -c %s o/* | sort -n | uniq -c | xargs; cat o/* | cmp - <(seq 10000 19999)
            fluvio-cat consume -e --raw --rotate-size 30K --out 'p/{offset}' $1; ls p | xargs
            """, topic)
        #expect(
            ran.lines == [
                "\(topic)-0-00000000000000000000.txt", "\(topic)-0-00000000000000001000.txt", "10 6000",
                "00000000000000000000 00000000000000005120",
            ])
    }

    @Test func `files are rotated by time, when a record comes after it`() throws {
        let ran = try shell.run(
            """
            echo 1 | fluvio-cat produce -q --create $1
            fluvio-cat consume --raw --state s --rotate-every 50ms --out 'o/{partition}' -n 2 $1 &
            until [ -s o/* ]; do sleep 0.02; done 2>/dev/null; sleep 0.1; echo 2 | fluvio-cat produce $1
            wait; for f in o/*; do echo $f $(cat $f); done
            """, topic)
        #expect(ran.lines == ["o/0-00000000000000000000 1", "o/0-00000000000000000001 2"])
    }

    @Test func `a file that something has cut is an error, one that was moved away is not missed`() throws {
        let ran = try shell.run(
            """
            seq 3 | fluvio-cat produce -q --create $1
            consume() { fluvio-cat consume -e --raw --state s --out 'f-{partition}' $1; }
            consume $1; mv f-0 moved; seq 4 5 | fluvio-cat produce -q $1; consume $1; cat f-0 | xargs
            truncate -s 1 f-0; consume $1; echo $?
            """, topic)
        #expect(ran.lines == ["4 5", "1"])
        #expect(ran.errors.contains("f-0 is not there any more"))
        #expect(ran.errors.contains("f-0 has 1 byte, and had 4"))
    }

    @Test func `one file for several partitions or topics is refused`() throws {
        let ran = try shell.run(
            """
            fluvio-admin -q topic create -p 2 $1; seq 10 | fluvio-cat produce -q $1
            fluvio-cat consume -e --raw --out f $1 $1-b; echo $?
            fluvio-cat consume -e --raw --out f $1; echo $?
            """, topic)
        #expect(ran.lines == ["2", "1"])
    }

    @Test(arguments: ["x", "{", "o/", "{when}"].dropFirst())
    func `what is no pattern is refused`(pattern: String) throws {
        #expect(try shell.run("fluvio-cat consume -e --out \"$2\" $1", topic, pattern).status == 2)
    }

    @Test func `a full disk is status 1, and the next run goes on without loss`() throws {
        let ran = try shell.run(
            """
            seq 100000 | fluvio-cat produce -q --create $1
            (ulimit -f 100; trap '' XFSZ; fluvio-cat consume -e --raw --state s --out 'f-{partition}' $1; echo $?)
            fluvio-cat consume -e --raw --state s --out 'f-{partition}' $1; cmp f-0 <(seq 100000) && echo all
            """, topic)
        #expect(ran.lines == ["1", "all"])
        #expect(ran.errors == "fluvio-cat: cannot write f-0: File too large\n")
    }

    @Test(arguments: ["", ".gz"])
    func `SIGHUP has files made anew that were moved away, as logrotate does it`(ending: String) throws {
        _ = try shell.run("fluvio-admin -q topic create -p 2 $1; seq 1000 | fluvio-cat produce $1", topic)
        let command = "fluvio-cat consume --state s --commit-every 10ms --raw --out 'o/{partition}\(ending)' $1"
        let child = try shell.start("exec \(command)", topic)
        defer { child.kill() }
        let read = ending == "" ? "cat" : "zcat"
        func written() throws -> Int { Int(try shell.run("\(read) o/* 2>/dev/null | wc -l").lines[0]) ?? 0 }
        try Wait.until("all is written") { try written() == 1000 }
        // Nothing was moved: nothing happens.
        child.send(SIGHUP)
        for round in 1...3 {
            _ = try shell.run("for p in 0 1; do mv o/$p\(ending) o/$p.\(round)\(ending); done")
            // One that logrotate has made already is taken.
            if round == 2 { _ = try shell.run("touch o/0\(ending)") }
            child.send(SIGHUP)
            try Wait.until("there are new ones") { try shell.run("[ -e o/0\(ending) -a -e o/1\(ending) ]").status == 0 }
            _ = try shell.run("seq 1000 | fluvio-cat produce $1", topic)
            try Wait.until("all is written") { try written() == 1000 * (round + 1) }
        }
        // What comes after a kill goes on in the newest.
        child.send(SIGKILL)
        #expect(try child.wait() == .signalled(SIGKILL))
        let ran = try shell.run(
            """
            seq 1000 | fluvio-cat produce $1; fluvio-cat -e \(command.dropFirst("fluvio-cat ".count)) || exit
            for p in 0 1; do
                \(read) o/$p.1\(ending) o/$p.2\(ending) o/$p.3\(ending) o/$p\(ending) |
                    cmp - <(fluvio-cat consume -e --raw -p $p $1) || exit
            done
            echo whole
            """, topic)
        #expect(ran.lines == ["whole"], "\(ran) \(child.errorText)")
    }
}
