import Glibc
import TestSupport
import Testing

import struct ToolSupport.Pattern

@testable import FileSource

/// What becomes of lines, and of records of several, that are too long does not depend on how the bytes came, nor on where
/// reading began again.
@Suite("--oversize, wherever reading begins again") struct OversizeTests {
    enum Rule: CaseIterable {
        case lines, start, goesOn, rows
    }

    /// A file that grows in memory.
    private final class Growing: ByteInput {
        let bytes: [UInt8]
        var size = 0
        let descriptor: CInt = -1
        let isPlain = true
        let isWhole = true
        let damage: DecodingError? = nil

        init(_ bytes: [UInt8]) { self.bytes = bytes }

        func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) -> Int {
            let part = bytes[min(offset, size)..<min(size, offset + buffer.count)]
            unsafe buffer.copyBytes(from: part)
            return part.count
        }

        func readSound(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) -> Int {
            unsafe read(into: buffer, at: offset)
        }

        func beginning(_ count: Int) -> [UInt8]? { count <= size ? Array(bytes[..<count]) : nil }
        func remaining(of size: Int) -> Int? { nil }
    }

    private static let limit = 40

    /// Lines of which some begin with "S", some with a space, and some have a quote in them.
    private func text(_ rule: Rule, _ random: inout SeededRandom) -> [UInt8] {
        var text: [UInt8] = []
        for number in 0..<Int.random(in: 1...30, using: &random) {
            let first = ["S", " ", "S\"", " \""].randomElement(using: &random) ?? ""
            // Of a row that ends in a line which was not seen whole, nobody knows whether a field is open.
            let longest = rule == .rows ? 30 : [10, 10, 38, 130].randomElement(using: &random) ?? 0
            let rest = String(repeating: "x", count: Int.random(in: 0...longest, using: &random))
            text += Array("\(first)\(number)\(rest)\n".utf8)
        }
        if Bool.random(using: &random) { text.removeLast() }
        return text
    }

    /// What is sent, by the rules alone.
    private func wanted(_ text: [UInt8], _ rule: Rule, _ policy: OversizePolicy) -> [[UInt8]] {
        var records: [[UInt8]] = []
        var isOpen = false
        var lines = text.split(separator: 0x0a, omittingEmptySubsequences: false)
        if lines.last == [] { lines.removeLast() }
        for line in lines {
            let goesOn =
                switch rule {
                case .lines: false
                case .start: line.first != UInt8(ascii: "S")
                case .goesOn: line.first == UInt8(ascii: " ")
                case .rows: isOpen
                }
            if line.count(where: { $0 == UInt8(ascii: "\"") }) % 2 == 1 { isOpen.toggle() }
            if goesOn, let last = records.last {
                records[records.count - 1] = last + [0x0a] + line
            } else {
                records.append(Array(line))
            }
        }
        return records.compactMap { record in
            if record.count <= Self.limit { return record }
            return policy == .drop ? nil : Array(record[..<Self.limit])
        }
    }

    private func grouper(_ rule: Rule) throws -> LineGrouper? {
        switch rule {
        case .lines: nil
        case .start: LineGrouper(try Pattern("^S"), isOfFirst: true)
        case .goesOn: LineGrouper(try Pattern("^ "), isOfFirst: false)
        case .rows: LineGrouper()
        }
    }

    /// Reads it all, with a taker that has no room now and then, and begins again now and then with what a checkpoint keeps.
    private func read(
        _ text: [UInt8], _ rule: Rule, _ policy: OversizePolicy, _ random: inout SeededRandom
    ) throws -> [[UInt8]] {
        let input = Growing(text)
        var record = FileRecord(
            id: FileID(number: 1), path: "f", evidence: Evidence(device: 1, inode: 1, born: nil))
        var tail: [UInt8] = []
        var records: [[UInt8]] = []
        let window = ReadWindow(capacity: 150)
        while true {
            let reader = FileReader(
                input, at: record, tail: tail, splitter: LineSplitter(limit: Self.limit, policy: policy),
                grouper: try grouper(rule))
            for _ in 0..<Int.random(in: 1...8, using: &random) {
                input.size = min(text.count, input.size + Int.random(in: 0...60, using: &random))
                let isFinal = input.size == text.count
                let outcome = try reader.read(window, isFinal: isFinal) { piece in
                    if Int.random(in: 0..<5, using: &random) == 0 { return .full }
                    unsafe records.append(Array(piece.bytes))
                    return .taken
                }
                #expect(outcome != .truncated)
                if isFinal, outcome == .drained { return records }
            }
            (record.position, record.line, record.excess) = (reader.position, reader.line, reader.excess)
            tail = reader.tail
            (record.evidence.head, record.evidence.past) = (reader.head, reader.past)
            record.evidence.take(mark: tail)
        }
    }

    @Test(arguments: Rule.allCases, [OversizePolicy.truncate, .drop])
    func `records are cut and left out as if they had been read at once`(rule: Rule, policy: OversizePolicy) throws {
        // A row can only be whole.
        guard rule != .rows || policy == .drop else { return }
        for seed in UInt64(1)...2_000 {
            var random = SeededRandom(seed: seed)
            let text = text(rule, &random)
            let found = try read(text, rule, policy, &random)
            let wanted = wanted(text, rule, policy)
            guard found != wanted else { continue }
            Issue.record(
                """
                seed \(seed): \(String(decoding: text, as: UTF8.self))
                found \(found.map { String(decoding: $0, as: UTF8.self) })
                wanted \(wanted.map { String(decoding: $0, as: UTF8.self) })
                """)
            return
        }
    }
}
