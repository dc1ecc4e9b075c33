import FluvioClient
import FluvioProtocol
import Glibc
import ToolSupport

struct WatchOptions: CommandOptions {
    var common = CommonOptions()
    var connection = ConnectionOptions()
    var selection = ObjectSelection()
    var count: Int?

    static func declare(_ table: inout OptionTable<Self>) {
        table.operands("NAME", to: \.selection.names, as: .text("NAME"), help: "the objects to watch; all if left out")
        table.group("Output")
        table.value("-n", "--count", to: \.count, as: .integer("N", in: 1...Int.max), help: "End after so many lines")
        table.include(\.selection)
        table.include(\.connection)
    }
}

/// Writes a JSON line for each object as it is, and one for each change, until a signal or an error ends it.
struct WatchObjects<View: ObjectView>: Sendable {
    let options: WatchOptions
    let context: ToolContext

    func run() async throws -> Outcome {
        let client = try await options.connection.connect(context)
        defer { client.close() }
        let signal = try await withThrowingTaskGroup(of: CInt?.self) { group in
            group.addTask {
                try await follow(client)
                return nil
            }
            group.addTask { await context.signals.stop() }
            defer { group.cancelAll() }
            return try await group.next() ?? nil
        }
        return signal.map { .signal($0) } ?? .exit(.success)
    }

    private func follow(_ client: Fluvio) async throws {
        let filter = options.selection.filter()
        var left = options.count ?? .max
        var known: [String: Metadata<View.Spec>] = [:]
        for try await update in try await client.admin.watch(View.type) {
            var lines: [ObjectValue] = []
            func tell(_ event: String, _ object: Metadata<View.Spec>) {
                guard filter.matches(object) else { return }
                lines.append(["event": .string(event), "object": View.value(object)])
            }
            // A list of all stands for the changes that led to it.
            if !update.all.isEmpty {
                let now = Set(update.all.map(\.name))
                for object in known.values.filter({ !now.contains($0.name) }).sorted(by: { $0.name < $1.name }) {
                    tell("deleted", object)
                    known[object.name] = nil
                }
            }
            let changes = update.all.isEmpty ? update.changes : update.all.map { .update($0) }
            for change in changes {
                switch change {
                case .update(let object):
                    // The SC repeats itself.
                    guard known[object.name] != object else { continue }
                    tell(known.updateValue(object, forKey: object.name) == nil ? "added" : "changed", object)
                case .delete(let object):
                    known[object.name] = nil
                    tell("deleted", object)
                }
            }
            let written = Array(lines.prefix(left))
            left -= written.count
            try await onOwnThread {
                var output = OutputWriter(descriptor: STDOUT_FILENO)
                try ObjectOutput.write(list: written, as: .jsonl, table: { _ in ObjectTable([]) }, to: &output)
                try output.flush()
            }
            if left == 0 { return }
        }
    }
}
