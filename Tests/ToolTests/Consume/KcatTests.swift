import Foundation
import TestSupport
import Testing

/// What people know from kcat, beside kcat itself, which reads the same records from a broker of Kafka of its own.
@Suite("consume: as kcat", .onOwnThreads, .timeLimit(.minutes(60)))
struct KcatTests {
    let shell: Shell
    let topic: String
    let kafka: KafkaMock

    init() throws {
        let cluster = try TestCluster.shared.get()
        shell = try Shell(cluster)
        topic = cluster.topic()
        kafka = try KafkaMock()
    }

    /// Gives both the same records, with a key of one byte in front of a comma.
    private func fill() throws {
        let ran = try shell.run(
            """
            printf 'a,1\\nb,{"n":1.0}\\nc,\\303\\251 \\360\\237\\220\\237 "\\\\\\n' >in
            fluvio-cat produce -q --create -K , $1 <in || exit; kcat -b $2 -P -p 0 -t $1 -K , -l in
            """, topic, kafka.address)
        try #require(ran.status == 0, "\(ran)")
    }

    @Test(arguments: [
        #"%t [%p] at offset %o: key %k: %s (%S bytes)\n"#, #"%K %k|%S %s|%%\n"#, #"%R%s"#, #"\x41\t%o %h\\|\n"#,
    ])
    func `the same format is the same`(format: String) throws {
        try fill()
        let ours = try shell.run("fluvio-cat consume -e -f '\(format)' $1", topic)
        let theirs = try shell.run("kcat -b $1 -q -C -e -p 0 -t $2 -f '\(format)'", kafka.address, topic)
        #expect(ours.output == theirs.output && ours.output.count > 20, "\(ours.text) \(theirs.text)")
    }

    @Test func `--envelope kcat has kcat's members, in its order`() throws {
        try fill()
        // Times are of two moments, and only Kafka has brokers with numbers in its records.
        let theirs = try shell.run(
            "kcat -b $1 -q -C -e -J -p 0 -t $2 | jq -c '.ts = 0 | del(.broker)'", kafka.address, topic)
        let ours = try shell.run("fluvio-cat consume -e --envelope kcat $1 | jq -c '.ts = 0'", topic)
        #expect(ours.output == theirs.output && ours.lines.count == 3, "\(ours.text) \(theirs.text)")
    }

    @Test func `what kcat -J writes is read: keys, values and times are the same`() throws {
        try fill()
        let ran = try shell.run(
            """
            kcat -b $1 -q -C -e -J -p 0 -t $2 | tee theirs | fluvio-cat produce -q --create --input kcat $2-copy
            fluvio-cat consume -e --envelope kcat $2-copy | jq -c 'del(.topic)'
            jq -c 'del(.topic, .broker)' theirs | cmp - <(fluvio-cat consume -e --envelope kcat $2-copy | jq -c 'del(.topic)') &&
                echo same
            """, kafka.address, topic)
        #expect(ran.lines.last == "same", "\(ran)")
    }

    @Test func `records of every kind go through --envelope kcat and come back byte for byte`() throws {
        var random = SeededRandom(seed: 7)
        let lines = (0..<10_000).map { EnvelopeTests.line($0, &random) }
        try shell.directory.write("in", lines.joined(separator: "\n") + "\n")
        let ran = try shell.run(
            """
            set -o pipefail
            fluvio-cat produce -q --create -J $1 <in && fluvio-admin -q topic create $1-copy || exit
            fluvio-cat consume -e --envelope kcat $1 | jq -c . | fluvio-cat produce -q --input kcat $1-copy || exit
            for t in $1 $1-copy; do fluvio-cat consume -e $t | jq -c 'del(.topic)' >$t.out; done
            cmp $1.out $1-copy.out && wc -l <$1.out
            """, topic)
        #expect(ran.lines == ["10000"], "\(ran)")
    }

    @Test func `without time and UTF-8 it says so, and --value json is spliced`() throws {
        let ran = try shell.run(
            """
            printf '%s\\n' '{"timestamp":null,"key":"/w==","key_enc":"base64","value":"/w==","value_enc":"base64"}' \
                '{"timestamp":5,"key":null,"value":{"a":1.0}}' | fluvio-cat produce -q --create -J $1
            fluvio-cat consume -e --envelope kcat -j $1 | cut -d, -f3-; fluvio-cat consume -e --envelope other $1
            """, topic)
        #expect(
            ran.lines == [
                #""offset":0,"tstype":"unknown","ts":-1,"key":"/w==","key_enc":"base64","payload":"/w==","payload_enc":"base64"}"#,
                #""offset":1,"tstype":"create","ts":5,"key":null,"payload":{"a":1.0},"payload_enc":"json"}"#,
            ])
        #expect(ran.status == 2, "\(ran.errors)")
    }

    @Test func `-o takes kcat's words: s@ and e@ together, stored, -N`() throws {
        let ran = try shell.run(
            """
            for i in 1 2 3 4 5; do echo "{\\"timestamp\\":$((1700000000000 + i)),\\"value\\":\\"$i\\"}"; done |
                fluvio-cat produce -q --create -J $1
            show() { fluvio-cat consume -q --raw "$@" $t | xargs; }; t=$1
            show -e -o s@1700000000002 -o e@1700000000004
            show -o e@1700000000003 -o s@1700000000002
            show -e -o s@5; show -e -o -2
            show -e -o stored -g $1 -n 2; show -e -o stored -g $1; show -e -o stored -g $1
            fluvio-cat consume -e -o stored $1; echo $?; fluvio-cat consume -e -o s@x $1; echo $?
            """, topic)
        let all = ran.text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        #expect(all == ["2 3", "2", "1 2 3 4 5", "4 5", "1 2", "3 4 5", "", "2", "2", ""], "\(ran)")
    }
}
