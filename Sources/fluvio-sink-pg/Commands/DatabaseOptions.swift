import FluvioClient
import ToolSupport

/// The options of commands that need the database only.
struct DatabaseOptions: OptionGroup {
    /// For how long a server that cannot be reached is tried.
    var retryFor = TimeLimit.within(.seconds(30))

    static func declare(_ table: inout OptionTable<Self>) {
        table.value(
            "--retry-for", to: \.retryFor, as: .timeLimit(bare: .seconds),
            help: "Try a server that cannot be reached for this long")
    }

    var limit: RetryLimit {
        switch retryFor {
        case .within(let duration): .duration(duration)
        case .forever: .forever
        }
    }

    func database(_ target: String?, _ context: ToolContext) -> Database {
        Database(target: target, limit: limit, context: context, name: "")
    }
}

extension ValueKind where Value == String {
    /// A connection string or URI.
    static var database: ValueKind { .text("CONNINFO") }
}
