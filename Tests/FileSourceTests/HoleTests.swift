import Foundation
import Glibc
import Testing
import Unix

@testable import FileSource

/// A file that was cut, and whose writer goes on where it was: what stands before is no data.
@Suite("Holes, and the zeros behind them") struct HoleTests {
    private let path = NSTemporaryDirectory() + "hole-\(UUID().uuidString)"

    private func write(_ text: String, at place: Int) throws {
        let file = unsafe open(path, O_WRONLY | O_CREAT, 0o600)
        defer { close(file) }
        try #require(unsafe pwrite(file, text, text.utf8.count, off_t(place)) == text.utf8.count)
    }

    private func reader(at record: FileRecord, tail: [UInt8] = []) throws -> FileReader {
        FileReader(
            PlainInput(try FileDescriptor.open(path, O_RDONLY)), at: record, tail: tail,
            splitter: LineSplitter(limit: 100, policy: .truncate))
    }

    private func record() throws -> FileRecord {
        var record = FileRecord(id: FileID(number: 1), path: path, evidence: Evidence(device: 1, inode: 1, born: nil))
        record.generation = 1
        return record
    }

    private func read(_ reader: FileReader, _ lines: inout [String]) throws {
        // As small as it can be: zeros take many reads.
        let window = ReadWindow(capacity: 300)
        _ = try reader.read(window, isFinal: false) { piece in
            lines.append(unsafe String(decoding: piece.bytes, as: UTF8.self))
            return .taken
        }
    }

    @Test(arguments: [3, 300, 3_000, 4_096, 9_000, 1_000_000])
    func `a file that was seen while it was empty`(place: Int) throws {
        defer { _ = unsafe unlink(path) }
        try write("", at: 0)
        let reader = try reader(at: try record())
        var lines: [String] = []
        try read(reader, &lines)
        try write("line\n", at: place)
        for _ in 0..<100 where reader.position < place + 5 { try read(reader, &lines) }
        #expect(lines == ["line"] && reader.holes == place)
    }

    @Test(arguments: [3, 300, 3_000, 4_096, 9_000, 1_000_000])
    func `reading begins again among the zeros`(place: Int) throws {
        defer { _ = unsafe unlink(path) }
        try write("line\n", at: place)
        var record = try record()
        var tail: [UInt8] = []
        var lines: [String] = []
        for _ in 0..<100 where record.position < place + 5 {
            let reader = try reader(at: record, tail: tail)
            try read(reader, &lines)
            (record.position, record.line, record.excess, tail) = (
                reader.position, reader.line, reader.excess, reader.tail
            )
            record.evidence.take(mark: tail)
            (record.evidence.head, record.evidence.past) = (reader.head, reader.past)
        }
        #expect(lines == ["line"])
    }

    @Test func `zeros behind data are data`() throws {
        defer { _ = unsafe unlink(path) }
        try write("line\n\0\0\0x\n", at: 0)
        let reader = try reader(at: try record())
        var lines: [String] = []
        try read(reader, &lines)
        #expect(lines == ["line", "\0\0\0x"])
    }
}
