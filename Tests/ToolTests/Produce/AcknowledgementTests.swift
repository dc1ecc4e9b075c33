import Foundation
import TestSupport
import Testing

@Suite("produce: acknowledgements", .onOwnThreads, .timeLimit(.minutes(60)))
struct AcknowledgementTests {
    let shell: Shell
    let topic: String

    init() throws {
        let cluster = try TestCluster.shared.get()
        shell = try Shell(cluster)
        topic = cluster.topic()
    }

    @Test(arguments: ["", "-z zstd", "--linger 0", "--linger 20ms", "--batch-size 1K", "--isolation read_uncommitted"])
    func `--acks lines add up to the log`(options: String) throws {
        let ran = try shell.run(
            """
            fluvio-admin -q topic create -p 3 $1
            seq 20000 | fluvio-cat produce --acks \(options) $1 2>acks || exit
            # Each line covers records that follow each other, and none is covered twice.
            jq -s -c 'group_by(.partition) | map(
                sort_by(.offset) | [.[0].partition, (map(.n) | add),
                (reduce .[] as $ack (0; if $ack.offset == . then . + $ack.n else -1000000 end))])' acks
            jq -s -c '[(map(.n) | add), (map(.line) | max), (map(.topic) | unique)]' acks
            # The line of each is that of its last record.
            jq -c '[.partition, .offset + .n - 1, "\\(.line)"]' acks | sort >1
            fluvio-cat consume -e $1 | jq -c '[.partition, .offset, .value]' | sort >2
            comm -23 1 2 | wc -l
            """, topic)
        #expect(ran.status == 0)
        #expect(ran.errors == "")
        #expect(ran.lines.count == 3)
        let partitions = try JSONDecoder().decode([[Int]].self, from: Data((ran.lines.first ?? "").utf8))
        #expect(partitions.map { $0[0] } == [0, 1, 2])
        #expect(partitions.allSatisfy { $0[1] == $0[2] }, "\(partitions)")
        #expect(ran.lines.dropFirst() == ["[20000,20000,[\"\(topic)\"]]", "0"])
    }

    @Test func `the line is that of the file`() throws {
        try shell.directory.write("f", "a\nb\n")
        let ran = try shell.run("fluvio-cat produce -q --create --acks $1 f 2>&1 | jq -c '[.offset, .n, .line]'", topic)
        #expect(ran.lines == ["[0,2,2]"])
    }

    @Test func `who reads the acknowledgements slowly, or not at all, stops nothing`() throws {
        let ran = try shell.run(
            """
            fluvio-admin -q topic create $1
            seq 20000 | fluvio-cat produce --acks --linger 0 --batch-size 256 $1 2>/dev/full; echo $?
            seq 20000 | fluvio-cat produce --acks --linger 0 --batch-size 256 $1 2>&-; echo $?
            fluvio-cat consume -e $1 | wc -l
            """, topic)
        #expect(ran.lines == ["0", "0", "40000"])
    }
}
