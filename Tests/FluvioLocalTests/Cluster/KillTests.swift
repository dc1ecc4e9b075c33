import FluvioProtocol
import Foundation
import Testing
import Unix

@testable import FluvioLocal

@Suite("kill -9")
struct KillTests {
    /// What a child process was told, written before the next request.
    struct Acknowledged {
        var created: Set<String> = []
        var deleted: Set<String> = []

        init(_ text: String) {
            for line in text.split(separator: "\n") {
                let name = String(line.dropFirst())
                if line.first == "+" { created.insert(name) } else { deleted.insert(name) }
            }
        }
    }

    @Test("at any moment loses no acknowledged topic, and brings none back", arguments: [5, 30, 60, 110, 200])
    func kill(milliseconds: Int) async throws {
        let directory = try TemporaryDirectory()
        let path = directory.path
        await #expect(processExitsWith: .signal(SIGKILL)) {
            [path = path as String, milliseconds = milliseconds as Int] in
            try await createTopicsUntilKilled(path, after: milliseconds)
        }
        let told = Acknowledged(String(decoding: (try? directory.bytes("journal")) ?? [], as: UTF8.self))
        let cluster = try directory.cluster()
        let client = try await ClusterClient(cluster.endpoint)
        let topics = Set(try await client.topics())
        #expect(told.created.subtracting(told.deleted).subtracting(topics).count <= 1, "one deletion may be under way")
        #expect(topics.isDisjoint(with: told.deleted))
        let partitions = try await client.partitions()
        #expect(Set(partitions.map(\.name)) == Set(topics.flatMap { ["\($0)-0", "\($0)-1"] }))
        #expect(partitions.allSatisfy { $0.status.resolution == .online })
    }
}

/// Makes and deletes topics, and notes in a journal what was acknowledged, until the process kills itself.
private func createTopicsUntilKilled(_ path: String, after milliseconds: Int) async throws {
    let cluster = try LocalCluster.start(.onFreePorts(directory: "\(path)/data"))
    let client = try await ClusterClient(cluster.endpoint)
    let journal = try FileDescriptor.open("\(path)/journal", O_WRONLY | O_CREAT | O_APPEND)
    func note(_ line: String) throws {
        try unsafe Array("\(line)\n".utf8).withUnsafeBytes { try unsafe Unix.writeAll(journal.raw, $0) }
    }
    Thread.detachNewThread {
        usleep(useconds_t(milliseconds * 1_000))
        kill(getpid(), SIGKILL)
    }
    for number in 1... {
        guard try await client.create("t\(number)", partitions: 2).error == .success else { return }
        try note("+t\(number)")
        guard number.isMultiple(of: 3) else { continue }
        guard try await client.delete("t\(number - 1)").error == .success else { return }
        try note("-t\(number - 1)")
    }
}
