import FluvioClient
import ToolSupport

/// The options of the commands that create one object, of a kind for which the SC has no dry run.
struct CreationOptions: OptionGroup {
    var isDryRun = false
    var ifNotExists = false

    static func declare(_ table: inout OptionTable<Self>) {
        table.flag("-d", "--dry-run", to: \.isDryRun, help: "Only check whether it would work")
        table.flag("--if-not-exists", to: \.ifNotExists, help: "Leave one alone that exists already")
    }

    /// Creates an object, or tells what would come of it.
    ///
    /// - Parameters:
    ///   - replaces: one of the same name is replaced, which is said.
    ///   - done: what was done to it, and would be: `created`.
    ///   - create: gives the name under which it is stored.
    /// - Returns: whether it is there now, so that it can be waited for.
    func create<Spec: ObjectSpec>(
        _ type: ObjectType<Spec>, _ name: String, replaces: Bool = false, done: String = "created", _ admin: Admin,
        _ context: ToolContext, _ create: () async throws(FluvioError) -> String
    ) async throws -> Bool {
        let subject = "\(Spec.kind.noun) '\(name)'"
        // What is replaced would not be refused, so it must be looked for.
        let isThere =
            isDryRun || ifNotExists && replaces
            ? try await admin.list(type).contains { Spec.names(of: $0).contains(name) } : false
        if isThere, ifNotExists {
            context.diagnostics.note("\(subject) exists already")
            return !isDryRun
        }
        if isDryRun {
            guard replaces || !isThere else { throw ToolError("\(subject) exists already") }
            context.diagnostics.note("\(subject) could be \(isThere ? "replaced" : done) (dry run)")
            return false
        }
        do throws(FluvioError) {
            let stored = try await create()
            context.diagnostics.note("\(Spec.kind.noun) '\(stored.isEmpty ? name : stored)' \(done)")
        } catch {
            guard ifNotExists, error.code == .objectExists else { throw error }
            context.diagnostics.note("\(subject) exists already")
        }
        return true
    }
}

/// For how long a command waits until what it has made can be used.
struct WaitOptions: OptionGroup {
    var limit = Duration.seconds(60)

    init() {}

    /// Waits for so long if nothing is said.
    init(_ limit: Duration) { self.limit = limit }

    static func declare(_ table: inout OptionTable<Self>) {
        table.value(
            "--wait", to: \.limit, as: .duration(bare: .seconds), aliases: ["--timeout"],
            help: "Wait so long until it can be used; 0: not at all",
            manual:
                "Wait so long until it can be used; `0` does not wait. A topic of which the controller says that it "
                + "waits for SPUs is waited for only if this option is given. What is not ready then exists all the same; "
                + "the exit status is 1, and the state that it is in is said, with the reason.")
    }

    /// Waits until an object is as it is meant to be.
    ///
    /// - Parameters:
    ///   - isReady: whether it is.
    ///   - isHopeless: whether it will never be by itself, so that waiting is for nothing.
    /// - Throws: ``ToolError`` with its state and the SC's reason.
    func wait<Spec: ObjectSpec>(
        for type: ObjectType<Spec>, _ name: String, _ client: Fluvio, reason: (Metadata<Spec>) -> String?,
        isReady: @escaping @Sendable (Metadata<Spec>) -> Bool,
        isHopeless: @escaping @Sendable (Metadata<Spec>) -> Bool = { _ in false }
    ) async throws {
        guard limit > .zero else { return }
        let limit = limit
        let last = try await withThrowingTaskGroup(of: Metadata<Spec>?.self) { group in
            group.addTask {
                for try await update in try await client.admin.watch(type) {
                    let news =
                        update.all + update.changes.compactMap { if case .update(let it) = $0 { it } else { nil } }
                    if let it = news.last(where: { $0.name == name }), isReady(it) || isHopeless(it) { return it }
                }
                return nil
            }
            group.addTask {
                try await Task.sleep(for: limit)
                return nil
            }
            defer { group.cancelAll() }
            return try await group.next() ?? nil
        }
        if let last, isReady(last) { return }
        let now = try await client.admin.list(type, named: [name]).first
        guard let now else { throw ToolError("\(Spec.kind.noun) '\(name)' is gone") }
        if isReady(now) { return }
        let why = reason(now).flatMap { $0.isEmpty ? nil : " (\($0))" } ?? ""
        throw ToolError("\(Spec.kind.noun) '\(name)' is not ready: \(Spec.statusWord(of: now) ?? "unknown")\(why)")
    }
}
