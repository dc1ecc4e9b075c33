import Glibc
import TestSupport
import Testing

/// Several topics, and topics by their names' form.
@Suite("consume: several topics", .onOwnThreads, .timeLimit(.minutes(60)))
struct SeveralTopicsTests {
    let shell: Shell
    /// Begins the names of all topics of a test.
    let topic: String

    init() throws {
        let cluster = try TestCluster.shared.get()
        shell = try Shell(cluster)
        topic = cluster.topic() + "x"
    }

    @Test func `records of several topics say where they are from`() throws {
        let ran = try shell.run(
            """
            seq 3 | fluvio-cat produce -q --create $1-a; seq 4 5 | fluvio-cat produce -q --create $1-b
            fluvio-cat consume -e $1-a $1-b $1-a | jq -r '"\\(.topic[-1:])\\(.value)"' | sort | xargs
            fluvio-cat consume -e -n 4 --raw $1-a $1-b | wc -l
            fluvio-cat consume -e $1-a $1-missing; echo $?
            """, topic)
        #expect(ran.lines == ["a1 a2 a3 b4 b5", "4", "1"])
        #expect(ran.errors.contains("there is no topic '\(topic)-missing'"))
    }

    @Test func `--last counts over all partitions of all topics, by time`() throws {
        let ran = try shell.run(
            """
            fluvio-admin -q topic create -p 3 $1-a; fluvio-admin -q topic create $1-b
            for i in $(seq 0 11); do
                echo '{"key":"'$i'","value":"'$i'","timestamp":'$((1000 * (i + 1)))'}' \
                    | fluvio-cat produce -q -J $1-$([ $((i % 3)) = 0 ] && echo b || echo a)
            done
            fluvio-cat consume -e --raw --last 5 $1-a $1-b | sort -n | xargs
            """, topic)
        #expect(ran.lines == ["7 8 9 10 11"])
    }

    @Test(arguments: [("-r", "-[ab]$"), ("", "^$1-[ab]$"), ("--regex", "$1-(a|b)")])
    func `a regular expression finds topics by their names`(option: String, pattern: String) throws {
        let ran = try shell.run(
            """
            for t in a b c; do echo $t | fluvio-cat produce -q --create $1-$t; done
            fluvio-cat consume -e --raw \(option) "\(pattern.hasPrefix("-") ? "$1" : "")\(pattern)" | sort | xargs
            """, topic)
        #expect(ran.lines == ["a b"])
    }

    @Test func `what is no regular expression is refused, and one that finds nothing is status 1 with -e`() throws {
        let ran = try shell.run(
            """
            fluvio-cat consume -r 'a(b'; echo $?
            fluvio-cat consume -e -r '^none-of-this'; echo $?
            fluvio-cat consume --for 100ms -r '^none-of-this'; echo $?
            """)
        #expect(ran.lines == ["2", "1", "0"])
        #expect(ran.errors.contains("'a(b' is no regular expression: missing closing parenthesis"))
        #expect(ran.errors.contains("no topic matches yet"))
    }

    @Test func `topics and partitions that come while it runs are read from their beginning; one that goes is noted`()
        throws
    {
        _ = try shell.run("echo old | fluvio-cat produce -q --create $1-a", topic)
        let child = try shell.start("exec fluvio-cat consume -f '%t %p %s\\n' \"^$1-\"", topic)
        defer { child.kill() }
        try child.waitForOutput(containing: "\(topic)-a 0 old\n")
        _ = try shell.run("echo new | fluvio-cat produce -q --create $1-b", topic)
        try child.waitForOutput(containing: "\(topic)-b 0 new\n")
        _ = try shell.run("fluvio-admin -q topic add-partition $1-a && echo p1 | fluvio-cat produce -p 1 $1-a", topic)
        try child.waitForOutput(containing: "\(topic)-a 1 p1\n")
        _ = try shell.run("fluvio-admin -q topic delete --yes $1-b", topic)
        try child.waitForErrors(containing: "topic \(topic)-b is deleted\n")
        _ = try shell.run(
            "echo again | fluvio-cat produce -q --create $1-b; echo more | fluvio-cat produce $1-a", topic)
        try child.waitForOutput(containing: " more\n")
        try child.waitForOutput(containing: "\(topic)-b 0 again\n")
        child.send(SIGTERM)
        #expect(try child.wait() == .signalled(SIGTERM))
    }
}
