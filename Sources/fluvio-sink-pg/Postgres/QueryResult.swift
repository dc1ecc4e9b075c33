import CPostgres

/// What a statement gave.
@safe
struct QueryResult: ~Copyable {
    private let raw: OpaquePointer

    init(owning raw: OpaquePointer) { unsafe self.raw = raw }

    deinit { unsafe PQclear(raw) }

    var status: ExecStatusType { unsafe PQresultStatus(raw) }

    /// Rows.
    var count: Int { Int(unsafe PQntuples(raw)) }

    /// The names of the fields.
    var names: [String] {
        let count = unsafe PQnfields(raw)
        return (0..<count).map { column in
            guard let name = unsafe PQfname(raw, column) else { return "" }
            return unsafe String(cString: name)
        }
    }

    /// A field as text; nil is NULL.
    borrowing func text(_ row: Int, _ column: Int) -> String? {
        guard unsafe PQgetisnull(raw, CInt(row), CInt(column)) == 0 else { return nil }
        return unsafe String(cString: PQgetvalue(raw, CInt(row), CInt(column)))
    }

    /// A field that is a whole number; nil is NULL.
    borrowing func number(_ row: Int, _ column: Int) -> Int64? { text(row, column).flatMap { Int64($0) } }

    /// A field that is a truth value.
    borrowing func truth(_ row: Int, _ column: Int) -> Bool { text(row, column) == "t" }

    /// The fields of a row.
    borrowing func row(_ row: Int) -> [String?] {
        var fields: [String?] = []
        for column in 0..<Int(unsafe PQnfields(raw)) { fields.append(text(row, column)) }
        return fields
    }

    /// The fields of the first row; none if there is no row.
    var firstRow: [String?] { count > 0 ? row(0) : [] }

    /// What was done, as `COMMIT`, or `ROLLBACK` in its place.
    var command: String { unsafe String(cString: PQcmdStatus(raw)) }

    /// Rows that a statement has changed.
    var affected: Int { unsafe Int(String(cString: PQcmdTuples(raw))) ?? 0 }

    /// What went wrong.
    var error: DatabaseError {
        // The letters are those of the protocol (PostgreSQL: error and notice message fields).
        func field(_ letter: Unicode.Scalar) -> String? {
            unsafe PQresultErrorField(raw, CInt(letter.value)).map { unsafe String(cString: $0) }
        }
        let message = field("M") ?? Connection.oneLine(unsafe String(cString: PQresultErrorMessage(raw)))
        return DatabaseError(
            state: SQLState(field("C") ?? ""), message: message, detail: field("D"), hint: field("H"),
            context: field("W"), column: field("c"), constraint: field("n"))
    }
}
