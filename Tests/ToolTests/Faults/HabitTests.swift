import TestSupport
import Testing

/// Command lines as people type them who know kcat, Fluvio's own command line or tee.
@Suite("habits from other tools", .onOwnThreads, .timeLimit(.minutes(60)))
struct HabitTests {
    /// What is typed (`t` is a topic with the records a and b), what comes out, and what is said.
    struct Case: CustomTestStringConvertible {
        let line: String
        let status: CInt
        let output: String
        let error: String
        var testDescription: String { line }

        init(_ line: String, _ status: CInt, _ output: String = "", error: String = "") {
            (self.line, self.status, self.output, self.error) = (line, status, output, error)
        }
    }

    static let cases = [
        Case("fluvio-cat consume -t $t -e -f '%s\\n'", 0, "a\nb\n"),
        Case("fluvio-cat consume -e -t $t -o -1 -f '%o %s\\n'", 0, "1 b\n"),
        Case("fluvio-cat consume -e -o beginning -n 1 --raw $t", 0, "a\n"),
        Case("fluvio-cat -e consume --raw $t", 0, "a\nb\n"),
        Case("fluvio-cat consume -e --raw $t --since yesterday", 0, "a\nb\n"),
        Case("fluvio-cat consume -e --raw $t --since '1 hour ago' --until tomorrow -n 2", 0, "a\nb\n"),
        Case("fluvio-cat consume $t -B -n 1 --raw", 0, "a\n"), Case("fluvio-cat consume $t -T 1 -e --raw", 0, "b\n"),
        Case("fluvio-cat consume -e --raw $t | head -1", 0, "a\n"),
        Case("echo c >f; fluvio-cat produce -t $t -l f; fluvio-cat consume -e --raw -T 1 $t", 0, "c\n"),
        Case("echo c >f; fluvio-cat produce $t -f f f; fluvio-cat consume -e --raw $t | xargs", 0, "a b c c\n"),
        Case("echo k:v | fluvio-cat produce $t -K:; fluvio-cat consume -e -K: -T 1 $t", 0, "k:v\n"),
        Case("fluvio-cat -V | cut -d' ' -f1", 0, "fluvio-cat\n"),
        Case("fluvio-cat help consume | sed -n 3p | cut -c-19", 0, "Usage: fluvio-cat c\n"),
        Case("fluvio-cat help | sed -n 3p | cut -c-17", 0, "Usage: fluvio-cat\n"),
        Case("fluvio-cat help nothing", 2, error: "unknown command 'nothing'"),
        Case("fluvio-cat -C -t $t", 2, error: "unknown option '-C'; 'fluvio-cat consume TOPIC' reads"),
        Case("fluvio-cat consume -b localhost $t", 2, error: "unknown option '-b'; -c HOST:PORT names the cluster"),
        Case("fluvio-cat consume -G mine $t", 2, error: "Fluvio has no groups of consumers; -g ID"),
        Case(
            "fluvio-cat consume -c 5 $t", 2,
            error: "'5' has no port: HOST:PORT is wanted; -c names a cluster; a number is -n N or --count N"),
        Case("fluvio-cat consume -O json $t", 2, error: "records are JSON lines"),
        Case("fluvio-cat consume -F '{{key}}' $t", 2, error: "-f FORMAT"),
        Case("fluvio-cat consume -s value=i $t", 2, error: "--value-unpack"),
        Case("fluvio-cat consume $t -d -B", 2, error: "what -d is to 'fluvio consume' is -e here"),
        Case("fluvio-cat consume -e -0 -f x $t", 2, error: "--delimiter goes with --raw"),
        Case("fluvio-cat consume $t -B --disable-continuous", 2, error: "-e exits at the end"),
        Case("fluvio-cat consume $t --start 5", 2, error: "-o N begins"),
        Case("fluvio-cat consume $t --output json", 2, error: "records are JSON lines"),
        Case("fluvio-cat consume 'lo*' $t", 2, error: "'lo*' is no topic's name; a regular expression begins with ^"),
        Case("fluvio-cat produce --delivery-semantic at-least-once $t", 2, error: "until it is acknowledged"),
        Case("fluvio-cat consume -A $t", 2, error: "all partitions are read"),
        Case("fluvio-cat -L", 2, error: "fluvio-admin topic list"), Case("fluvio-cat -Q -t $t", 2, error: "offset get"),
        Case("fluvio-cat produce -X linger.ms=5 $t", 2, error: "--help"),
        Case("fluvio-cat produce -H a=b $t", 2, error: "no headers"),
        Case("fluvio-cat produce -Z $t", 2, error: "no null values"),
        Case("fluvio-cat produce -T $t", 2, error: "fluvio-tee"),
        Case("fluvio-cat consume -e", 2, error: "TOPIC is missing"),
        Case("echo c | fluvio-tee out.txt", 2, error: "'out.txt' is no topic's name; files are named with --file"),
        Case("echo c | fluvio-tee /tmp/out", 2, error: "files are named with --file"),
        Case("echo c | fluvio-tee -t $t", 2, error: "topics are operands"),
        Case("echo c | fluvio-tee -a $t", 0, "c\n"),
    ]

    @Test(arguments: cases) func `do what they did, or are told what is here in their place`(item: Case) throws {
        let cluster = try TestCluster.shared.get()
        let ran = try Shell(cluster).run(
            "t=$1; printf 'a\\nb\\n' | fluvio-cat produce -q --create $t || exit 99\n\(item.line)", cluster.topic())
        #expect(ran.status == item.status && ran.text == item.output, "\(ran)")
        #expect(item.error.isEmpty ? ran.errors == "" : ran.errors.contains(item.error), "\(ran.errors)")
        // One line, and where help is to be found.
        #expect(ran.errors.split(separator: "\n").count == (item.status == 0 ? 0 : 2), "\(ran.errors)")
    }
}
