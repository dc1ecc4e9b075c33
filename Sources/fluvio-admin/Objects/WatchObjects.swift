import FluvioClient
import FluvioProtocol
import Glibc
import ToolSupport

struct WatchOptions: CommandOptions {
    var common = CommonOptions()
    var connection = ConnectionOptions()
    var selection = ObjectSelection()
    var count: Int?
    var showsSystem = false

    static func declare(_ table: inout OptionTable<Self>) {
        table.operands("NAME", to: \.selection.names, as: .object(), help: "the objects to watch; all if left out")
        table.group("Output")
        table.value("-n", "--count", to: \.count, as: .integer("N", in: 1...Int.max), help: "End after so many lines")
        table.flag("-s", "--system", to: \.showsSystem, help: "Show what belongs to the cluster itself, too")
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
        var watched = WatchedObjects<View>(
            filter: options.selection.filter(), showsSystem: options.showsSystem, left: options.count ?? .max)
        guard View.isPolled else {
            for try await update in try await client.admin.watch(View.type) {
                // A list of all stands for the changes that led to it.
                try await write(update.all.isEmpty ? watched.take(update.changes) : watched.take(all: update.all))
                if watched.left == 0 { return }
            }
            return
        }
        while true {
            try await write(watched.take(all: try await client.admin.list(View.type).filter { View.isShown($0.spec) }))
            if watched.left == 0 { return }
            try await Task.sleep(for: .seconds(1))
        }
    }

    private func write(_ lines: [ObjectValue]) async throws {
        guard !lines.isEmpty else { return }
        try await onOwnThread {
            var output = OutputWriter(descriptor: STDOUT_FILENO)
            try ObjectOutput.write(list: lines, as: .jsonl, table: { _ in ObjectTable([]) }, to: &output)
            try output.flush()
        }
    }
}

/// What a watch knows, and what it has to tell of news.
struct WatchedObjects<View: ObjectView> {
    private let filter: ObjectFilter
    private let showsSystem: Bool
    /// How many lines are still wanted.
    private(set) var left: Int
    private var known: [String: Metadata<View.Spec>] = [:]

    init(filter: ObjectFilter, showsSystem: Bool, left: Int) {
        self.filter = filter
        // What is asked for by name is shown in any case.
        self.showsSystem = showsSystem || filter.names != nil
        self.left = left
    }

    /// All objects as they are now; the lines that tell what is different.
    mutating func take(all: [Metadata<View.Spec>]) -> [ObjectValue] {
        let now = Set(all.map(\.name))
        let gone = known.values.filter { !now.contains($0.name) }.sorted { $0.name < $1.name }
        return take(gone.map { .delete($0) } + all.map { .update($0) })
    }

    /// Changes; the lines that tell of them.
    mutating func take(_ changes: [MetadataChange<View.Spec>]) -> [ObjectValue] {
        var lines: [ObjectValue] = []
        func tell(_ event: String, _ object: Metadata<View.Spec>) {
            guard filter.matches(object), showsSystem || !View.Spec.isSystem(object), lines.count < left else { return }
            lines.append(["event": .string(event), "object": View.value(object)])
        }
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
        left -= lines.count
        return lines
    }
}
