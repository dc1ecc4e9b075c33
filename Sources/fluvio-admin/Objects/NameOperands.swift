import ToolSupport

/// Operands that are names, of which `-` stands for those on standard input.
enum NameOperands {
    /// The names given, those of standard input one a line.
    static func read(_ operands: [String]) async throws -> [String] {
        var names: [String] = []
        for name in operands {
            guard name == "-" else {
                names.append(name)
                continue
            }
            names += try await onOwnThread {
                var reader = RecordReader()
                var lines: [String] = []
                while true {
                    switch try reader.next() {
                    case .record(let record) where record.length > 0:
                        unsafe lines.append(String(decoding: record.bytes, as: UTF8.self))
                    case .idle: _ = try reader.wait()
                    case .end: return lines
                    default: break
                    }
                }
            }
        }
        return names
    }
}
