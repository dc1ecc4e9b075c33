import Foundation
import Glibc
import TestSupport
import Testing

/// Topics as outputs, with a cluster that is there.
@Suite("fluvio-tee: topics", .onOwnThreads, .timeLimit(.minutes(60)))
struct TeeTopicTests {
    let shell: Shell
    let topic: String
    let other: String

    init() throws {
        let cluster = try TestCluster.shared.get()
        shell = try Shell(cluster)
        topic = cluster.topic()
        other = cluster.topic()
    }

    @Test func `bytes go to standard output, records to the topics`() throws {
        let ran = try shell.run(
            """
            { seq 50000; printf 'a\\0\\377\\r\\n\\n\\nlast'; } >in
            fluvio-tee --create $1 $2 <in | cmp - in; echo "${PIPESTATUS[@]}"
            for t in $1 $2; do fluvio-cat consume -e --raw $t | head -c -1 | cmp - in && echo same; done
            """, topic, other)
        #expect(ran.lines == ["0 0", "same", "same"], "\(ran.errors)")
    }

    @Test func `a reader that is gone from the first byte on stops nothing (acceptance 13)`() throws {
        let ran = try shell.run(
            """
            seq 200000 | fluvio-tee -q --create $1 | (exec <&-; true); echo "${PIPESTATUS[1]}"
            seq 200000 | fluvio-tee $1 | head -1 >/dev/null; echo "${PIPESTATUS[1]}"
            fluvio-cat consume -e --raw $1 | md5sum; { seq 200000; seq 200000; } | md5sum
            """, topic)
        #expect(ran.lines.count == 4 && ran.lines[..<2] == ["0", "0"] && ran.lines[2] == ran.lines[3])
        #expect(ran.errors == "")
    }

    @Test func `of two topics one is deleted in mid-run: the other is whole, status 1 (acceptance 13)`() throws {
        _ = try shell.run("fluvio-admin -q topic create $1 $2", topic, other)
        let child = try shell.start(
            """
            { seq 1000; until [ -e go ]; do read -t 0.02 <> <(:); done; seq 1001 50000; } |
                fluvio-tee --acks --retry-for 2s $1 $2 | md5sum; exit ${PIPESTATUS[1]}
            """, topic, other)
        defer { child.kill() }
        try child.waitForErrors(containing: "\"topic\":\"\(topic)\"")
        try child.waitForErrors(containing: "\"topic\":\"\(other)\"")
        _ = try shell.run("fluvio-admin -q topic delete --yes $1; touch go", other)
        #expect(try child.wait() == .exited(1))
        let ran = try shell.run("seq 50000 | md5sum; fluvio-cat consume -e --raw $1 | md5sum", topic)
        #expect(try child.outputText() == ran.lines[0] + "\n" && ran.lines[0] == ran.lines[1])
        #expect(child.errorText.contains("fluvio-tee: \(other): ") && child.errorText.contains("going on without it"))
    }

    @Test func `a run without keys goes to one partition, in order; keys and --spread go round`() throws {
        let ran = try shell.run(
            """
            fluvio-admin -q topic create -p 4 $1 $2
            seq 1000 | fluvio-tee $1 >/dev/null
            fluvio-cat consume -e $1 | jq -s -c '[(map(.partition) | unique | length), (map(.value | tonumber) == [range(1; 1001)])]'
            seq 1000 | fluvio-tee --spread $2 >/dev/null
            fluvio-cat consume -e $2 | jq -s -c 'map(.partition) | unique'
            seq 10 | fluvio-tee $2:3 >/dev/null
            fluvio-cat consume -e $2 | jq -s -c 'group_by(.partition) | map(length)'
            seq 10 | fluvio-tee $2:9; echo $?
            """, topic, other)
        #expect(ran.lines.prefix(3) == ["[1,true]", "[0,1,2,3]", "[250,250,250,260]"], "\(ran.text) \(ran.errors)")
        #expect(ran.lines.last == "1" && ran.errors.contains("has no partition 9"))
    }

    @Test func `a line that is too large goes to standard output and not to the topic, and the run goes on`() throws {
        let ran = try shell.run(
            """
            printf 'first\\n0123456789ab\\nlast\\n' | fluvio-tee -q --create --max-record 5 $1; echo $?
            fluvio-cat consume -e --raw $1
            """, topic)
        #expect(ran.lines == ["first", "0123456789ab", "last", "4", "first", "last"])
        #expect(ran.errors == "fluvio-tee: line 2: 12 bytes, and --max-record is 5\n")
    }

    @Test func `a last line that does not end is a record, or left out`() throws {
        let ran = try shell.run(
            """
            fluvio-admin -q topic create $1
            printf 'a\\nb' | fluvio-tee $1 >/dev/null; printf 'c\\nd' | fluvio-tee -q --drop-partial $1 >/dev/null
            fluvio-cat consume -e --raw $1
            """, topic)
        #expect(ran.lines == ["a", "b", "c"])
    }

    @Test func `what stays without an end is sent after a while if that is wanted`() throws {
        _ = try shell.run("fluvio-admin -q topic create $1", topic)
        let child = try shell.start("exec fluvio-tee --acks --flush-partial 10ms $1", topic, input: nil)
        defer { child.kill() }
        try child.input?.write(contentsOf: Data("10%\r".utf8))
        try child.waitForErrors(containing: "\"offset\":0,\"n\":1")
        try child.input?.write(contentsOf: Data("20%\r".utf8))
        try child.waitForErrors(containing: "\"offset\":1,\"n\":1")
        try child.input?.close()
        #expect(try child.wait() == .exited(0))
    }

    @Test func `--raw-chunks makes a record of each read`() throws {
        _ = try shell.run("fluvio-admin -q topic create $1", topic)
        let child = try shell.start("exec fluvio-tee --acks --raw-chunks $1", topic, input: nil)
        defer { child.kill() }
        try child.input?.write(contentsOf: Data("a\nb".utf8))
        try child.waitForErrors(containing: "\"offset\":0,\"n\":1")
        try child.input?.write(contentsOf: Data("c\n".utf8))
        try child.waitForErrors(containing: "\"offset\":1,\"n\":1")
        try child.input?.close()
        #expect(try child.wait() == .exited(0))
        #expect(try shell.run("fluvio-cat consume -e $1 | jq -c .value", topic).lines == [#""a\nb""#, #""c\n""#])
    }

    @Test func `--after-ack passes on what all topics have, and all of it in the end`() throws {
        let ran = try shell.run(
            """
            { seq 100000; printf 'no end'; } >in
            fluvio-tee -q --create --after-ack $1 $2 <in | cmp - in; echo "${PIPESTATUS[@]}"
            fluvio-cat consume -e --raw $1 | wc -l
            """, topic, other)
        #expect(ran.lines == ["0 0", "100001"], "\(ran.errors)")
    }

    @Test func `--after-ack passes records behind their lengths on to their last byte, one by one`() throws {
        try shell.directory.write("one", [5] + Array("12345".utf8))
        let child = try shell.start(
            "exec fluvio-tee -q --create --after-ack --input varint-prefixed $1 < <(cat one; until [ -e go ]; do read -t 0.02 <> <(:); done; cat one)",
            topic)
        defer { child.kill() }
        try child.waitForOutput(containing: "\u{5}12345")
        try shell.directory.write("go", "")
        #expect(try child.wait() == .exited(0) && child.outputText() == "\u{5}12345\u{5}12345")
    }

    @Test func `an envelope goes in decoded, and out as it was`() throws {
        let ran = try shell.run(
            """
            printf 'k:v\\nk2:w\\n' | fluvio-cat produce -q --create -K : $1
            fluvio-cat consume -e $1 >in; fluvio-tee -q --create -J $2 <in | cmp - in
            fluvio-cat consume -e $2 | jq -c '[.key, .value]'
            """, topic, other)
        #expect(ran.lines == [#"["k","v"]"#, #"["k2","w"]"#], "\(ran.errors)")
    }

    @Test func `a topic that is not there is status 1, and standard input is not read`() throws {
        let ran = try shell.run(
            "seq 1000 >f; (fluvio-tee no-such-topic || { echo $?; cat; }) <f | md5sum; { echo 1; cat f; } | md5sum")
        #expect(ran.lines.count == 2 && ran.lines[0] == ran.lines[1], "\(ran.errors)")
    }

    @Test func `an absent cluster is status 3 with the input unread, and --lazy passes it on (acceptance 10)`() throws {
        let ran = try shell.run(
            """
            seq 1000 >f
            (fluvio-tee --retry-for 0 -c localhost:$1 t || { echo $? >status; cat; }) <f | cmp - f; cat status
            fluvio-tee -q --lazy --when-full drop --retry-for 0 -c localhost:$1 t <f | cmp - f; echo ${PIPESTATUS[0]}
            """, "\(try Ports.free())")
        #expect(ran.lines == ["3", "1"], "\(ran.errors)")
    }

    @Test func `a summary says what became of each topic, as text and as JSON`() throws {
        let ran = try shell.run(
            """
            seq 3 | fluvio-tee --create -q --summary $1 2>&1 >/dev/null
            seq 3 | fluvio-tee --summary=json $1 2>&1 >/dev/null | jq -c '[.topic, .sent, .acknowledged, .failed]'
            """, topic)
        #expect(
            ran.lines == ["fluvio-tee: \(topic): 3 records sent, 3 acknowledged", "[\"\(topic)\",3,3,false]"])
    }
}
