import FluvioClient
import FluvioProtocol
import ToolSupport

/// All that a source keeps: which files it knows and how far each of them is.
struct Checkpoint: Equatable, Sendable {
    /// The topic that the files go to.
    var topic: String
    /// How files fall into records and where these go, in words: what is counted under one rule cannot be counted under
    /// another.
    var rules: String
    /// Counts checkpoints.
    var sequence: Int64 = 0
    /// Whether nothing was under way when it was written: the log need not be looked at.
    var isClean = false
    /// In milliseconds since 1970.
    var written: Int64 = 0
    var files: [FileRecord] = []
}

/// The checkpoint as bytes: a JSON document and a line with the CRC-32C of it.
enum CheckpointText {
    static let version: Int64 = 1

    static func encode(_ checkpoint: Checkpoint) -> [UInt8] {
        encode(checkpoint, files: checkpoint.files.map { $0.object.json() })
    }

    /// - Parameter files: the records as ``FileRecord/object`` says them in JSON, in place of those of the checkpoint.
    static func encode(_ checkpoint: Checkpoint, files: some Collection<[UInt8]>) -> [UInt8] {
        let head: ObjectValue = [
            "v": .int(version), "seq": .int(checkpoint.sequence), "written": .int(checkpoint.written),
            "topic": .string(checkpoint.topic), "rules": .string(checkpoint.rules), "clean": .bool(checkpoint.isClean),
            "files": .array([]),
        ]
        var bytes = head.json()
        bytes.reserveCapacity(files.reduce(bytes.count + 32) { $0 + $1.count + 2 })
        // Before the brackets that end the list and the object.
        bytes.removeLast(2)
        var isFirst = true
        for file in files {
            bytes += (isFirst ? "\n" : ",\n").utf8
            bytes += file
            isFirst = false
        }
        bytes += "\n]}\n".utf8
        bytes += "crc32c=\(hexadecimal(checksum(bytes[...])))\n".utf8
        return bytes
    }

    /// The version that a text says of itself, whatever the rest of it looks like; nil: it says none.
    static func version(of bytes: [UInt8]) -> Int64? {
        let name = Array("{\"v\":".utf8)
        guard bytes.starts(with: name) else { return nil }
        let digits = bytes.dropFirst(name.count).prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        return Int64(String(decoding: digits, as: UTF8.self))
    }

    static func decode(_ bytes: [UInt8]) throws(ValueError) -> Checkpoint {
        let lastLine = 7 + 8 + 1
        guard bytes.count > lastLine, bytes.last == UInt8(ascii: "\n") else { throw ValueError("it is cut") }
        let document = bytes.dropLast(lastLine)
        let crc = String(decoding: bytes.suffix(lastLine).dropLast(), as: UTF8.self)
        guard crc == "crc32c=\(hexadecimal(checksum(document)))" else { throw ValueError("its checksum is wrong") }
        let value = try ObjectValue(parsingJSON: Array(document))
        guard value["v"]?.number == version else {
            let found = value["v"]?.number.map { "version \($0)" } ?? "no version"
            throw ValueError("it has \(found) of its form, and this fluvio-source-file knows \(version)")
        }
        guard let topic = value["topic"]?.text, let rules = value["rules"]?.text, let sequence = value["seq"]?.number
        else { throw ValueError("it has no topic") }
        var checkpoint = Checkpoint(topic: topic, rules: rules, sequence: sequence)
        checkpoint.isClean = value["clean"] == .bool(true)
        checkpoint.written = value["written"]?.number ?? 0
        for element in value["files"]?.elements ?? [] {
            guard let record = FileRecord(element) else { throw ValueError("a file's record is not understood") }
            checkpoint.files.append(record)
        }
        return checkpoint
    }

    private static func checksum(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        unsafe bytes.withUnsafeBytes { unsafe CRC32C.checksum(of: $0) }
    }

    private static func hexadecimal(_ number: UInt32) -> String {
        let digits = String(number, radix: 16)
        return String(repeating: "0", count: 8 - digits.count) + digits
    }
}
