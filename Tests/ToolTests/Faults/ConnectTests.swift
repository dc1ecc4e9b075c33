import TestSupport
import Testing

/// What cannot be begun.
@Suite("no topic, no profile, no cluster", .onOwnThreads, .timeLimit(.minutes(60)))
struct ConnectTests {
    @Test(arguments: ["produce", "consume -e", "consume -e --last 1"])
    func `an unknown topic is status 1`(command: String) throws {
        let shell = try Shell(try TestCluster.shared.get())
        let ran = try shell.run("echo a | fluvio-cat \(command) no-such-topic")
        #expect(ran.status == 1 && ran.text == "")
        #expect(ran.errors.hasPrefix("fluvio-cat: there is no topic 'no-such-topic'"), "\(ran.errors)")
        #expect(ran.errors.split(separator: "\n").count == 1)
    }

    @Test(arguments: [
        "fluvio-cat produce -P nobody t", "fluvio-cat -P nobody consume t",
        "FLUVIO_PROFILE=nobody fluvio-cat consume t",
        "fluvio-admin -P nobody topic list",
    ])
    func `an unknown profile is status 2`(command: String) throws {
        let ran = try Shell(try TestCluster.shared.get()).run(command)
        #expect(ran.status == 2 && ran.text == "")
        #expect(ran.errors.contains("'nobody'"))
    }

    @Test(arguments: ["fluvio-cat produce t", "fluvio-cat consume t", "fluvio-admin topic list"])
    func `no profile file is status 2, and the message says what helps`(command: String) throws {
        let ran = try Shell(nil).run(command)
        #expect(ran.status == 2 && ran.text == "")
        #expect(ran.errors.contains("there is no profile file ") && ran.errors.contains("cluster start"))
    }

    @Test func `a flag goes before the environment, that before the profile`() throws {
        let cluster = try TestCluster.shared.get()
        let shell = try Shell(cluster)
        let ran = try shell.run(
            """
            FLUVIO_PROFILE=nobody fluvio-admin -c $1 topic list -O json >/dev/null; echo $?
            FLUVIO_CLUSTER=localhost:1 fluvio-admin -P local topic list -O json >/dev/null; echo $?
            FLV_PROFILE_PATH=/none FLUVIO_CLUSTER=$1 fluvio-admin topic list -O json >/dev/null; echo $?
            fluvio-admin -P local -c $1 topic list; echo $?
            """, cluster.address)
        #expect(ran.lines == ["0", "0", "0", "2"], "\(ran.errors)")
    }

    @Test func `an absent cluster is status 3, with standard input unread`() throws {
        let shell = try Shell(nil)
        let port = try Ports.free()
        let ran = try shell.run(
            """
            seq 1000 >f
            (fluvio-cat produce --retry-for 0 -c localhost:$1 t || { echo $? >status; cat; }) <f | cmp - f; cat status
            fluvio-cat consume --retry-for 0 -c localhost:$1 t; echo $?
            fluvio-admin topic list --retry-for 0 -c localhost:$1; echo $?
            """, "\(port)")
        #expect(ran.lines == ["3", "3", "3"])
        #expect(ran.errors.split(separator: "\n").allSatisfy { $0.contains("localhost:\(port)") }, "\(ran.errors)")
    }

    /// A name with several addresses, in a file of hosts that only one process sees.
    @Test(.enabled(if: Shell.canHaveOwnMounts, "needs a mount namespace of its own: root"))
    func `every address of a name is tried in turn`() throws {
        let cluster = try TestCluster.shared.get()
        let shell = try Shell(cluster)
        let ran = try shell.run(
            """
            printf '%s pair.example\\n' 127.0.0.9 127.0.0.1 127.0.0.8 >hosts
            echo 127.0.0.1 localhost >>hosts
            alone() { unshare -m sh -c 'mount --bind hosts /etc/hosts && exec "$@"' - "$@"; }
            alone getent ahosts pair.example | grep -c STREAM
            seq 5 | alone fluvio-cat produce --create -c pair.example:$1 $2 && fluvio-cat consume -e --raw $2
            printf '%s pair.example\\n' 127.0.0.9 127.0.0.8 >hosts
            alone fluvio-cat consume -e --retry-for 0 -c pair.example:$1 $2; echo $?
            """, "\(cluster.port)", cluster.topic())
        #expect(ran.lines == ["3", "1", "2", "3", "4", "5", "3"], "\(ran.errors)")
        #expect(ran.errors.contains("pair.example:\(cluster.port)"), "\(ran.errors)")
    }

    @Test func `acceptance 20: metadata tells fluvio what the tool is`() throws {
        let ran = try Shell(nil).run(
            "for tool in fluvio-cat fluvio-tee fluvio-admin; do $tool metadata | jq -c '[.title, .package, .version]'; done"
        )
        #expect(
            ran.lines == [
                #"["fluvio-cat","fluvio/fluvio-cat","0.1.0"]"#, #"["fluvio-tee","fluvio/fluvio-tee","0.1.0"]"#,
                #"["fluvio-admin","fluvio/fluvio-admin","0.1.0"]"#,
            ])
    }

    @Test(arguments: [
        "fluvio-cat", "fluvio-cat nothing", "fluvio-cat produce", "fluvio-cat produce --nothing t",
        "fluvio-cat consume",
        "fluvio-cat produce -z rar t", "fluvio-cat produce --max-record x t",
        "fluvio-cat consume --retry-for soon t", "fluvio-admin", "fluvio-admin topic", "fluvio-admin topic create",
        "fluvio-admin topic create -p 0 t", "fluvio-admin topic list -O xml", "fluvio-admin cluster start --port 70000",
        "fluvio-admin cluster start --durability none", "fluvio-cat consume -c nowhere t",
    ])
    func `a usage error is one line, the hint, and status 2`(command: String) throws {
        let ran = try Shell(nil).run(command)
        #expect(ran.status == 2 && ran.text == "")
        let lines = ran.errors.split(separator: "\n")
        #expect(lines.count == 2, "\(ran.errors)")
        #expect(lines.last?.hasPrefix("Try '") == true && lines.last?.hasSuffix(" --help'.") == true)
    }
}
