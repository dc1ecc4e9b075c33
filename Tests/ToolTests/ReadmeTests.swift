import Foundation
import TestSupport
import Testing

/// The pipelines that README shows do what it says of them.
@Suite("Examples of README", .onOwnThreads, .timeLimit(.minutes(60)))
struct ReadmeTests {
    /// A pipeline, and the comment above it.
    struct Pipeline: CustomTestStringConvertible {
        let comment: String
        let command: String
        var testDescription: String { command }
    }

    static let pipelines: [Pipeline] = {
        let directory = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        let file = directory.appending(path: "../../README.md")
        let text = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
        let section = text.split(separator: "\n## ").first { $0.contains(" pipelines\n") } ?? ""
        let parts = section.split(separator: "```")
        guard parts.count > 1 else { return [] }
        return parts[1].dropFirst("sh\n".count).split(separator: "\n\n").map { block in
            let lines = block.split(separator: "\n")
            return Pipeline(
                comment: lines.filter { $0.hasPrefix("# ") }.map { String($0.dropFirst(2)) }.joined(separator: " "),
                command: lines.filter { !$0.hasPrefix("#") }.joined(separator: "\n"))
        }
    }()

    /// What the pipelines find: files, topics with a few records, a second cluster. What follows for ever ends once
    /// nothing comes any more.
    private static let before = #"""
        printf '[cluster.backup]\nendpoint = "%s"\n[profile.backup]\ncluster = "backup"\n' $1 >>$FLV_PROFILE_PATH
        printf 'u1,Ann\nu2,Bob\nu1,Anna\n' >users.csv
        for i in 1 2 3; do echo "line $i INFO"; echo "line $i ERROR"; done >app.log
        fluvio-admin -q topic create -p 2 logs
        fluvio-admin -q topic create users app-one app-two
        fluvio-cat produce logs <app.log; fluvio-cat produce -K , users <users.csv
        for t in app-one app-two; do seq 100 | fluvio-cat produce $t; done
        fluvio-cat() {
            case $1 in
            consume) shift; command fluvio-cat consume --idle 5s "$@" ;;
            copy) shift; command fluvio-cat copy -e "$@" ;;
            *) command fluvio-cat "$@" ;;
            esac
        }
        set -o pipefail

        """#

    /// What shows that each did it, in their order: a script, and what it writes.
    private static let proofs = [
        ("cat output", "line 1 ERROR|line 2 ERROR|line 3 ERROR"),
        ("fluvio-cat consume -e users | jq -r .key | sort | uniq -c | xargs", "4 u1 2 u2"),
        (
            "fluvio-cat produce logs <app.log; run; fluvio-cat -P backup consume -e --raw logs | sort | uniq -c | awk '{print $1}' | xargs",
            "2 2 2 2 2 2"
        ),
        (
            "seq 7 | fluvio-cat produce app-one; run; zcat logs/app-one-0-*.gz | wc -l; zcat logs/app-two-0-*.gz | wc -l",
            "107|100"
        ),
        ("sed 's/^ *//' output", "2 u1|1 u2"),
        ("fluvio-cat consume -e logs | wc -l; jq -s 'map(.n) | add' acks.jsonl", "12|6"),
    ]

    @Test func `there is a proof for each`() { #expect(Self.pipelines.count == Self.proofs.count) }

    @Test(arguments: pipelines.indices)
    func `a pipeline of README`(index: Int) throws {
        let pipeline = Self.pipelines[index]
        let (script, wanted) = Self.proofs[index]
        let (cluster, backup) = (try TestCluster(), try TestCluster())
        defer { withExtendedLifetime((cluster, backup)) {} }
        let shell = try Shell(cluster)
        let ran = try shell.run(
            Self.before + "run() {\n\(pipeline.command)\n}\nrun >output || exit\n\(script)", backup.address)
        #expect(ran.status == 0, "\(ran)")
        let lines = pipeline.command.contains("ERROR") ? ran.lines.sorted() : ran.lines
        #expect(lines.joined(separator: "|") == wanted, "\(pipeline.comment): \(ran)")
    }
}
