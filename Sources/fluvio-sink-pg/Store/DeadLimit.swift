import Synchronization
import ToolSupport

/// How many dead letters are too many.
enum DeadLimit: Equatable, Sendable {
    case records(Int)
    /// Of the records that this run has taken in, once those are ``sample`` or more.
    case percent(Double)

    /// So few records say nothing about a share.
    static let sample = 1000

    /// Whether it is exceeded by so many of `records`.
    func isExceeded(dead: Int, records: Int) -> Bool {
        switch self {
        case .records(let most): dead > most
        case .percent(let most): records >= Self.sample && Double(dead) * 100 > Double(records) * most
        }
    }

    var text: String {
        switch self {
        case .records(let most): "\(most)"
        case .percent(let most): most == most.rounded() ? "\(Int(most))%" : "\(most)%"
        }
    }
}

/// Counts dead letters against a limit, for all writers of a process.
final class DeadBudget: Sendable {
    let limit: DeadLimit
    private let counts = Mutex((dead: 0, records: 0))

    init(_ limit: DeadLimit) { self.limit = limit }

    /// Records of a batch that is begun.
    func add(records: Int) { counts.withLock { $0.records += records } }

    /// Whether these are too many.
    func add(dead: Int) -> Bool {
        counts.withLock { counts in
            counts.dead += dead
            return limit.isExceeded(dead: counts.dead, records: counts.records)
        }
    }
}

extension ValueKind where Value == DeadLimit {
    /// `N` or `N%`.
    static var deadLimit: ValueKind {
        ValueKind("N|N%", format: { $0.text }) { text throws(ValueError) in
            if text.hasSuffix("%"), let share = Double(text.dropLast()), share >= 0, share <= 100 {
                return .percent(share)
            }
            guard let number = Int(text), number >= 0 else {
                throw ValueError("'\(text)' is neither a number nor a percentage, such as 1%")
            }
            return .records(number)
        }
    }
}
