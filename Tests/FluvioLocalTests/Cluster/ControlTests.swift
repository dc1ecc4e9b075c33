import Documents
import FluvioTransport
import Foundation
import Testing
import Unix

@testable import FluvioLocal

@Suite("The control socket")
struct ControlTests {
    let directory: TemporaryDirectory
    var path: String { "\(directory.path)/data" }
    init() throws { directory = try TemporaryDirectory() }

    @Test("A cluster tells its state, and stops when it is told to")
    func statusAndStop() async throws {
        #expect(try ClusterControl.status(directory: path) == nil)
        #expect(try !ClusterControl.stop(directory: path))
        let cluster = try directory.cluster()
        _ = try await ClusterClient(cluster.endpoint).create("t", partitions: 2)
        let status = try #require(try ClusterControl.status(directory: path))
        #expect(status == cluster.status)
        #expect(status.pid == getpid() && status.topics == 2 && status.partitions == 3 && status.offlinePartitions == 0)
        #expect(status.endpoint == cluster.endpoint)
        #expect(
            status.spus == [
                ClusterStatus.SpuSummary(
                    id: 5001, endpoint: try #require(cluster.spus[5001]), online: true, condition: .running)
            ])
        #expect(try ClusterControl.stop(directory: path))
        await cluster.waitUntilStopped()
        #expect(try ClusterControl.status(directory: path) == nil)
        #expect(try !DirectoryLock.isHeld(path))
        #expect(try !directory.names(in: "data").contains("control.sock"))
        // Once more does no harm.
        cluster.stop()
    }

    @Test("Only its owner can connect")
    func mode() throws {
        let cluster = try directory.cluster()
        let attributes = try FileManager.default.attributesOfItem(atPath: "\(path)/control.sock")
        #expect(attributes[.posixPermissions] as? Int == 0o600)
        cluster.stop()
    }

    @Test("A socket that a killed cluster left is no cluster, and in nobody's way")
    func stale() throws {
        try directory.makeDirectory("data")
        do { _ = try LocalSocket.listen(at: "\(path)/control.sock") }
        #expect(try directory.names(in: "data") == ["control.sock"])
        #expect(try ClusterControl.status(directory: path) == nil)
        let cluster = try directory.cluster()
        #expect(try ClusterControl.status(directory: path) != nil)
        cluster.stop()
    }

    @Test("A cluster that has lost its socket is not taken for none")
    func lost() throws {
        let cluster = try directory.cluster()
        try directory.remove("data/control.sock")
        #expect(throws: ControlError.silent(pid: getpid())) { try ClusterControl.status(directory: path) }
        cluster.stop()
    }

    @Test("Who says nothing, or nonsense, keeps nobody waiting for long")
    func nonsense() throws {
        let cluster = try directory.cluster()
        let socket = "\(path)/control.sock"
        let silent = try LocalSocket.connect(to: socket)
        let endless = try LocalSocket.connect(to: socket)
        #expect(LocalSocket.send(endless.raw, [UInt8](repeating: 65, count: 1_000)))
        let unknown = try LocalSocket.connect(to: socket)
        #expect(LocalSocket.send(unknown.raw, Array("dance \"x\"\n".utf8)))
        var reply = [UInt8](repeating: 0, count: 1_000)
        let count = try unsafe reply.withUnsafeMutableBytes { try unsafe Unix.read(unknown.raw, into: $0) }
        #expect(
            String(decoding: reply[..<count], as: UTF8.self) == #"{"error":"unknown command 'dance \"x\"'"}"# + "\n")
        #expect(try ClusterControl.status(directory: path) != nil)
        _ = consume silent
        cluster.stop()
    }

    @Test("The directory's name may be longer than a socket's can be")
    func longName() throws {
        let deep = String(repeating: "/" + String(repeating: "d", count: 60), count: 4)
        let cluster = try LocalCluster.start(.onFreePorts(directory: directory.path + deep))
        #expect(try ClusterControl.status(directory: directory.path + deep) == cluster.status)
        cluster.stop()
    }

    @Test("A status with strange names comes back")
    func json() throws {
        #expect(ClusterStatus.quoted("a\"\\\n\u{1}é") == #""a\"\\\u000a\u0001é""#)
        let node = try YAMLParser.parse(Array("{\"x\":\(ClusterStatus.quoted("a\"\\\n\u{1f}é\u{1F980}"))}".utf8))
        #expect(try node.text("x") == "a\"\\\n\u{1f}é\u{1F980}")
    }
}
