import FluvioClient
import Glibc
import ToolSupport
import Unix

/// `fluvio-sink-pg init`: the schema of the sink.
struct InitOptions: CommandOptions {
    var common = CommonOptions()
    var target: String?
    var isPrinted = false
    var role: String?
    var tables: [TableName] = []
    var database = DatabaseOptions()

    static func declare(_ table: inout OptionTable<Self>) {
        table.optionalOperand("CONNINFO", to: \.target, as: .database, help: "the database")
        table.group("What to do")
        table.flag("--sql", to: \.isPrinted, help: "Print the statements, and run none")
        table.value(
            "--role", to: \.role, as: .text("ROLE"), help: "Print the GRANTs that this role needs",
            manual: "Print the GRANTs that this role needs, to be run by the owner of the tables.")
        table.list("-t", "--table", to: \.tables, as: .table, help: "With --role: a table that is written to")
        table.include(\.database)
    }

    func run(_ context: ToolContext) async throws -> Outcome {
        var lines: [String] = []
        var name: String?
        if isPrinted {
            lines += Schema.statements.map { $0 + ";" }
        } else {
            name = try await database.database(target, context).with { connection in
                try SchemaSetup.ensure(connection)
                return try connection.execute("SELECT current_database()").text(0, 0)
            }
            context.diagnostics.note("schema fluvio_sink is there")
        }
        if let role { lines += Schema.grants(to: role, tables: tables, database: name).map { $0 + ";" } }
        try Lines.write(lines)
        return .exit(.success)
    }
}

/// Lines on standard output.
enum Lines {
    static func write(_ lines: [String]) throws {
        guard !lines.isEmpty else { return }
        try write(Array((lines.joined(separator: "\n") + "\n").utf8))
    }

    static func write(_ bytes: [UInt8]) throws {
        do throws(SystemError) {
            try unsafe bytes.withUnsafeBytes { buffer in
                Result { () throws(SystemError) in try unsafe Unix.writeAll(1, buffer) }
            }.get()
        } catch {
            if error.code == EPIPE { throw OutputError.readerGone }
            throw ToolError("write error: \(error.reason)")
        }
    }
}
