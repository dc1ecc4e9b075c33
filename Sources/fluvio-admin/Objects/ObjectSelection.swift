import FluvioClient
import FluvioProtocol
import ToolSupport

/// The operands and options that choose objects of a list.
struct ObjectSelection: OptionGroup {
    var names: [String] = []
    var isGlob = false
    var status: String?
    var spu: Int32?

    /// One condition of `--filter`.
    enum Condition: Sendable {
        case status(String)
        case spu(Int32)
    }

    var conditions: [[Condition]] = []

    static func declare(_ table: inout OptionTable<Self>) {
        table.group("Which")
        table.flag(
            "--glob", to: \.isGlob, help: "Take the names for patterns, as a shell does",
            manual:
                "Take the names for patterns, as a shell does: `*`, `?`, `[a-z]`. Without this option names are exact.")
        table.list(
            "--filter", to: \.conditions, as: .conditions, help: "Show those alone for which this holds",
            manual:
                "Show those alone for which this holds: `status=WORD`, the status in Fluvio's word for it and any case, "
                + "and `spu=ID`, what that SPU holds. Several, with commas between them, hold all together.")
    }

    /// The same for the client library.
    func filter() -> ObjectFilter {
        var filter = ObjectFilter()
        if !names.isEmpty {
            if isGlob { filter.globs = names } else { filter.names = Set(names) }
        }
        for condition in conditions.flatMap(\.self) {
            switch condition {
            case .status(let word): filter.status = word
            case .spu(let id): filter.spu = id
            }
        }
        return filter
    }

    /// The names that were asked for, are exact, and stand for none of the objects.
    func missing<Spec: ObjectSpec>(in objects: [Metadata<Spec>]) -> [String] {
        guard !isGlob else { return [] }
        let found = Set(objects.flatMap { Spec.names(of: $0) })
        return names.filter { !found.contains($0) }
    }
}

extension ValueKind where Value == [ObjectSelection.Condition] {
    static var conditions: ValueKind {
        ValueKind("KEY=VALUE,…") { text throws(ValueError) in
            var conditions: [ObjectSelection.Condition] = []
            for part in text.split(separator: ",", omittingEmptySubsequences: false) {
                let words = part.split(separator: "=", maxSplits: 1).map(String.init)
                switch (words.first, words.count == 2 ? words[1] : nil) {
                case ("status"?, let word?) where !word.isEmpty: conditions.append(.status(word))
                case ("spu"?, let number?):
                    guard let id = Int32(number) else { throw ValueError("'\(number)' is no id of an SPU") }
                    conditions.append(.spu(id))
                default: throw ValueError("'\(part)' is neither status=WORD nor spu=ID")
                }
            }
            return conditions
        }
    }
}
