import Foundation
import TestSupport
import Testing

@Suite("fluvio-admin topic", .onOwnThreads, .timeLimit(.minutes(60)))
struct TopicCommandTests {
    let shell: Shell
    let topic: String

    init() throws {
        let cluster = try TestCluster.shared.get()
        shell = try Shell(cluster)
        topic = cluster.topic()
    }

    @Test func `a topic has what it was created with`() throws {
        let ran = try shell.run(
            """
            fluvio-admin topic create -p 3 -r 1 -i --retention-time 1h --segment-size 1M --max-partition-size 10M \
                --compression-type zstd $1 || exit
            fluvio-admin topic describe -O json $1 | jq -c '.[0].spec' >spec
            for word in '"partitions":3' 3600 1048576 10485760 -i=zstd; do
                case $word in -i=*) grep -qi ${word#-i=} spec ;; *) grep -qF "$word" spec ;; esac || cat spec
            done
            """, topic)
        #expect(ran.status == 0 && ran.text == "")
        #expect(ran.errors == "fluvio-admin: topic '\(topic)' created\n")
    }

    @Test func `a topic that exists is said once, and is well with --if-not-exists`() throws {
        let ran = try shell.run(
            """
            fluvio-admin -q topic create $1
            fluvio-admin topic create $1; echo $?
            fluvio-admin topic create --if-not-exists $1; echo $?
            fluvio-admin -q topic create $1 $1-more; echo $?
            fluvio-admin topic list -O name | grep -c "^$1"
            """, topic)
        let line = "fluvio-admin: topic '\(topic)' exists already\n"
        #expect(ran.lines == ["1", "0", "1", "2"])
        #expect(ran.errors == line + line + line)
    }

    @Test(arguments: ["Upper", "under_score", "-a", "a-", "ä", "a.b", String(repeating: "a", count: 64)])
    func `a name that is not allowed is refused, with the rule`(name: String) throws {
        let ran = try shell.run("fluvio-admin topic create -- $1", name)
        #expect(ran.status == 1)
        #expect(ran.errors.contains("'\(name)'") && ran.errors.contains("63"), "\(ran.errors)")
    }

    @Test func `a dry run creates nothing, and says whether it would work`() throws {
        let ran = try shell.run(
            """
            fluvio-admin topic create -d $1; echo $?
            fluvio-admin topic create -d Bad 2>/dev/null; echo $?
            fluvio-admin topic list -O name | grep -cx $1
            """, topic)
        #expect(ran.lines == ["0", "1", "0"])
        #expect(ran.errors == "fluvio-admin: topic '\(topic)' could be created (dry run)\n")
    }

    @Test func `lists and descriptions are one document in every format`() throws {
        let ran = try shell.run(
            """
            fluvio-admin -q topic create -p 2 $1
            for command in list "describe $1"; do
                fluvio-admin topic $command -O json | jq -r '.[].name' | grep -cx $1
                fluvio-admin topic $command -O jsonl | jq -r .name | grep -cx $1
                fluvio-admin topic $command -O yaml | grep -cx -- "- name: $1"
                fluvio-admin topic $command -O name | grep -cx $1
                fluvio-admin topic $command | grep -c $1
            done
            """, topic)
        #expect(ran.lines == Array(repeating: "1", count: 10), "\(ran.lines)")
        #expect(ran.errors == "")
    }

    @Test func `every column of the table stands under its head`() throws {
        let ran = try shell.run("fluvio-admin -q topic create $1; fluvio-admin topic list", topic)
        let lines = ran.lines.map { Array($0) }
        let head = try #require(lines.first)
        let row = try #require(lines.first { String($0).split(separator: " ").first == topic[...] })
        let starts = head.indices.filter { $0 > 1 && head[$0] != " " && head[$0 - 1] == " " && head[$0 - 2] == " " }
        #expect(starts.count == 9)
        // The reason, which comes last, is empty for a topic that is well.
        #expect(starts.dropLast().allSatisfy { $0 < row.count && row[$0] != " " && row[$0 - 1] == " " }, "\(ran.text)")
    }

    @Test func `no topics are an empty list in every format`() throws {
        let empty = try TestCluster()
        let ran = try Shell(empty).run(
            """
            fluvio-admin topic list -O json; fluvio-admin topic list -O yaml
            fluvio-admin topic list -O jsonl | wc -c; fluvio-admin topic list -O name | wc -c
            """)
        #expect(ran.lines == ["[]", "[]", "0", "0"])
        #expect(ran.errors == "")
    }

    @Test func `a topic that is not there is status 1, with the nearest name`() throws {
        let ran = try shell.run(
            "fluvio-admin -q topic create $1-orders; fluvio-admin topic describe $1-ordres", topic)
        #expect(ran.status == 1 && ran.text == "")
        #expect(ran.errors.contains("did you mean '\(topic)-orders'?"))
    }

    @Test func `without a terminal nothing is deleted unless told so`() throws {
        let ran = try shell.run(
            """
            fluvio-admin -q topic create $1
            echo y | setsid -w fluvio-admin topic delete $1; echo $?
            fluvio-admin topic list -O name | grep -cx $1
            fluvio-admin topic delete --yes $1; echo $?
            fluvio-admin topic list -O name | grep -cx $1
            """, topic)
        #expect(ran.lines == ["2", "1", "0", "0"])
        #expect(ran.errors.contains("--yes"))
    }

    @Test func `names to delete may come from standard input`() throws {
        let ran = try shell.run(
            """
            fluvio-admin -q topic create $1-a $1-b $1
            fluvio-admin topic list -O name | grep "^$1-" | fluvio-admin -q topic delete --yes -; echo $?
            fluvio-admin topic list -O name | grep "^$1"
            fluvio-admin topic delete --yes - </dev/null; echo $?
            """, topic)
        #expect(ran.lines == ["0", topic, "0"])
        #expect(ran.errors == "")
    }

    @Test func `deleting what is not there is an error, unless told otherwise`() throws {
        let ran = try shell.run(
            """
            fluvio-admin -q topic create $1
            fluvio-admin topic delete --yes --if-exists $1-none; echo $?
            fluvio-admin topic delete --yes --continue-on-error $1-none $1; echo $?
            fluvio-admin topic list -O name | grep -cx $1
            """, topic)
        #expect(ran.lines == ["0", "1", "0"])
        #expect(ran.errors.split(separator: "\n").count == 2, "\(ran.errors)")
        #expect(ran.errors.hasPrefix("fluvio-admin: there is no topic '\(topic)-none'"))
    }

    @Test func `a topic that waits for servers exists, and is told not to be ready`() throws {
        let ran = try shell.run(
            """
            fluvio-admin topic create -r 2 $1; echo $?
            fluvio-admin topic list -O name | grep -cx $1
            fluvio-admin -q topic delete --yes $1; echo $?
            """, topic)
        #expect(ran.lines == ["1", "1", "0"])
        #expect(ran.errors.hasPrefix("fluvio-admin: topic '\(topic)' is not ready: "), "\(ran.errors)")
    }

    @Test func `the topics of the cluster itself are shown and deleted only on request`() throws {
        let ran = try shell.run(
            """
            fluvio-admin topic list -O name | grep -cx consumer-offset
            fluvio-admin topic list -s -O name | grep -cx consumer-offset
            fluvio-admin topic delete --yes consumer-offset; echo $?
            """)
        #expect(ran.lines == ["0", "1", "1"])
        #expect(ran.errors.contains("system topic"))
    }
}
