import CPostgres
import Glibc
import Unix

/// A connection to PostgreSQL. One thread at a time uses it, and waits in it.
@safe
struct Connection: ~Copyable {
    private let raw: OpaquePointer

    /// Connects. Everything that libpq knows holds: PG* variables, service files, the password file; what is set here is
    /// only what nobody has set.
    ///
    /// - Parameter target: a connection string or URI; nil: libpq's defaults.
    init(_ target: String?, name: String) throws(DatabaseError) { unsafe raw = try Self.open(target, name) }

    private static func open(_ target: String?, _ name: String) throws(DatabaseError) -> OpaquePointer {
        // The server cuts longer names, and says so in the middle of the output.
        var settings: [(String, String)] = [("fallback_application_name", Identifier.cut(name))]
        // A server that has vanished without a word is found out within these times.
        if Unix.environment("PGCONNECT_TIMEOUT") == nil { settings.append(("connect_timeout", "10")) }
        settings.append(("tcp_user_timeout", "30000"))
        settings.append(("keepalives_idle", "30"))
        // What comes later goes before: a value in the target wins over those.
        if let target { settings.append(("dbname", target)) }
        settings.append(("client_encoding", "UTF8"))
        let keywords = CStrings(settings.map(\.0))
        let values = CStrings(settings.map(\.1))
        guard let connection = unsafe PQconnectdbParams(keywords.pointers, values.pointers, 1) else {
            throw DatabaseError(state: SQLState("53200"), message: "no memory for a connection")
        }
        guard unsafe PQstatus(connection) == CONNECTION_OK else {
            let text = unsafe String(cString: PQerrorMessage(connection))
            let state = Self.connectState(text)
            unsafe PQfinish(connection)
            throw DatabaseError(
                state: SQLState(state), message: Self.oneLine(text), isConnectionLost: state.isEmpty)
        }
        // Notices are for people at a terminal.
        unsafe PQsetNoticeReceiver(connection, { _, _ in }, nil)
        return unsafe connection
    }

    deinit { unsafe PQfinish(raw) }

    /// Whether it can be used.
    var isAlive: Bool { unsafe PQstatus(raw) == CONNECTION_OK }

    /// Runs `body` with it, where it stands in an optional.
    borrowing func lend(_ body: (borrowing Connection) throws -> Void) rethrows { try body(self) }

    /// The process id of the server's end.
    var backend: CInt { unsafe PQbackendPID(raw) }

    /// libpq does not hand out the code of a refused connection. What matters is whether trying again can help.
    private static func connectState(_ text: String) -> String {
        func has(_ part: String) -> Bool { text.contains(part) }
        if has("password authentication failed") || has("no pg_hba.conf entry") || has("no password supplied")
            || has("authentication failed") || has("is not permitted to log in")
        {
            return "28000"
        }
        if has("database \"") && has("does not exist") { return "3D000" }
        if has("role \"") && has("does not exist") { return "28000" }
        if has("invalid connection option") || has("missing \"=\"") || has("invalid URI")
            || has("definition of service") || has("invalid integer value") || has("invalid sslmode")
            || has("invalid port number") || has("could not match ") || has(" value: \"")
            || has("invalid percent-encoded token") || has("could not parse network address")
            || has("is too long (maximum")
            || has("root certificate file") || has("server does not support SSL")
        {
            return "42601"
        }
        return ""
    }

    /// Runs statements, and gives the result of the last one.
    @discardableResult
    borrowing func execute(_ sql: String) throws(DatabaseError) -> QueryResult {
        guard let result = unsafe PQexec(raw, sql) else { throw lost() }
        return unsafe try checked(QueryResult(owning: result))
    }

    /// Runs one statement with parameters `$1` and so on, all as text.
    @discardableResult
    borrowing func execute(_ sql: String, _ parameters: [String?]) throws(DatabaseError) -> QueryResult {
        let values = CStrings(parameters)
        let count = CInt(parameters.count)
        guard let result = unsafe PQexecParams(raw, sql, count, nil, values.pointers, nil, nil, 0) else { throw lost() }
        return unsafe try checked(QueryResult(owning: result))
    }

    /// Sends statements whose last is a COPY FROM STDIN, and gives the rows of those before it.
    ///
    /// - Parameter hasCommitted: set when one of them was a COMMIT that was done, whatever became of those behind it.
    borrowing func beginCopy(_ sql: String, hasCommitted: inout Bool) throws(DatabaseError) -> [[String?]] {
        guard unsafe PQsendQuery(raw, sql) == 1 else { throw lost() }
        var rows: [[String?]] = []
        while let next = unsafe PQgetResult(raw) {
            let result = unsafe QueryResult(owning: next)
            switch result.status {
            case PGRES_COPY_IN: return rows
            case PGRES_TUPLES_OK: for row in 0..<result.count { rows.append(result.row(row)) }
            case PGRES_COMMAND_OK: if result.command == "COMMIT" { hasCommitted = true }
            default:
                let error = error(of: result)
                drain()
                throw error
            }
        }
        throw DatabaseError(state: SQLState("XX000"), message: "the server did not begin a COPY")
    }

    /// The same where there is no COMMIT among them.
    borrowing func beginCopy(_ sql: String) throws(DatabaseError) -> [[String?]] {
        var hasCommitted = false
        return try beginCopy(sql, hasCommitted: &hasCommitted)
    }

    /// Sends rows of a COPY that has begun.
    borrowing func put(_ bytes: UnsafeRawBufferPointer) throws(DatabaseError) {
        // Pieces, as libpq copies what it is given into a buffer that it never makes smaller again.
        var position = 0
        while position < bytes.count {
            let count = min(1 << 16, bytes.count - position)
            let sent = unsafe PQputCopyData(
                raw, bytes.baseAddress?.advanced(by: position).assumingMemoryBound(to: CChar.self), CInt(count))
            guard sent == 1 else { throw lost() }
            position += count
        }
    }

    /// Ends a COPY; the server's word on it.
    ///
    /// - Parameter reason: why it is given up; nil: it is not.
    borrowing func endCopy(giveUp reason: String? = nil) throws(DatabaseError) {
        let ended =
            if let reason { unsafe PQputCopyEnd(raw, reason) } else { unsafe PQputCopyEnd(raw, nil) }
        guard ended == 1 else { throw lost() }
        var failure: DatabaseError?
        while let next = unsafe PQgetResult(raw) {
            let result = unsafe QueryResult(owning: next)
            if result.status != PGRES_COMMAND_OK { failure = failure ?? error(of: result) }
        }
        if let failure { throw failure }
    }

    private borrowing func drain() {
        while let next = unsafe PQgetResult(raw) {
            let result = unsafe QueryResult(owning: next)
            if result.status == PGRES_COPY_IN { _ = unsafe PQputCopyEnd(raw, "given up") }
        }
    }

    private borrowing func checked(_ result: consuming QueryResult) throws(DatabaseError) -> QueryResult {
        switch result.status {
        case PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_EMPTY_QUERY: return result
        default: throw error(of: result)
        }
    }

    private borrowing func error(of result: borrowing QueryResult) -> DatabaseError {
        var error = result.error
        error.isConnectionLost = !isAlive
        return error
    }

    private borrowing func lost() -> DatabaseError {
        // A last word of the server, as "terminating connection due to administrator command", waits to be read.
        while let next = unsafe PQgetResult(raw) {
            let result = unsafe QueryResult(owning: next)
            guard result.status != PGRES_COMMAND_OK, result.status != PGRES_COPY_IN else { break }
            let error = error(of: result)
            if !error.state.code.isEmpty { return error }
        }
        let text = unsafe String(cString: PQerrorMessage(raw))
        return DatabaseError(state: SQLState(""), message: Self.oneLine(text), isConnectionLost: true)
    }

    /// A text of libpq on one line.
    static func oneLine(_ text: String) -> String {
        text.split(whereSeparator: \.isNewline).map { line in
            String(line.drop { $0 == " " || $0 == "\t" })
        }.joined(separator: "; ")
    }
}

/// Texts as C wants them, for as long as the value lives.
@safe
private struct CStrings: ~Copyable {
    let pointers: UnsafeMutablePointer<UnsafePointer<CChar>?>
    private let count: Int

    /// nil among the texts is a null pointer, and one more follows them all.
    init(_ texts: [String?]) {
        count = texts.count
        unsafe pointers = .allocate(capacity: count + 1)
        for (index, text) in texts.enumerated() {
            unsafe (pointers + index).initialize(to: text.flatMap { unsafe UnsafePointer(strdup($0)) })
        }
        unsafe (pointers + count).initialize(to: nil)
    }

    deinit {
        for index in 0..<count { unsafe free(UnsafeMutablePointer(mutating: pointers[index])) }
        unsafe pointers.deallocate()
    }
}
