import Foundation
import Glibc
import TestSupport
import Testing

/// Options of how records leave, and to which cluster.
@Suite("fluvio-source-file: sending", .onOwnThreads, .timeLimit(.minutes(60)))
struct SourceSendingTests {
    let source: SourceShell

    init() throws { source = try SourceShell() }

    @Test(
        arguments: [
            "-z none", "-z gzip", "--compression snappy", "-z lz4", "-z zstd", "--linger 0", "--linger 20ms",
            "--batch-size 256", "--batch-size 1M", "--timeout 30", "--isolation read_committed",
            "--isolation read_uncommitted --keep-uncommitted 1M --replica-wait 10s",
            "--isolation read_uncommitted --keep-uncommitted 0 --replica-wait 0", "--memory 1M",
        ])
    func `however they are sent, all arrive, once and in their order`(options: String) throws {
        let lines = (1...30_000).map { "line number \($0)\n" }
        try source.write("a.log", lines[..<20_000].joined())
        try source.once("\(options) 'in/*.log'")
        try source.append("a.log", lines[20_000...].joined())
        let ran = try source.once("\(options) -v 'in/*.log'")
        #expect(ran.errors.contains("10000 records sent"), "\(ran.errors)")
        #expect(try source.values() == (1...30_000).map { "line number \($0)" })
    }

    /// Bytes that the topic has on the disk.
    private func stored(_ cluster: TestCluster, _ topic: String) throws -> Int {
        let ran = try source.shell.run("find $1 -path '*'$2'-0*' -name '*.log' -printf '%s\\n'", cluster.data, topic)
        return ran.lines.compactMap { Int($0) }.reduce(0, +)
    }

    @Test func `compression and the size of batches are what was asked for`() throws {
        let cluster = try TestCluster.shared.get()
        var sizes: [String: Int] = [:]
        for options in ["-z none", "-z zstd", "-z none --batch-size 256"] {
            let source = try SourceShell()
            try source.write("a.log", (1...20_000).map { "line number \($0)\n" }.joined())
            try source.once("\(options) 'in/*.log'")
            sizes[options] = try stored(cluster, source.topic)
        }
        let plain = try #require(sizes["-z none"])
        #expect(plain > 300_000, "\(sizes)")
        #expect(try #require(sizes["-z zstd"]) * 2 < plain, "\(sizes)")
        #expect(try #require(sizes["-z none --batch-size 256"]) > plain * 5 / 4, "\(sizes)")
    }

    @Test(arguments: ["--timestamp .t", "--timestamp json:a..b", "--timeout 0"])
    func `what cannot be meant is refused before anything is done`(option: String) throws {
        try source.write("a.log", "1\n")
        let ran = try source.shell.run(
            "exec timeout 20 fluvio-source-file --once --create --state-dir state \(option) $1 in/a.log",
            "\(source.topic)-new")
        #expect(ran.status == 2 && ran.errors.contains("Try 'fluvio-source-file"), "\(ran.errors)")
        #expect(try source.shell.run("fluvio-admin topic list | grep -c $1", "\(source.topic)-new").lines == ["0"])
    }

    @Test func `the topic is made if that is asked for, with so many partitions`() throws {
        try source.write("a.log", "1\n2\n")
        let script = """
            fluvio-source-file --once --state-dir s --create=3 $1-new in/a.log
            fluvio-admin partition list -O json | jq "[.[] | select(.name | startswith(\\"$1-new-\\"))] | length"
            fluvio-source-file --once --state-dir s --create=5 $1-new in/a.log && fluvio-cat consume -q -e --raw $1-new
            """
        let ran = try source.shell.run(script, source.topic)
        #expect(ran.lines == ["3", "1", "2"], "\(ran.text) \(ran.errors)")
        #expect(ran.errors.components(separatedBy: "topic '\(source.topic)-new' created").count == 2)
    }

    @Test func `the cluster is that of a profile, or at an address, also by variables`() throws {
        try source.write("a.log", "1\n")
        let other = try TestCluster()
        let address = other.address
        let script = """
            cp "$FLV_PROFILE_PATH" profile; export FLV_PROFILE_PATH=$PWD/profile
            fluvio-admin -q profile add elsewhere $2 && fluvio-admin -q profile switch $(fluvio-admin profile list -O json | jq -r '.[] | .name' | grep -v elsewhere | head -n 1)
            fluvio-admin -q -P elsewhere topic create $1
            set -- "$1" "$2" fluvio-source-file --once --state-dir
            "${@:3}" s1 -P elsewhere $1 in/a.log
            "${@:3}" s2 --profile=elsewhere $1 in/a.log
            "${@:3}" s3 -c $2 $1 in/a.log
            "${@:3}" s4 --cluster $2 $1 in/a.log
            FLUVIO_PROFILE=elsewhere "${@:3}" s5 $1 in/a.log
            FLUVIO_CLUSTER=$2 "${@:3}" s6 $1 in/a.log
            fluvio-cat consume -q -e --raw -P elsewhere $1 | wc -l
            "${@:3}" s7 -P nowhere $1 in/a.log; echo $?
            """
        let ran = try source.shell.run(script, source.topic, address)
        #expect(ran.lines == ["6", "2"], "\(ran.text) \(ran.errors)")
        #expect(try source.values() == [])
    }

    @Test func `how long a cluster that is away is waited for`() throws {
        try source.write("a.log", "1\n")
        let port = try Ports.free()
        for retry in ["0", "0.1"] {
            let ran = try source.once("-c localhost:\(port) --retry-for \(retry) in/a.log", status: 3)
            #expect(ran.errors.contains("localhost:\(port)"), "\(ran.errors)")
        }
        // One that goes on waits for ever, if nothing else is said.
        let cluster = try TestCluster()
        let away = try SourceShell(cluster)
        try away.write("a.log", "1\n")
        try cluster.stop()
        let child = try away.follow()
        defer { child.kill() }
        try child.waitForErrors(containing: "trying again")
        try cluster.restart()
        #expect(try away.values(count: 1) == ["1"])
        try away.stop(child)
        let brief = try away.follow("--retry-for 0.2 'in/*.log'")
        defer { brief.kill() }
        try Wait.until("it runs") { try away.status()["running"] as? Bool == true }
        try cluster.stop()
        try away.append("a.log", "2\n")
        #expect([.exited(1), .exited(3)].contains(try brief.wait()), "\(brief.errorText)")
    }

    @Test func `with TLS, and a certificate of its own`() throws {
        try source.write("a.log", "1\n")
        let certificates = try TestCertificates.shared.get()
        let script = """
            trap 'fluvio-admin -q cluster stop --data-dir data' EXIT
            export FLV_PROFILE_PATH=$PWD/config
            fluvio-admin -q cluster start --data-dir data --port 0 --spu-port 0 --tls auto || exit 98
            at=$(fluvio-admin cluster status --data-dir data -O json | jq -r .endpoint)
            client="--client-cert data/tls/client.crt --client-key data/tls/client.key"
            fluvio-admin -q topic create t
            run() { fluvio-source-file --once --retry-for 0 --state-dir "s$((n += 1))" -c $at "$@" t in/a.log || echo "failed $?"; }
            run --ca-cert data/tls/ca.crt $client
            run --tls --ca-cert data/tls/ca.crt --enable-client-cert $client --domain fluvio.local
            run --tls-insecure $client
            run --ca-cert $1/ca.crt $client
            run --ca-cert data/tls/ca.crt $client --domain other.local
            run --ca-cert data/tls/ca.crt
            fluvio-source-file --once --state-dir by-profile t in/a.log
            fluvio-cat consume -q -e --raw t | wc -l
            """
        let ran = try source.shell.run(script, certificates.directory)
        #expect(ran.lines.filter { !$0.hasPrefix("failed") } == ["4"], "\(ran.text) \(ran.errors)")
        #expect(ran.lines.filter { $0.hasPrefix("failed") }.count == 3)
        #expect(ran.errors.contains("need not prove who they are") && ran.errors.contains("not for 'other.local'"))
    }

    @Test func `how much is said`() throws {
        try source.write("a.log", "1\n")
        #expect(try source.once("in/a.log").errors == "")
        try source.append("a.log", "2\n")
        #expect(try source.once("-v in/a.log").errors.contains("1 record sent"))
        #expect(try source.once("--verbose in/none*").errors.contains("no file matches"))
        #expect(try source.once("-q in/none*").errors == "")
        #expect(try source.once("--quiet 'in/none*'").errors == "")
        // Errors are always said.
        #expect(try source.once("-q in/nope", status: 1).errors.contains("No such file"))
        let ran = try source.shell.run(
            "fluvio-source-file --version; fluvio-source-file -h | head -n 1; fluvio-source-file status --help | head -n 1"
        )
        #expect(ran.lines.count == 3 && ran.lines[0].hasPrefix("fluvio-source-file "), "\(ran.text)")
    }
}
