import TestSupport
import Testing

/// The table of exit statuses, by running its cases; and command lines that are wrong.
@Suite("exit statuses of fluvio-cat produce and fluvio-tee", .onOwnThreads, .timeLimit(.minutes(60)))
struct ExitCodeTests {
    struct Case: CustomTestStringConvertible {
        let status: CInt
        let name: String
        let script: String
        var testDescription: String { "\(status): \(name)" }

        init(_ status: CInt, _ name: String, _ script: String) {
            self.status = status
            self.name = name
            self.script = script
        }
    }

    static let cases = [
        Case(0, "all acknowledged", "seq 3 | fluvio-cat produce $1"),
        Case(0, "no record at all", "fluvio-cat produce $1 </dev/null"),
        Case(0, "a record left out as asked", "printf 'a\\nk:v\\n' | fluvio-cat produce -K : --key-missing skip $1"),
        Case(0, "a refused record that is ignored", "echo a | fluvio-cat produce -K : --on-error ignore $1"),
        Case(0, "tee: all acknowledged", "seq 3 | fluvio-tee $1"),
        Case(0, "tee: a reader that is gone", "seq 300000 | fluvio-tee $1 | head -1; exit ${PIPESTATUS[1]}"),
        Case(1, "an unknown topic", "echo a | fluvio-cat produce no-such-topic"),
        Case(1, "an unknown partition", "echo a | fluvio-cat produce -p 7 $1"),
        Case(1, "one of two files missing", "echo a >f; fluvio-cat produce $1 f g"),
        Case(
            1, "a codec that the topic does not take",
            "fluvio-admin -q topic create --compression-type gzip $1-z; echo a | fluvio-cat produce -z zstd $1-z"),
        Case(1, "standard input that cannot be read", "fluvio-cat produce $1 <&-"),
        Case(1, "tee: an unknown topic", "echo a | fluvio-tee no-such-topic"),
        Case(1, "tee: standard output full", "echo a | fluvio-tee $1 >/dev/full"),
        Case(1, "tee: a file that cannot be made", "echo a | fluvio-tee --file no/f $1"),
        Case(2, "an unknown option", "fluvio-cat produce --nothing $1"),
        Case(2, "an unknown profile", "echo a | fluvio-cat produce -P nobody $1"),
        Case(2, "tee: a policy that needs a spool", "echo a | fluvio-tee --when-full spool $1"),
        Case(3, "a cluster that cannot be reached", "echo a | fluvio-cat produce --retry-for 0 -c localhost:1 $1"),
        Case(3, "tee: a cluster that cannot be reached", "echo a | fluvio-tee --retry-for 0 -c localhost:1 $1"),
        Case(4, "a line without its key", "echo a | fluvio-cat produce -K : $1"),
        Case(4, "no envelope", "echo a | fluvio-cat produce -J $1"),
        Case(4, "a null value", "echo '{\"value\":null}' | fluvio-cat produce -J $1"),
        Case(4, "a record that is too large", "echo abcdef | fluvio-cat produce --max-record 3 $1"),
        Case(4, "a refused record that is skipped", "printf 'a\\nk:v\\n' | fluvio-cat produce -K : --on-error skip $1"),
        Case(
            4, "an input that ends within a record",
            "printf '\\0\\0\\0\\5ab' | fluvio-cat produce --input length-prefixed $1"),
        Case(4, "headers", "echo '{\"payload\":\"a\",\"headers\":[\"a\",\"b\"]}' | fluvio-cat produce --input kcat $1"),
        Case(4, "tee: a record that is too large", "echo abcdef | fluvio-tee --max-record 3 $1"),
        Case(
            5, "tee: a spool that another has",
            "{ echo a; sleep 60; } | fluvio-tee --spool s $1 >out & until [ -s out ]; do read -t 0.02 <> <(:); done; echo b | fluvio-tee --spool s $1; s=$?; pkill -P $$; exit $s"
        ),
        Case(
            130, "interrupted", "timeout -s INT 1 fluvio-cat produce $1 < <(exec sleep 60); pkill -P $$ sleep; exit 130"
        ),
        Case(141, "tee without topics: a reader that is gone", "yes | fluvio-tee | head -1; exit ${PIPESTATUS[1]}"),
    ]

    @Test(arguments: cases) func `are those of the table`(item: Case) throws {
        let cluster = try TestCluster.shared.get()
        let topic = cluster.topic()
        let shell = try Shell(cluster)
        _ = try shell.run("fluvio-admin -q topic create $1", topic)
        let ran = try shell.run(item.script, topic)
        #expect(ran.status == item.status, "\(ran.errors)")
        if item.status != 0, item.status < 128 { #expect(ran.errors != "") }
    }

    @Test(arguments: [
        "fluvio-cat produce", "fluvio-cat produce -t", "fluvio-cat produce -t a -t a",
        "fluvio-cat produce --input xml t",
        "fluvio-cat produce -J -K : t", "fluvio-cat produce -k a -K : t", "fluvio-cat produce -k a --key-json .a t",
        "fluvio-cat produce --raw -K : t", "fluvio-cat produce --raw --input rpk t",
        "fluvio-cat produce --key-from name t",
        "fluvio-cat produce --raw -k a --key-from name t", "fluvio-cat produce --key-json 'a..b' t",
        "fluvio-cat produce -J --topic-json .t t", "fluvio-cat produce --topic-json .t -t u",
        "fluvio-cat produce -p 1 --partition-json .p t", "fluvio-cat produce -p -1 t", "fluvio-cat produce -d '' t",
        "fluvio-cat produce -K '' t", "fluvio-cat produce -d '\\q' t", "fluvio-cat produce --rate fast t",
        "fluvio-cat produce --rate 0/s t", "fluvio-cat produce --oversize split --key-json .a t",
        "fluvio-cat produce --input lines --keep partition t", "fluvio-cat produce --keep offset t",
        "fluvio-cat produce --batch-size 1 t", "fluvio-cat produce --linger soon t",
        "fluvio-cat produce --partitioner best t",
        "fluvio-cat produce --acks-fd x t", "fluvio-cat produce --create=0 t", "fluvio-cat produce --headers keep t",
        "fluvio-cat produce --smartmodule a --smartmodule-path b t", "fluvio-cat produce --params a=b t",
        "fluvio-tee t t", "fluvio-tee t:x", "fluvio-tee --output-error=never", "fluvio-tee --input auto t",
        "fluvio-tee --spool s", "fluvio-tee --after-ack", "fluvio-tee --after-ack --spool s t",
        "fluvio-tee --after-ack --when-full drop t", "fluvio-tee --after-ack --on-broker-down continue t",
        "fluvio-tee --on-broker-down spool t", "fluvio-tee --drain s t", "fluvio-tee --when-full never t",
        "fluvio-tee --queue 1 t", "fluvio-tee --raw-chunks -J t", "fluvio-tee --summary=xml t",
    ])
    func `of a wrong command line is 2, with one line, and the hint`(command: String) throws {
        let ran = try Shell(try TestCluster.shared.get()).run("\(command) </dev/null")
        #expect(ran.status == 2 && ran.text == "", "\(ran.errors)")
        let lines = ran.errors.split(separator: "\n")
        #expect(lines.count <= 2 && lines.first?.hasPrefix("fluvio-") == true, "\(ran.errors)")
    }
}
