import Glibc
import TestSupport
import Testing

/// Ranges of `--from`, times, and other ways to end.
@Suite("consume: ranges and times", .onOwnThreads, .timeLimit(.minutes(60)))
struct RangeTests {
    let shell: Shell
    let topic: String

    init() throws {
        let cluster = try TestCluster.shared.get()
        shell = try Shell(cluster)
        topic = cluster.topic()
    }

    /// Ten records, 0 to 9, in batches of one to four, a minute apart from 2026-01-31T12:00:00Z on.
    private func ten() throws {
        let ran = try shell.run(
            """
            for range in '0 0' '1 4' '5 5' '6 9'; do
                for i in $(seq $range); do
                    echo '{"value":"'$i'","timestamp":'$((1769860800000 + i * 60000))'}'
                done | fluvio-cat produce -q --create -J $1 || exit
            done
            """, topic)
        #expect(ran.status == 0, "\(ran.errors)")
    }

    @Test(
        arguments: [
            ("-o 3:7", Array(3...6)), ("-o 3-7", Array(3...6)), ("-o 3:", Array(3...9)), ("-o :3", [0, 1, 2]),
            ("-o :end", Array(0...9)), ("-o -3:end", [7, 8, 9]), ("-o +8:end", [8, 9]), ("-o 5:5", []), ("-o 7:3", []),
            ("-o 0=8", [8, 9]), ("-o 0=2:4", [2, 3]), ("-o 8,1=4", [8, 9]),
            ("-o @1769860800", Array(0...9)), ("-o @1769860860000ms", Array(1...9)),
            ("-o @2026-01-31T12:05:00Z", Array(5...9)), ("-o @2026-01-31T12:05:00.001Z", Array(6...9)),
            ("-o @2026-01-31T12:05:00Z:2026-01-31T12:07:00Z", [5, 6]), ("-o @2026-01-31T12:05:00Z:2m", [5, 6]),
            ("-o @2026-01-31T12:08:00Z:end", [8, 9]), ("-o @:2026-01-31T12:02:00Z", [0, 1]),
            ("-o @2026-01-31", Array(0...9)), ("-o @0", Array(0...9)), ("-o @0:2026-01-31T12:02:00Z", [0, 1]),
            ("-o @2026-02-01", []), ("-o @15m", []), ("-o @-1h", []),
            ("--since '2026-01-31 14:07:00+02:00'", [7, 8, 9]), ("--since 1769861340", [9]),
            ("--until 2026-01-31T12:01:30Z", [0, 1]), ("--until 2026-01-30", []), ("--until 1h", Array(0...9)),
            ("--since 2026-01-31T12:03:00Z --until 2026-01-31T12:04:30Z", [3, 4]),
            ("--since 2026-01-31T12:03:00Z -n 1", [3]),
        ] as [(String, [Int])])
    func `every form of a range reads what it says, and no more`(options: String, values: [Int]) throws {
        try ten()
        let ran = try shell.run("fluvio-cat consume -e --raw \(options) $1", topic)
        #expect(ran.status == 0 && ran.errors == "")
        #expect(ran.lines == values.map(String.init))
    }

    @Test(arguments: ["-o 3:7", "-o :end", "--until 2026-01-31T12:03:00Z", "-o @:2026-01-31T12:03:00Z"])
    func `a range with an end ends there, without -e`(options: String) throws {
        try ten()
        let ran = try shell.run("timeout 60 fluvio-cat consume --raw \(options) $1 | wc -l", topic)
        #expect(ran.status == 0 && Int(ran.lines.first ?? "") ?? 0 >= 3)
    }

    @Test(arguments: [
        "-o 3:x", "-o :", "-o @", "-o @someday", "-o @5", "-o @12:30", "-o 0=1,0=2", "-o x=1", "--since 5",
        "--since 1h -o 3",
        "--until 1h -o 1:2", "--last 2 --since 1h", "-o 9223372036854775808", "-o 3:+4",
    ])
    func `what is no range is refused`(options: String) throws {
        let ran = try shell.run("fluvio-cat consume -e \(options) $1", topic)
        #expect(ran.status == 2, "\(ran)")
    }

    @Test func `offsets beyond 32 bits are taken`() throws {
        try ten()
        let ran = try shell.run("fluvio-cat consume -e -o 4294967296 $1", topic)
        #expect(ran.status == 1 && ran.errors.contains("offset 4294967296 is behind the end of the partition"))
    }

    @Test func `partitions have ranges of their own, and times in each`() throws {
        let ran = try shell.run(
            """
            fluvio-admin -q topic create -p 2 $1
            for i in $(seq 0 9); do for p in 0 1; do
                echo '{"value":"'$p.$i'","timestamp":'$((1769860800000 + (i + p) * 60000))'}' >>$p
            done; done
            fluvio-cat produce -q -J -p 0 $1 <0 && fluvio-cat produce -q -J -p 1 $1 <1
            fluvio-cat consume -e --raw -o 0=8,1=9 $1 | sort | xargs
            fluvio-cat consume -e --raw -o 1=:2,0=end $1 | sort | xargs
            fluvio-cat consume -e --raw --since 2026-01-31T12:09:00Z $1 | sort | xargs
            fluvio-cat consume -e --raw --until 2026-01-31T12:02:00Z $1 | sort | xargs
            """, topic)
        #expect(ran.lines == ["0.8 0.9 1.9", "1.0 1.1", "0.9 1.8 1.9", "0.0 0.1 1.0"])
    }

    @Test(arguments: [("0", "0"), ("0,2-3", "0 2 3"), ("1-2 -p 2,0", "0 1 2"), ("3-3", "3")])
    func `-p takes lists`(list: String, partitions: String) throws {
        let ran = try shell.run(
            """
            fluvio-admin -q topic create -p 4 $1; for p in 0 1 2 3; do echo $p | fluvio-cat produce -p $p $1; done
            fluvio-cat consume -e --raw -p \(list) $1 | sort | xargs
            """, topic)
        #expect(ran.lines == [partitions])
    }

    @Test(arguments: ["", "-", "1-", "2-1", "0-4294967295", "0,,1", "+1", "0x1"])
    func `what is no list of partitions is refused`(list: String) throws {
        #expect(try shell.run("fluvio-cat consume -e -p \"$2\" $1", topic, list).status == 2)
    }

    @Test func `a time is found with a few requests, whatever the codec, in batches of many records`() throws {
        let ran = try shell.run(
            """
            seq 0 99999 | awk '{ printf "{\\"value\\":\\"%d\\",\\"timestamp\\":%.0f}\\n", $1, 1769860800000 + $1 }' >in
            for codec in none gzip snappy lz4 zstd; do
                fluvio-cat produce -q --create -z $codec -J $1-$codec <in
                fluvio-cat consume -e --raw -n 1 --since 1769860877777ms $1-$codec
                fluvio-cat consume --raw -o @1769860877777:1769860877780 $1-$codec | tail -n 1
            done | sort | uniq -c | awk '{print $1, $2}'
            """, topic)
        #expect(ran.lines == ["5 77777", "5 77779"], "\(ran.errors)")
    }

    @Test func `records without timestamps are older than any time`() throws {
        let ran = try shell.run(
            """
            printf '%s\\n' '{"value":"a","timestamp":null}' '{"value":"b","timestamp":1000}' \
                | fluvio-cat produce -q --create -J $1
            fluvio-cat consume -e --raw --since @0 $1; fluvio-cat consume -e --raw --until @1 $1
            """, topic)
        #expect(ran.lines == ["b", "a"])
    }

    @Test func `--for and --idle end the reading with status 0, after all that came`() throws {
        try ten()
        let ran = try shell.run(
            """
            fluvio-cat consume --raw --for 3s $1 | wc -l; fluvio-cat consume --raw --idle 3s $1 | wc -l
            fluvio-cat consume --raw --until +3s $1 | wc -l; echo ${PIPESTATUS[0]}
            fluvio-cat consume --for 100ms --fail-empty --new $1; echo $?
            fluvio-cat consume --for 100ms --new $1; echo $?
            """, topic)
        #expect(ran.lines == ["10", "10", "10", "0", "1", "0"])
        #expect(ran.errors == "")
    }

    @Test func `--idle waits as long as something comes`() throws {
        let ran = try shell.run(
            """
            fluvio-admin -q topic create $1
            for i in 1 2 3 4; do echo $i | fluvio-cat produce $1; sleep 0.2; done &
            fluvio-cat consume --raw --idle 5s $1
            """, topic)
        #expect(ran.lines == ["1", "2", "3", "4"])
    }
}
