import ToolSupport
import Unix

/// Makes records of what the files hold: key, value and timestamp. For one thread; its buffers are used again.
final class RecordMaker {
    /// What a record says of its file.
    struct Origin {
        let id: FileID
        let path: String
        /// The key that all of its records have; nil: none, or each has its own.
        let key: [UInt8]?
    }

    /// What became of a piece.
    @safe
    enum Result {
        case record(key: UnsafeRawBufferPointer?, value: UnsafeRawBufferPointer, timestamp: Int64)
        /// It is not of the format: why.
        case refused(String)
        /// It is no record at all.
        case none
    }

    private let key: KeySource
    private let format: SourceFormat
    private let skipsEmpty: Bool
    private let timestamp: JSONPath?
    private var pattern: Pattern?
    private var envelope: EnvelopeWriter?
    private var names = JSONScratch()
    private let ownKey = ByteScratch()
    private let csv = CSVRows()
    private var strangeTime: StrangeTime = .none

    init(_ options: SourceOptions) throws {
        key = options.key
        format = options.format
        skipsEmpty = options.skipsEmpty
        timestamp = options.timestamp
        if case .regex(let text) = options.key { pattern = try Pattern(text) }
        if options.hasEnvelope { envelope = EnvelopeWriter() }
    }

    /// What the records of a file have in common.
    func origin(_ id: FileID, _ path: String) -> Origin {
        let common: [UInt8]? =
            switch key {
            case .path: Unix.bytes(of: path)
            case .name: Unix.bytes(of: Paths.name(of: path))
            case .file: Array(id.description.utf8)
            default: nil
            }
        return Origin(id: id, path: path, key: common)
    }

    /// Whether the records of a file are the bytes of its lines, and have no key.
    func isPlain(_ origin: Origin) -> Bool {
        format == .raw && key.isOfFile && envelope == nil && timestamp == nil && !skipsEmpty && origin.key == nil
    }

    /// The record of a piece; its bytes are good until the next one is made.
    ///
    /// - Parameter now: milliseconds since 1970, for records that say no time of their own.
    @inline(__always)
    func make(_ piece: FileReader.Piece, of origin: Origin, columns: [[UInt8]]? = nil, now: Int64) -> Result {
        if isPlain(origin) {
            return unsafe .record(key: nil, value: piece.bytes, timestamp: now)
        }
        return makeSlowly(piece, of: origin, columns, now)
    }

    private func makeSlowly(
        _ piece: FileReader.Piece, of origin: Origin, _ columns: [[UInt8]]?, _ now: Int64
    ) -> Result {
        names.begin()
        var value = unsafe piece.bytes
        if unsafe skipsEmpty && value.isEmpty { return .none }
        switch format {
        case .raw: break
        case .jsonl:
            do throws(JSONError) {
                _ = try unsafe JSONText.parse(value)
            } catch {
                return .refused("no JSON text: \(error)")
            }
        case .csv:
            guard let columns else { return .refused("a row before the names of its columns") }
            do throws(CSVError) {
                unsafe value = try unsafe csv.object(of: value, columns)
            } catch {
                return .refused(error.description)
            }
        }
        var time = now
        if let timestamp, let found = try? unsafe timestamp.find(in: value), found.kind != .null {
            let text = unsafe names.content(of: found)
            if let said = unsafe Self.milliseconds(text) {
                time = said
            } else if case .none = strangeTime {
                strangeTime = unsafe .found(String(decoding: text.prefix(64), as: UTF8.self))
            }
        }
        let key = unsafe findKey(piece, value, origin)
        if envelope != nil {
            let written = unsafe envelope?.write(piece, value, of: origin, isJSON: format != .raw)
            unsafe value = written ?? value
        }
        return unsafe .record(key: key, value: value, timestamp: time)
    }

    private func findKey(
        _ piece: FileReader.Piece, _ value: UnsafeRawBufferPointer, _ origin: Origin
    ) -> UnsafeRawBufferPointer? {
        switch key {
        case .none: return nil
        case .path, .name, .file:
            ownKey.clear()
            ownKey.append(origin.key ?? [])
        case .fileOffset:
            ownKey.clear()
            ownKey.append(Array("\(origin.id):\(piece.start)".utf8))
        case .regex:
            guard let range = unsafe pattern?.find(in: piece.bytes) else { return nil }
            return unsafe UnsafeRawBufferPointer(rebasing: piece.bytes[range])
        case .json(_, let path):
            guard let token = try? unsafe path.find(in: value), token.kind != .null else { return nil }
            return unsafe names.content(of: token)
        }
        return unsafe ownKey.bytes
    }

    /// What stands where a time was to be found, and is none. All of a log may be so: it is said once.
    private enum StrangeTime {
        case none, found(String), said
    }

    /// What is to be said of the first record without a time that can be read; nil: nothing, or it was said.
    func takeStrangeTime() -> String? {
        guard case .found(let text) = strangeTime else { return nil }
        strangeTime = .said
        return "'\(text)' is no time (--timestamp); such records have that of the reading"
    }

    /// A time since 1970 as a number, or a date and time; nil: none of these.
    static func milliseconds(_ text: UnsafeRawBufferPointer) -> Int64? {
        if let time = unsafe EpochNumber.milliseconds(text) { return time }
        guard text.count < 64, case .at(let time)? = unsafe Moments.parse(String(decoding: text, as: UTF8.self)) else {
            return nil
        }
        return time
    }
}
