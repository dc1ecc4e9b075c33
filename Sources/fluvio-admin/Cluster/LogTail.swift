import ToolSupport
import Unix

/// The end of a cluster's log.
enum LogTail {
    /// The last lines of what was written to a log since it was so many bytes long.
    static func lines(of path: String, from start: Int, most count: Int = 10) -> [String] {
        let bytes = (try? Unix.contents(of: path)) ?? []
        let end = last(count, of: Array(bytes.dropFirst(start)))
        return String(decoding: end, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    /// The last lines of a text.
    static func last(_ count: Int, of bytes: [UInt8]) -> [UInt8] {
        let newline = UInt8(ascii: "\n")
        var left = count
        var start = bytes.count
        while start > 0 {
            // The line end that ends the last line begins none.
            if bytes[start - 1] == newline, start < bytes.count || count == 0 {
                left -= 1
                if left <= 0 { break }
            }
            start -= 1
        }
        return count == 0 ? [] : Array(bytes[start...])
    }
}
