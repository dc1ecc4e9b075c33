import Glibc
import Testing
import ToolSupport
import Unix

@Suite("Record reader")
struct RecordReaderTests {
    private func read(
        _ text: String, _ framing: RecordFraming = .lines, limit: Int = .max, oversize: OversizeHandling = .tell,
        bufferSize: Int = RecordReader.defaultBufferSize
    ) throws -> [Seen] {
        try Plumbing.withFile(Array(text.utf8)) { path in
            var reader = RecordReader(
                sources: [path], framing: framing, limit: limit, oversize: oversize, bufferSize: bufferSize)
            return try reader.readAll()
        }
    }

    @Test func `lines come with their number and position, empty ones too, and the last needs no delimiter`() throws {
        let seen = try read("one\n\ntwo\r\nlast")
        #expect(
            seen == [
                Seen("one", line: 1, at: 0), Seen("", line: 2, at: 4), Seen("two\r", line: 3, at: 5),
                Seen("last", line: 4, at: 10, ended: false),
            ])
        #expect(try read("") == [])
        #expect(try read("\n") == [Seen("", line: 1, at: 0)])
    }

    @Test func `bytes are no text`() throws {
        let bytes: [UInt8] = [0xff, 0, 0x0d, 0x0a, 0x0a, 0xc3, 0x28, 0]
        try Plumbing.withFile(bytes) { path in
            var reader = RecordReader(sources: [path])
            let lines: [[UInt8]] = [[0xff, 0, 0x0d], [], [0xc3, 0x28, 0]]
            let all = try reader.readAll().map(\.text)
            #expect(all == lines)
            var byNul = RecordReader(sources: [path], framing: .nulTerminated)
            let records: [[UInt8]] = [[0xff], [0x0d, 0x0a, 0x0a, 0xc3, 0x28]]
            let byNuls = try byNul.readAll().map(\.text)
            #expect(byNuls == records)
        }
    }

    @Test(arguments: [1, 2, 3, 4, 5, 7, 16, 17, 64])
    func `a delimiter of several bytes is found wherever the buffers are cut`(size: Int) throws {
        let seen = try read("a\r\nb\r\r\n\n\r\n\r\r\nend\r", .delimited([13, 10]), bufferSize: size)
        #expect(seen.map(\.text) == ["a", "b\r", "\n", "\r", "end\r"].map { Array($0.utf8) })
        #expect(seen.map(\.position) == [0, 3, 7, 10, 13])
        // The first that fits ends the record; bytes of one delimiter are not part of the next.
        #expect(try read("aaaab", .delimited(Array("aa".utf8)), bufferSize: size).map(\.position) == [0, 2, 4])
        #expect(try read("xabab", .delimited(Array("ab".utf8)), bufferSize: size).map(\.length) == [1, 0])
    }

    @Test(arguments: [1, 16, 33, 1000])
    func `what is longer than the limit is told with its length and position, and is not kept`(size: Int) throws {
        let long = String(repeating: "0123456789", count: 50)
        let seen = try read("abc\n\(long)\nabcde\nabcdef\n\(long)", limit: 5, bufferSize: size)
        #expect(
            seen == [
                Seen("abc", line: 1, at: 0), Seen("01234", line: 2, at: 4, length: 500, oversize: true),
                Seen("abcde", line: 3, at: 505), Seen("abcde", line: 4, at: 511, length: 6, oversize: true),
                Seen("01234", line: 5, at: 518, length: 500, ended: false, oversize: true),
            ])
    }

    @Test(arguments: [1, 16, 33, 1000])
    func `the limit counts without the delimiter, however long that is`(size: Int) throws {
        let seen = try read(
            "abcdeENDabcdefEND0123456789EN-EDNENDab", .delimited(Array("END".utf8)), limit: 5,
            bufferSize: size)
        #expect(
            seen == [
                Seen("abcde", line: 1, at: 0), Seen("abcde", line: 2, at: 8, length: 6, oversize: true),
                Seen("01234", line: 3, at: 17, length: 16, oversize: true), Seen("ab", line: 4, at: 36, ended: false),
            ])
    }

    @Test(arguments: [1, 16, 33, 1000])
    func `an oversize record is split into parts of one number`(size: Int) throws {
        let seen = try read("abcdefghijk\nabcde\nxy\n0123456789", limit: 5, oversize: .split, bufferSize: size)
        #expect(
            seen == [
                Seen("abcde", line: 1, at: 0, ended: false), Seen("fghij", line: 1, at: 5, ended: false),
                Seen("k", line: 1, at: 10), Seen("abcde", line: 2, at: 12), Seen("xy", line: 3, at: 18),
                Seen("01234", line: 4, at: 21, ended: false), Seen("56789", line: 4, at: 26, ended: false),
            ])
    }

    @Test func `a source read whole is one record, an empty one too`() throws {
        #expect(try read("a\nb\n", .whole) == [Seen("a\nb\n", line: 1, at: 0, ended: false)])
        #expect(try read("", .whole) == [Seen("", line: 1, at: 0, ended: false)])
        #expect(
            try read("0123456789", .whole, limit: 4) == [
                Seen("0123", line: 1, at: 0, length: 10, ended: false, oversize: true)
            ])
    }

    @Test func `sources follow each other, and no record reaches from one into the next`() throws {
        try Plumbing.withFile(Array("a\nb".utf8)) { first in
            try Plumbing.withFile(Array("c\n".utf8)) { second in
                var reader = RecordReader(sources: [first, second, first])
                let all = try reader.readAll()
                #expect(
                    all == [
                        Seen("a", line: 1, at: 0), Seen("b", line: 2, at: 2, ended: false), Seen("c", line: 1, at: 0),
                        Seen("a", line: 1, at: 0), Seen("b", line: 2, at: 2, ended: false),
                    ])
                #expect(reader.source == first)
            }
        }
    }

    @Test func `a missing file and a directory are errors with their names, and reading goes on`() throws {
        try Plumbing.withFile(Array("a\n".utf8)) { path in
            var reader = RecordReader(sources: ["/nonexistent", path, "/tmp"])
            let missing = #expect(throws: InputError.self) { _ = try reader.next() }
            #expect(missing?.source == "/nonexistent" && missing?.cause.code == ENOENT)
            #expect(missing?.description == "/nonexistent: No such file or directory")
            guard case .record(let record) = try reader.next() else {
                Issue.record("no record")
                return
            }
            #expect(unsafe Array(record.bytes) == [0x61])
            let directory = #expect(throws: InputError.self) { _ = try reader.next() }
            #expect(directory?.cause.code == EISDIR)
            guard case .end = try reader.next() else {
                Issue.record("not at the end")
                return
            }
        }
    }

    @Test func `random inputs in random buffers give what splitting the whole gives`() throws {
        var random = SplitMix(seed: 7)
        for _ in 0..<400 {
            let delimiters: [[UInt8]] = [[0x0a], [0], [13, 10], [1, 2, 1], [1, 1]]
            let delimiter = delimiters.randomElement(using: &random) ?? [10]
            let alphabet: [UInt8] = [0, 1, 2, 10, 13, 65]
            let bytes = (0..<Int.random(in: 0...300, using: &random)).map { _ in
                alphabet.randomElement(using: &random) ?? 0
            }
            var expected: [[UInt8]] = []
            var rest = bytes[...]
            while let at = rest.indices.first(where: { rest[$0...].starts(with: delimiter) }) {
                expected.append(Array(rest[..<at]))
                rest = rest[(at + delimiter.count)...]
            }
            if !rest.isEmpty { expected.append(Array(rest)) }
            let limit = Int.random(in: 1...40, using: &random)
            let size = Int.random(in: 16...64, using: &random)
            try Plumbing.withFile(bytes) { path in
                var reader = RecordReader(
                    sources: [path], framing: .delimited(delimiter), limit: limit, bufferSize: size)
                let seen = try reader.readAll()
                #expect(seen.map(\.text) == expected.map { Array($0.prefix(limit)) })
                #expect(seen.map(\.length) == expected.map(\.count))
                var splitting = RecordReader(
                    sources: [path], framing: .delimited(delimiter), limit: limit, oversize: .split, bufferSize: size)
                let parts = try splitting.readAll()
                var joined: [[UInt8]] = []
                for (index, part) in parts.enumerated() {
                    #expect(part.text.count <= limit)
                    if index > 0, part.line == parts[index - 1].line {
                        joined[joined.count - 1] += part.text
                    } else {
                        joined.append(part.text)
                    }
                }
                #expect(joined == expected)
            }
        }
    }
}

/// A small seeded generator, so that a failure can be repeated.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }
}
