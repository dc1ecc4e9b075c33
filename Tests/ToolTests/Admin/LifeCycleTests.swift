import FluvioLocal
import FluvioProtocol
import FluvioTransport
import Foundation
import Glibc
import TestSupport
import Testing

/// Every state that an object passes through, brought about on a cluster of this process, and then seen by the tool.
@Suite("fluvio-admin: life cycles", .onOwnThreads, .timeLimit(.minutes(60)))
struct LifeCycleTests {
    private let directory: ScratchDirectory
    private let cluster: LocalCluster
    private let faults: FaultBoard
    private let shell: Shell

    init() throws {
        directory = try ScratchDirectory()
        faults = FaultBoard()
        cluster = try Self.start(directory.path("data"), faults: faults)
        shell = try Shell(nil, variables: ["FLUVIO_CLUSTER": "\(cluster.endpoint)"])
    }

    private static func start(
        _ directory: String, spus: Int = 2, faults: FaultBoard? = nil
    ) throws -> LocalCluster {
        var options = ClusterOptions.onFreePorts(directory: directory)
        options.spus = spus
        options.faults = faults
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

    @Test func `a topic: Provisioned, InsufficientResources`() throws {
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
        // It becomes ready by itself when there are enough, and who asked to wait is told.
        try cluster.tell(SpuCommand(.stop, 5002))
        let waiting = try shell.start("exec fluvio-admin topic create pair -r 2 --wait 60s")
        defer { waiting.kill() }
        try waiting.waitForErrors(containing: "needs 2 SPUs and 1 is online")
        try cluster.tell(SpuCommand(.start, 5002))
        try waiting.waitForErrors(containing: "topic 'pair' created")
        #expect(try waiting.wait() == .exited(0))
    }

    @Test func `a topic: Deleting, while something of it cannot be removed`() throws {
        try directory.write("f.json", #"[{"id": 0, "replicas": [5002]}]"#)
        _ = try shell.run("fluvio-admin -q topic create t -f $1", directory.path("f.json"))
        try cluster.tell(SpuCommand(.stop, 5002))
        let inTheWay = directory.path("data/spu-logs-5002/t-0/in-the-way")
        try FileManager.default.createDirectory(atPath: inTheWay, withIntermediateDirectories: false)
        try see("topic", "t", as: "Deleting") {
            let ran = try shell.run("fluvio-admin topic delete -y t; echo $?")
            #expect(ran.lines == ["1"], "\(ran.errors)")
        }
        let ran = try shell.run(
            """
            fluvio-admin topic add-partition t; echo $?
            fluvio-admin topic create t --if-not-exists --wait 300ms; echo $?
            rmdir $1; fluvio-admin -q topic delete -y t; fluvio-admin topic list -O name
            """, inTheWay)
        #expect(ran.lines == ["1", "1"] && ran.errors.contains("it is being deleted"), "\(ran.text) \(ran.errors)")
    }

    @Test(arguments: [(TopicResolution.initializing, "Init"), (.pending, "Pending")])
    func `a topic: Init and Pending, while the controller gets no further`(
        state: TopicResolution, word: String
    ) throws {
        try see("topic", "t", as: word) {
            faults.begin(.topicsStay(state))
            let ran = try shell.run("fluvio-admin topic create t --wait 300ms; echo $?")
            #expect(ran.lines == ["1"] && ran.errors.contains(word), "\(ran.errors)")
        }
        let waiting = try shell.start("exec fluvio-admin topic create t --if-not-exists --timeout 60s")
        defer { waiting.kill() }
        try waiting.waitForErrors(containing: "exists already")
        faults.end(.topicsStay(state))
        #expect(try waiting.wait() == .exited(0))
    }

    @Test func `a topic: InvalidConfig, where a file asks for an SPU that nobody knows, until it is registered`() throws
    {
        cluster.stop()
        // As somebody writes it who prepares a directory.
        try directory.write(
            "data/metadata/Topic/t.yaml",
            """
            !1.0.0
            meta:
              id: t
              revision: 0
            key: t
            status:
              resolution: Pending
              replicaMap: {}
              mirrorMap: {}
              reason: ''
            spec:
              replicas: !assigned
              - id: 0
                replicas:
                - 7
              compressionType: Any
              system: false

            """)
        let cluster = try Self.start(directory.path("data"))
        defer { cluster.stop() }
        let inside = LifeCycleTests(
            directory, cluster, try Shell(nil, variables: ["FLUVIO_CLUSTER": "\(cluster.endpoint)"]))
        try inside.see("topic", "t", as: "InvalidConfig") {}
        let ran = try inside.shell.run("fluvio-admin topic create t --if-not-exists --wait 300ms; echo $?")
        #expect(ran.lines == ["1"] && ran.errors.contains("assigned to SPU 7, which is not known"), "\(ran.errors)")
        try inside.see("topic", "t", as: "Provisioned") {
            _ = try inside.shell.run("fluvio-admin -q spu register -i 7 -p a:1 --private-server b:2")
        }
    }

    @Test func `a partition: Online, LeaderOffline, Online again, Offline`() throws {
        try see("partition", "t-0", as: "Online") {
            try directory.write("f.json", #"[{"id": 0, "replicas": [5002]}]"#)
            _ = try shell.run("fluvio-admin -q topic create t -f $1", directory.path("f.json"))
        }
        try see("partition", "t-0", as: "LeaderOffline") { try cluster.tell(SpuCommand(.stop, 5002)) }
        try see("partition", "t-0", as: "Online") { try cluster.tell(SpuCommand(.start, 5002)) }
        // Its leader is known, and has never come.
        try see("partition", "far-0", as: "Offline") {
            try directory.write("far.json", #"[{"id": 0, "replicas": [7]}]"#)
            let ran = try shell.run(
                """
                fluvio-admin -q spu register -i 7 -p a:1 --private-server b:2
                fluvio-admin topic create far -f $1 --wait 300ms; echo $?
                """, directory.path("far.json"))
            #expect(ran.lines == ["1"] && ran.errors.contains("0 of 1 partition is online"), "\(ran.errors)")
        }
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
        (self.directory, self.cluster, self.shell, faults) = (directory, cluster, shell, FaultBoard())
    }

    @Test func `an SPU: Online, Offline, Online again, and Init when it is registered`() throws {
        try see("spu", "custom-spu-5002", as: "Offline") { try cluster.tell(SpuCommand(.kill, 5002)) }
        try see("spu", "custom-spu-5002", as: "Online") { try cluster.tell(SpuCommand(.start, 5002)) }
        try see("spu", "custom-spu-7", as: "Init") {
            let ran = try shell.run("fluvio-admin -q spu register -i 7 -p a:1 --private-server b:2; echo $?")
            #expect(ran.lines == ["0"], "\(ran.errors)")
        }
        let ran = try shell.run(
            """
            fluvio-admin spu register -i 8 -p a:1 --private-server b:2 --wait 300ms; echo $?
            fluvio-admin -q spu register -i 5002 -n custom-spu-5002 -p a:1 --private-server b:2 --if-not-exists --wait 60s
            echo $?
            """)
        #expect(ran.lines == ["1", "0"], "\(ran.errors)")
        #expect(ran.errors.contains("SPU 'custom-spu-8' is not ready: Init"), "\(ran.errors)")
    }

    @Test func `an SPU group: Init, Invalid, Reserved`() throws {
        // As with the official servers outside Kubernetes, nothing comes of it.
        try see("spg", "g", as: "Init") {
            let ran = try shell.run("fluvio-admin spg create g -r 2 --min-id 5000 --wait 300ms; echo $?")
            #expect(ran.lines == ["1"] && ran.errors.contains("SPU group 'g' is not ready: Init"), "\(ran.errors)")
        }
        var options = ClusterOptions.onFreePorts(directory: directory.path("managed"))
        options.reservesGroups = true
        let managed = try LocalCluster.start(options)
        defer { managed.stop() }
        let inside = LifeCycleTests(
            directory, managed, try Shell(nil, variables: ["FLUVIO_CLUSTER": "\(managed.endpoint)"]))
        try inside.see("spg", "g", as: "Invalid") {
            let ran = try inside.shell.run("fluvio-admin spg create g -r 2 --min-id 5000 --wait 60s; echo $?")
            #expect(ran.lines == ["1"], "\(ran.errors)")
            #expect(
                ran.errors.contains("SPU group 'g' is not ready: Invalid (conflict with SPU 5001)"), "\(ran.errors)")
        }
        try inside.see("spg", "h", as: "Reserved") {
            let ran = try inside.shell.run("fluvio-admin spg create h -r 2 --min-id 10 --wait 60s; echo $?")
            #expect(ran.lines == ["0"], "\(ran.errors)")
        }
    }
}
