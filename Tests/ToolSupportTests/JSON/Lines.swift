import Glibc
import Testing
import ToolSupport
import Unix

/// A record as a value.
struct TestRecord: Equatable {
    var offset: Int64 = 0
    var timestamp: Int64 = RecordLine.noTimestamp
    var key: [UInt8]?
    var value: [UInt8] = []

    init(_ value: String, key: String? = nil, at timestamp: Int64 = RecordLine.noTimestamp, offset: Int64 = 0) {
        self.init(Array(value.utf8), key: key.map { Array($0.utf8) }, at: timestamp, offset: offset)
    }

    init(_ value: [UInt8], key: [UInt8]? = nil, at timestamp: Int64 = RecordLine.noTimestamp, offset: Int64 = 0) {
        self.value = value
        self.key = key
        self.timestamp = timestamp
        self.offset = offset
    }
}

enum Lines {
    /// What `body` writes.
    static func output(_ body: (inout OutputWriter) throws -> Void) throws -> [UInt8] {
        try Plumbing.withFile([]) { path in
            var output = OutputWriter(owning: try FileDescriptor.open(path, O_WRONLY), capacity: 4096)
            try body(&output)
            try output.close()
            return try Unix.contents(of: path)
        }
    }

    /// The records as JSON lines.
    static func write(
        _ records: [TestRecord], topic: String = "logs", partition: UInt32 = 0,
        style: RecordLineStyle = RecordLineStyle()
    ) throws -> [UInt8] {
        try output { output in
            var line = RecordLine(topic: topic, partition: partition, style: style)
            for record in records {
                let key = record.key
                try unsafe record.value.withUnsafeBytes { value in
                    // An array that is empty may have no address; an empty key is a key all the same.
                    if let key {
                        try unsafe key.withUnsafeBytes { key in
                            try unsafe line.write(
                                offset: record.offset, timestamp: record.timestamp, key: key, value: value, to: &output)
                        }
                    } else {
                        try unsafe line.write(
                            offset: record.offset, timestamp: record.timestamp, key: nil, value: value, to: &output)
                    }
                }
            }
        }
    }

    /// The lines as text, without the last line feed.
    static func text(
        _ records: TestRecord..., style: RecordLineStyle = RecordLineStyle()
    ) throws -> String {
        let bytes = try write(records, style: style)
        #expect(bytes.last == 10)
        return String(decoding: bytes.dropLast(), as: UTF8.self)
    }

    /// An envelope as values.
    struct Read: Equatable {
        var key: [UInt8]?
        var value: [UInt8]?
        var timestamp = EnvelopeTime.absent
        var partition: UInt32?
        var topic: String?
        var offset: Int64?
    }

    /// Reads a line.
    static func read(_ line: String, dialect: EnvelopeDialect = .fluvio, isStrict: Bool = false) throws -> Read {
        var reader = EnvelopeReader(dialect: dialect, isStrict: isStrict)
        return try read(Array(line.utf8), &reader)
    }

    static func read(_ line: [UInt8], _ reader: inout EnvelopeReader) throws -> Read {
        try unsafe line.withUnsafeBytes { line in
            let envelope = try unsafe reader.read(line)
            return unsafe Read(
                key: envelope.key.map { unsafe Array($0) }, value: envelope.value.map { unsafe Array($0) },
                timestamp: envelope.timestamp, partition: envelope.partition,
                topic: envelope.topic.map { unsafe String(decoding: $0, as: UTF8.self) }, offset: envelope.offset)
        }
    }

    /// Why a line is refused.
    static func refusal(_ line: String, dialect: EnvelopeDialect = .fluvio, isStrict: Bool = false) -> String? {
        do {
            let read = try read(line, dialect: dialect, isStrict: isStrict)
            Issue.record("accepted: \(line) as \(read)")
            return nil
        } catch {
            return "\(error)"
        }
    }
}
