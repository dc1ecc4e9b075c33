import FluvioProtocol
import Foundation
import TestSupport
import Testing

/// The log files of real servers.
@Suite struct StoredLogTests {
    /// Name and bytes of every log file in the archive.
    static func logs() throws -> [(name: String, bytes: [UInt8])] {
        let directory = FileManager.default.temporaryDirectory.appending(path: "stored-logs-\(UUID())")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let tar = Process()
        tar.executableURL = URL(filePath: "/usr/bin/tar")
        tar.arguments = [
            "-xzf", Captures.directory.appending(path: "data-directory.tar.gz").path(), "-C", directory.path(),
            "--wildcards", "*.log",
        ]
        try tar.run()
        tar.waitUntilExit()
        try #require(tar.terminationStatus == 0)
        let names = try FileManager.default.subpathsOfDirectory(atPath: directory.path())
        return try names.filter { $0.hasSuffix(".log") }.sorted().map { name in
            (name, Array(try Data(contentsOf: directory.appending(path: name))))
        }
    }

    @Test func everyBatchOfARealServersLogIsRead() throws {
        var counts: [String: Int] = [:]
        var next: [String: Int64] = [:]
        for (name, bytes) in try Self.logs() {
            let read = try ReadRecords(bytes)
            let partition = name.split(separator: "/").dropLast().last.map(String.init) ?? ""
            counts[partition, default: 0] += read.records.count
            #expect(read.cut == nil, "\(name)")
            let base = try #require(Int64(name.suffix(24).dropLast(4)))
            if let expected = next[partition] { #expect(base == expected, "\(name)") }
            let end = try #require(read.batches.last?.nextOffset)
            #expect(read.records.map(\.offset) == Array(base..<end), "\(name)")
            next[partition] = end
            let codec: Compression = partition == "segz-0" ? .zstd : .none
            #expect(read.batches.allSatisfy { $0.codec == codec }, "\(name)")
        }
        #expect(counts == ["consumer-offset-0": 5, "seg-0": 240, "seg2-0": 2500, "segz-0": 2500])
    }
}
