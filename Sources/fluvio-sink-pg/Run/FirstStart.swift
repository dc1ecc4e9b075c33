import ToolSupport

/// Where a partition begins that was never written.
enum FirstStart: Equatable, Sendable {
    case beginning, end
    case offset(Int64)

    func offset(in log: Range<Int64>) -> Int64 {
        switch self {
        case .beginning: log.lowerBound
        case .end: log.upperBound
        case .offset(let offset): offset
        }
    }
}

extension ValueKind where Value == FirstStart {
    static var firstStart: ValueKind {
        ValueKind(
            "WHERE", completion: .choices(["beginning", "end"]),
            format: { start in
                switch start {
                case .beginning: "beginning"
                case .end: "end"
                case .offset(let offset): "\(offset)"
                }
            }
        ) { text throws(ValueError) in
            switch text {
            case "beginning": return .beginning
            case "end": return .end
            default:
                guard let offset = Int64(text), offset >= 0 else {
                    throw ValueError("'\(text)' is neither beginning, end nor an offset")
                }
                return .offset(offset)
            }
        }
    }
}
