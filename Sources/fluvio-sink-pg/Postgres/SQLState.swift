/// A code of SQL for what went wrong (PostgreSQL, appendix A), and what it means for a sink.
struct SQLState: Hashable, Sendable {
    /// Five characters, or none.
    let code: String

    init(_ code: String) { self.code = code }

    /// What is to be done about an error.
    enum Kind: Equatable, Sendable {
        /// The server is gone, going or full of others: connect again, find out where it is, go on.
        case outage
        /// The same may succeed the next time: a deadlock, a serialization failure, a lock.
        case transient
        /// It is about a record: find it.
        case data
        /// The configuration is wrong, and waiting does not help.
        case configuration
        /// There is no room: wait without reading on; no record is to blame.
        case resources
        /// Something else: not to be repeated.
        case fatal
    }

    /// - Parameter hasCopyLine: the error names a line of a COPY.
    func kind(hasCopyLine: Bool = false) -> Kind {
        switch code {
        case "": return .outage
        // A binary row that is cut or too long is a protocol violation to the server, and no outage.
        case "08P01": return hasCopyLine ? .data : .fatal
        case "57P01", "57P02", "57P03", "57P04", "57P05", "53300", "53400", "58030": return .outage
        case "40001", "40P01", "55P03", "57014", "25P03": return .transient
        case "53100", "53200", "53000": return .resources
        // A row larger than an index or a page holds.
        case "54000": return .data
        case "42804", "42846": return hasCopyLine ? .data : .configuration
        case "42P10", "25006": return code == "25006" ? .outage : .configuration
        default: break
        }
        switch code.prefix(2) {
        case "08": return .outage
        case "22", "23", "44", "P0": return .data
        case "40": return .transient
        case "53", "54": return .resources
        case "28", "3D", "3F", "42", "0L", "0P", "2B": return .configuration
        case "58", "XX": return .fatal
        default: return .fatal
        }
    }

    static let uniqueViolation = SQLState("23505")
    static let foreignKeyViolation = SQLState("23503")
    static let lockNotAvailable = SQLState("55P03")
    static let divisionByZero = SQLState("22012")
}
