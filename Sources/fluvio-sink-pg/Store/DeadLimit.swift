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
