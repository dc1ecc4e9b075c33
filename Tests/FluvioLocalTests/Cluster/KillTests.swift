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

    @Test(
        "at any moment loses no acknowledged topic, and brings none back",
        arguments: zip([1, 4, 8, 14, 20, 26], [0, 3_000, 400, 1_200, 2_000, 700]))
    func kill(topics: Int, microseconds: Int) async throws {
        let directory = try TemporaryDirectory()
        let path = directory.path
        await #expect(processExitsWith: .signal(SIGKILL)) {
            [path = path as String, topics = topics as Int, microseconds = microseconds as Int] in
            try await createTopicsUntilKilled(path, after: topics, and: microseconds)
        }
        let told = Acknowledged(String(decoding: (try? directory.bytes("journal")) ?? [], as: UTF8.self))
        #expect(told.created.count >= topics)
        let cluster = try directory.cluster()
        let client = try await ClusterClient(cluster.endpoint)
        let found = Set(try await client.topics())
        // One deletion may have been under way.
        let last = told.created.count
        let doubtful: Set<String> = last.isMultiple(of: 3) ? ["t\(last - 1)"] : []
        #expect(told.created.subtracting(told.deleted).subtracting(doubtful).isSubset(of: found))
        #expect(found.isDisjoint(with: told.deleted))
        let partitions = try await client.partitions()
        #expect(Set(partitions.map(\.name)) == Set(found.flatMap { ["\($0)-0", "\($0)-1"] }))
        #expect(partitions.allSatisfy { $0.status.resolution == .online })
    }
}

/// Makes and deletes topics, and notes in a journal what was acknowledged, until the process kills itself: so long after
/// so many topics.
private func createTopicsUntilKilled(_ path: String, after topics: Int, and microseconds: Int) async throws {
    let cluster = try LocalCluster.start(.onFreePorts(directory: "\(path)/data"))
    let client = try await ClusterClient(cluster.endpoint)
    let journal = try FileDescriptor.open("\(path)/journal", O_WRONLY | O_CREAT | O_APPEND)
    func note(_ line: String) throws {
        try unsafe Array("\(line)\n".utf8).withUnsafeBytes { try unsafe Unix.writeAll(journal.raw, $0) }
    }
    for number in 1... {
        guard try await client.create("t\(number)", partitions: 2).error == .success else { return }
        try note("+t\(number)")
        if number == topics {
            Thread.detachNewThread {
                usleep(useconds_t(microseconds))
                kill(getpid(), SIGKILL)
            }
        }
        guard number.isMultiple(of: 3) else { continue }
        guard try await client.delete("t\(number - 1)").error == .success else { return }
        try note("-t\(number - 1)")
    }
}
