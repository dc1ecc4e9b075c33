import FluvioClient
import Glibc
import ToolSupport

/// Rows that are no objects of the cluster, on standard output.
enum RowLines {
    /// Writes rows whose members have the names of the heads in small letters.
    ///
    /// - Parameter name: the member that `-O name` writes.
    static func write(_ rows: [ObjectValue], heads: [String], name: String, as format: ObjectFormat) async throws {
        try await onOwnThread {
            var output = OutputWriter(descriptor: STDOUT_FILENO)
            try ObjectOutput.write(
                list: rows, as: format, table: { table(heads, $0) },
                name: { value in if case .string(let text)? = value[name] { text } else { nil } }, to: &output)
            try output.close()
        }
    }

    private static func table(_ heads: [String], _ rows: [ObjectValue]) -> ObjectTable {
        var table = ObjectTable(heads)
        for row in rows {
            table.append(
                heads.map { head in
                    switch row[head.lowercased()] {
                    case .string(let text)?: text
                    case .int(let number)?: "\(number)"
                    default: ""
                    }
                })
        }
        return table
    }
}
