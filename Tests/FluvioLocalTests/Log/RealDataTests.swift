import FluvioProtocol
import TestSupport
import Testing

@testable import FluvioLocal

@Suite("The data directory of a real cluster")
struct RealDataTests {
    let directory: TemporaryDirectory
    let lines = Lines()

    init() throws {
        directory = try TemporaryDirectory()
        try directory.unpackRealData()
    }

    /// A partition of it: its directory, its settings, and what its metadata say.
    struct Partition: CustomTestStringConvertible, Sendable {
        let path: String
        let segmentBytes: Int
        let end: Int64
        let size: Int64
        var testDescription: String { path }
    }

    static let partitions = [
        Partition(path: "spu-logs-5003/seg-0", segmentBytes: 4_096, end: 240, size: 35_004),
        Partition(path: "spu-logs-5003/seg2-0", segmentBytes: 65_536, end: 2_500, size: 361_335),
        Partition(path: "spu-logs-5003/segz-0", segmentBytes: 65_536, end: 2_500, size: 70_107),
        Partition(path: "spu-logs-5001/consumer-offset-0", segmentBytes: 512_000_000, end: 5, size: 515),
    ]

    private func logs(_ path: String) throws -> [String] {
        try directory.names(in: path).filter { $0.hasSuffix(".log") }.map { "\(path)/\($0)" }
    }

    @Test(
        "Every partition opens without a word and without a changed byte, and gives all it holds", arguments: partitions
    )
    func opens(partition: Partition) throws {
        let names = try directory.names(in: partition.path)
        let before = try names.map { try directory.bytes("\(partition.path)/\($0)") }
        let log = try directory.log(partition.path, segmentBytes: partition.segmentBytes, lines: lines)
        #expect(lines.all.isEmpty)
        #expect(log.end == partition.end && log.highWatermark == partition.end)
        #expect(log.status.size == partition.size)
        #expect(try log.all(from: 0) == logs(partition.path).flatMap { try directory.bytes($0) })
        #expect(try directory.names(in: partition.path) == names)
        #expect(try names.map { try directory.bytes("\(partition.path)/\($0)") } == before)
    }

    @Test("The same batches with the same settings give the same files, byte for byte", arguments: partitions)
    func sameFiles(partition: Partition) throws {
        let log = try directory.log("mine", segmentBytes: partition.segmentBytes, lines: lines)
        for file in try logs(partition.path) {
            for batch in Batches.split(try directory.bytes(file)) { try log.append(batch) }
        }
        log.advanceHighWatermark(to: log.end)
        try log.writeCheckpoint()
        let names = try directory.names(in: partition.path)
        #expect(try directory.names(in: "mine") == names)
        for name in names {
            #expect(try directory.bytes("mine/\(name)") == directory.bytes("\(partition.path)/\(name)"), "\(name)")
        }
    }

    @Test("All batches in one append give the same files too", arguments: partitions)
    func sameFilesAtOnce(partition: Partition) throws {
        let log = try directory.log("mine", segmentBytes: partition.segmentBytes, lines: lines)
        var bytes = try logs(partition.path).flatMap { try directory.bytes($0) }
        #expect(try log.append(&bytes, 0..<bytes.count)?.end == partition.end)
        for name in try directory.names(in: partition.path) where name != "replication.chk" {
            #expect(try directory.bytes("mine/\(name)") == directory.bytes("\(partition.path)/\(name)"), "\(name)")
        }
    }

    @Test("It goes on where the real server stopped", arguments: partitions)
    func goesOn(partition: Partition) throws {
        let log = try directory.log(partition.path, segmentBytes: partition.segmentBytes, lines: lines)
        #expect(try log.append(Batches.make(2)) == Appended(base: partition.end, end: partition.end + 2))
        #expect(try Batches.headers(log.all(from: partition.end)).map(\.baseOffset) == [partition.end])
    }
}
