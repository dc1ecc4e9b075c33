import FluvioLocal
import FluvioProtocol
import FluvioTransport
import Foundation
import Glibc
import TestSupport
import Testing

/// Every state that an object passes through, brought about on a cluster of this process, and then seen by the tool.
@Suite("fluvio-admin: life cycles", .onOwnThreads, .timeLimit(.minutes(20)))
struct LifeCycleTests {
    private let directory: ScratchDirectory
    private let cluster: LocalCluster
    private let shell: Shell

    init() throws {
        directory = try ScratchDirectory()
        cluster = try Self.start(directory.path("data"))
        shell = try Shell(nil, variables: ["FLUVIO_CLUSTER": "\(cluster.endpoint)"])
    }

    private static func start(_ directory: String, spus: Int = 2) throws -> LocalCluster {
        var options = ClusterOptions.onFreePorts(directory: directory)
        options.spus = spus
        return try LocalCluster.start(options)
    }

    /// Brings a state about while a watch runs; then the watch has told it, and a list that is narrowed to it has the
    /// object, in table and JSON.
    private func see(
        _ kind: String, _ name: String, as word: String, _ make: () throws -> Void,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        try shell.directory.write("watched", [])
        let watch = try shell.start("exec fluvio-admin \(kind) watch >watched")
        defer { watch.kill() }
        try make()
        let ran = try shell.run(
            """
            for i in {1..400}; do
                [ "$(fluvio-admin $1 list --filter status=$3 -O name | grep -cx -- "$2")" = 1 ] && break; sleep 0.05
            done
            fluvio-admin $1 list --filter status=$3 -O json | jq -r '.[] | select(.name == $n) | .status.resolution' --arg n $2
            fluvio-admin $1 list | grep -iEc "(^| )$(sed "s/\\([a-z]\\)\\([A-Z]\\)/\\1-?\\2/g" <<<$3)( |$)"
            until grep -- "\\"$2\\"" watched | grep -q '"resolution":"'$3'"'; do sleep 0.05; done
            echo watched
            """, kind, name, word)
        #expect(
            ran.lines.first == word && ran.lines.last == "watched" && ran.lines.count == 3 && ran.lines[1] != "0",
            "\(kind) \(name) \(word): \(ran.text) \(ran.errors)", sourceLocation: sourceLocation)
    }

    @Test func `a topic: Provisioned, InsufficientResources, Deleting`() throws {
        try see("topic", "ready", as: "Provisioned") { _ = try shell.run("fluvio-admin -q topic create ready") }
        try see("topic", "wide", as: "InsufficientResources") {
            let ran = try shell.run(
                """
                fluvio-admin topic create wide -r 3 --wait 300ms; echo $?
                fluvio-admin topic create wide -r 3 --wait 0 --if-not-exists; echo $?
                """)
            #expect(ran.lines == ["1", "0"])
            #expect(ran.errors.contains("needs 3 SPUs and 2 are online"), "\(ran.errors)")
        }
        // It becomes ready by itself when there are enough, and `--wait` knows.
        let other = try Self.start(directory.path("other"), spus: 1)
        let ran = try shell.run(
            """
            fluvio-admin -c $1 topic create wide -r 2 --wait 0; echo $?
            fluvio-admin -c $1 topic list -O json | jq -r '.[].status.resolution'
            """, "\(other.endpoint)")
        #expect(ran.lines.last == "InsufficientResources", "\(ran.text) \(ran.errors)")
        try see("topic", "ready", as: "Deleting") { #expect(cluster.pretend(topic: "ready", .deleting)) }
        #expect(try shell.run("fluvio-admin topic add-partition ready; echo $?").lines == ["1"])
    }

    @Test(arguments: [TopicResolution.initializing, .pending, .invalidConfig])
    func `a topic: Init, Pending, InvalidConfig`(state: TopicResolution) throws {
        let words: [TopicResolution: String] = [
            .initializing: "Init", .pending: "Pending", .invalidConfig: "InvalidConfig",
        ]
        let word = try #require(words[state])
        _ = try shell.run("fluvio-admin -q topic create t")
        try see("topic", "t", as: word) { #expect(cluster.pretend(topic: "t", state, reason: "as was said")) }
        let ran = try shell.run("fluvio-admin topic create t --if-not-exists --wait 300ms; echo $?")
        #expect(ran.lines == ["1"] && ran.errors.contains("as was said"), "\(ran.errors)")
        let waiting = try shell.start("exec fluvio-admin topic create t --if-not-exists --wait 60s")
        defer { waiting.kill() }
        try waiting.waitForErrors(containing: "exists already")
        #expect(cluster.pretend(topic: "t", .provisioned))
        #expect(try waiting.wait() == .exited(0))
    }

    @Test func `a partition: Online, LeaderOffline, Online again, Offline`() throws {
        _ = try shell.run("fluvio-admin -q topic create idle")
        try see("partition", "t-0", as: "Online") {
            try directory.write("f.json", #"[{"id": 0, "replicas": [5002]}]"#)
            _ = try shell.run("fluvio-admin -q topic create t -f $1", directory.path("f.json"))
        }
        try see("partition", "t-0", as: "LeaderOffline") { try cluster.tell(SpuCommand(.stop, 5002)) }
        try see("partition", "t-0", as: "Online") { try cluster.tell(SpuCommand(.start, 5002)) }
        // Nothing happens to this one that would be reported.
        try see("partition", "idle-0", as: "Offline") { #expect(cluster.pretend(partition: "idle-0", .offline)) }
    }

    @Test(.enabled(if: getuid() == 0, "only root can mount"))
    func `a partition: OutOfStorage`() throws {
        let mounted = try shell.run("mkdir disk; mount -t tmpfs -o size=2m none disk || exit 97; echo $PWD/disk")
        if mounted.status == 97 { return print("no file system can be mounted here: nothing was tested") }
        let disk = try #require(mounted.lines.first)
        defer { _ = unsafe umount2(disk, CInt(MNT_DETACH)) }
        let full = try Self.start("\(disk)/data", spus: 1)
        defer { full.stop() }
        let inside = LifeCycleTests(directory, full, try Shell(nil, variables: ["FLUVIO_CLUSTER": "\(full.endpoint)"]))
        try inside.see("partition", "t-0", as: "OutOfStorage") {
            let ran = try inside.shell.run(
                """
                fluvio-admin -q topic create t
                head -c 4000000 /dev/zero | tr '\\0' x | fold -w 1000 | fluvio-cat produce -q --retry-for 1s t; echo $?
                """)
            #expect(ran.lines.last != "0", "\(ran.errors)")
        }
    }

    private init(_ directory: ScratchDirectory, _ cluster: LocalCluster, _ shell: Shell) {
        (self.directory, self.cluster, self.shell) = (directory, cluster, shell)
    }

    @Test func `an SPU: Online, Offline, Online again, and Init when it is registered`() throws {
        try see("spu", "custom-spu-5002", as: "Offline") { try cluster.tell(SpuCommand(.kill, 5002)) }
        try see("spu", "custom-spu-5002", as: "Online") { try cluster.tell(SpuCommand(.start, 5002)) }
        try see("spu", "custom-spu-7", as: "Init") {
            let ran = try shell.run("fluvio-admin -q spu register -i 7 -p a:1 --private-server b:2; echo $?")
            #expect(ran.lines == ["0"], "\(ran.errors)")
        }
    }

    @Test func `an SPU group: Init, Invalid, Reserved`() throws {
        try see("spg", "g", as: "Init") { _ = try shell.run("fluvio-admin -q spg create g -r 2") }
        try see("spg", "g", as: "Invalid") { #expect(cluster.pretend(spuGroup: "g", .invalid, reason: "taken ids")) }
        try see("spg", "g", as: "Reserved") { #expect(cluster.pretend(spuGroup: "g", .reserved)) }
    }
}
