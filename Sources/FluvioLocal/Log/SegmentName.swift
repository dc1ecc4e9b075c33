/// The names of the files of a partition's directory, as Fluvio has them.
enum LogFile: Equatable, Sendable {
    /// The batches from this offset on.
    case log(base: Int64)
    /// Where batches stand in the log of the same base.
    case index(base: Int64)
    /// The high watermark.
    case checkpoint

    /// Reads a name; nil if Fluvio has no such file.
    init?(name: String) {
        if name == Self.checkpoint.name {
            self = .checkpoint
            return
        }
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0].utf8.count == Self.digits,
            parts[0].utf8.allSatisfy({ (0x30...0x39).contains($0) }), let base = Int64(parts[0])
        else { return nil }
        switch parts[1] {
        case "log": self = .log(base: base)
        case "index": self = .index(base: base)
        default: return nil
        }
    }

    /// The name: `00000000000000000042.log`, or `replication.chk`.
    var name: String {
        switch self {
        case .log(let base): "\(Self.padded(base)).log"
        case .index(let base): "\(Self.padded(base)).index"
        case .checkpoint: "replication.chk"
        }
    }

    private static let digits = 20

    private static func padded(_ base: Int64) -> String {
        let text = String(base)
        return String(repeating: "0", count: max(0, digits - text.utf8.count)) + text
    }
}
