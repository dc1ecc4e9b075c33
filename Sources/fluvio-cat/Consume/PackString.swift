import Documents
import ToolSupport

/// How binary values fall into numbers, as kcat's `-s` says it.
struct PackString: Equatable, Sendable {
    enum Item: Equatable, Sendable {
        /// So many bytes.
        case integer(Int, isSigned: Bool, isLittle: Bool)
        /// One character of ASCII.
        case character
        /// All that is left, as a text.
        case rest
        /// Nothing may be left.
        case end
    }

    /// As it was given.
    let text: String
    private(set) var items: [Item] = []

    init(parsing text: String) throws(ValueError) {
        self.text = text
        var isLittle = false
        for letter in text {
            if items.last == .rest || items.last == .end { throw ValueError("'\(text)' goes on behind s or $") }
            switch letter {
            case "<": isLittle = true
            case ">": isLittle = false
            case " ": continue
            case "b", "B": items.append(.integer(1, isSigned: letter == "b", isLittle: isLittle))
            case "h", "H": items.append(.integer(2, isSigned: letter == "h", isLittle: isLittle))
            case "i", "I": items.append(.integer(4, isSigned: letter == "i", isLittle: isLittle))
            case "q", "Q": items.append(.integer(8, isSigned: letter == "q", isLittle: isLittle))
            case "c": items.append(.character)
            case "s": items.append(.rest)
            case "$": items.append(.end)
            default: throw ValueError("'\(text)' has an unknown '\(letter)': < > b B h H i I q Q c s $ are known")
            }
        }
        if items.isEmpty { throw ValueError("'\(text)' names nothing to unpack") }
    }

    /// Writes what is in the bytes as a list in JSON, in place of what is in `output`; false: they do not fit.
    func unpack(_ bytes: UnsafeRawBufferPointer, into output: inout [UInt8]) -> Bool {
        output.removeAll(keepingCapacity: true)
        var next = 0
        for item in items {
            if item != .end { output.append(UInt8(ascii: output.isEmpty ? "[" : ",")) }
            switch item {
            case .integer(let size, let isSigned, let isLittle):
                guard bytes.count - next >= size else { return false }
                var number: UInt64 = 0
                for index in 0..<size {
                    number = number << 8 | UInt64(unsafe bytes[next + (isLittle ? size - 1 - index : index)])
                }
                next += size
                // The sign is that of the topmost byte.
                let shift = 64 - 8 * size
                output += (isSigned ? String(Int64(bitPattern: number << shift) >> shift) : String(number)).utf8
            case .character:
                guard next < bytes.count, unsafe bytes[next] < 0x80 else { return false }
                output += JSONString.quoted(String(Unicode.Scalar(unsafe bytes[next])))
                next += 1
            case .rest:
                let rest = unsafe UnsafeRawBufferPointer(rebasing: bytes[next...])
                guard unsafe JSONText.isUTF8(rest) else { return false }
                output += unsafe JSONString.quoted(String(decoding: rest, as: UTF8.self))
                next = bytes.count
            case .end: guard next == bytes.count else { return false }
            }
        }
        output += (output.isEmpty ? "[]" : "]").utf8
        return true
    }
}

extension ValueKind where Value == PackString {
    static var pack: ValueKind { ValueKind("PACK") { text throws(ValueError) in try PackString(parsing: text) } }
}

/// Writes records with their values unpacked, and counts those that do not fit: they are written as they are. For one
/// thread.
final class Unpacker {
    /// A value that does not fit.
    struct Misfit: Sendable {
        let topic: String
        let partition: UInt32
        let offset: Int64
        let size: Int
    }

    private let pack: PackString
    /// Nil: JSON lines.
    private let format: FormatString?
    private var scratch: [UInt8] = []
    private(set) var misfits = 0
    private(set) var firstMisfit: Misfit?

    init(_ pack: PackString, in format: FormatString?) { (self.pack, self.format) = (pack, format) }

    func write(
        _ slot: Slot, offset: Int64, timestamp: Int64, key: UnsafeRawBufferPointer?, value: UnsafeRawBufferPointer,
        to output: inout OutputWriter
    ) throws(OutputError) {
        guard unsafe pack.unpack(value, into: &scratch) else {
            misfits += 1
            if firstMisfit == nil {
                firstMisfit = Misfit(
                    topic: slot.topic, partition: slot.partition, offset: offset, size: value.count)
            }
            return try unsafe write(slot, offset, timestamp, key, value, isToken: false, to: &output)
        }
        let result = unsafe scratch.withUnsafeBytes { bytes in
            Result { () throws(OutputError) in
                try unsafe write(slot, offset, timestamp, key, bytes, isToken: true, to: &output)
            }
        }
        try result.get()
    }

    private func write(
        _ slot: Slot, _ offset: Int64, _ timestamp: Int64, _ key: UnsafeRawBufferPointer?,
        _ value: UnsafeRawBufferPointer, isToken: Bool, to output: inout OutputWriter
    ) throws(OutputError) {
        if let format {
            return try unsafe format.write(
                topic: slot.topicBytes, partition: slot.partition, offset: offset, timestamp: timestamp, key: key,
                value: value, to: &output)
        }
        try unsafe slot.line.write(
            offset: offset, timestamp: timestamp, key: key, value: value, isToken: isToken, to: &output)
    }
}
