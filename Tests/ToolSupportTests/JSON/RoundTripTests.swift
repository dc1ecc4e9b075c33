import Testing
import ToolSupport

/// What is written is read back byte for byte, directly and through jq.
@Suite("Record lines, there and back")
struct RoundTripTests {
    private func records(_ count: Int, seed: UInt64) -> [TestRecord] {
        var generator = JSONGenerator(seed: seed)
        func bytes() -> [UInt8] {
            let length = generator.pick([0, 1, 5, 15, 16, 31, 32, 33, 140, 600])
            switch Int.random(in: 0..<6, using: &generator.random) {
            case 0: return (0..<length).map { _ in UInt8.random(in: 0...255, using: &generator.random) }
            case 1: return (0..<length).map { _ in UInt8.random(in: 0...127, using: &generator.random) }
            case 2: return generator.text()
            case 3: return generator.damaged()
            case 4: return Array(String(repeating: generator.pick(["é", "€\n", "😀\"", "\u{0}"]), count: length).utf8)
            default: return Array(generator.pick(["null", "true", "", "{}", " {}", "{}\n", "\"x\"", "\u{feff}1"]).utf8)
            }
        }
        var offset: Int64 = 0
        var time: Int64 = 1_795_334_082_917
        return (0..<count).map { _ in
            offset += generator.pick([1, 1, 1, 1, 2, 950, 1_000_000])
            time += generator.pick([0, 0, 0, 1, 7, 12_345, -3])
            let timestamp = generator.pick([time, time, time, time, RecordLine.noTimestamp, 0, -5])
            let key = generator.pick([true, false]) ? bytes() : nil
            return TestRecord(bytes(), key: key, at: timestamp, offset: offset)
        }
    }

    private func expectSame(_ lines: [UInt8], _ records: [TestRecord]) throws {
        let lines = lines.split(separator: 10)
        try #require(lines.count == records.count)
        var reader = EnvelopeReader(isStrict: true)
        for (line, record) in zip(lines, records) {
            let read = try Lines.read(Array(line), &reader)
            let time: EnvelopeTime = record.timestamp == RecordLine.noTimestamp ? .none : .at(record.timestamp)
            let expected = Lines.Read(
                key: record.key, value: record.value, timestamp: time, partition: 7, topic: "a \"topic\"",
                offset: record.offset)
            if read != expected {
                Issue.record("\(String(decoding: line, as: UTF8.self)) gave \(read) for \(record)")
                return
            }
        }
    }

    @Test(arguments: [
        RecordLineStyle(), RecordLineStyle(value: .json), RecordLineStyle(value: .base64),
        RecordLineStyle(escapesNonASCII: true),
        RecordLineStyle(value: .json, fields: [.envelope, .time], escapesNonASCII: true, isSequence: true),
    ])
    func `any record comes back`(style: RecordLineStyle) throws {
        let records = records(1500, seed: 21)
        let lines = try Lines.write(records, topic: "a \"topic\"", partition: 7, style: style)
        try expectSame(lines, records)
    }

    @Test(arguments: [ValueStyle.text, .base64])
    func `any record comes back through jq, and jq changes nothing`(value: ValueStyle) throws {
        let records = records(1000, seed: 22)
        let lines = try Lines.write(records, topic: "a \"topic\"", partition: 7, style: RecordLineStyle(value: value))
        let through = try Subprocess.run("/usr/bin/jq", ["-c", "."], input: lines)
        #expect(through == lines)
        try expectSame(through, records)
    }

    @Test func `spliced values are JSON in jq's eyes`() throws {
        let records = records(1000, seed: 23)
        let lines = try Lines.write(records, topic: "t", partition: 7, style: RecordLineStyle(value: .json))
        let through = try Subprocess.run("/usr/bin/jq", ["-c", ".offset"], input: lines)
        #expect(through.split(separator: 10).count == records.count)
    }

    @Test func `pretty-printed and sorted by jq, a record is still the same`() throws {
        let records = records(300, seed: 24)
        let lines = try Lines.write(records, topic: "a \"topic\"", partition: 7)
        try expectSame(Subprocess.run("/usr/bin/jq", ["-cS", "."], input: lines), records)
        var reader = EnvelopeReader()
        for record in records.prefix(5) {
            let line = try Lines.write([record], topic: "a \"topic\"", partition: 7)
            let pretty = try Subprocess.run("/usr/bin/jq", ["."], input: line)
            #expect(try Lines.read(pretty, &reader).value == record.value)
        }
    }
}
