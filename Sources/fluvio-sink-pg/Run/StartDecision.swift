/// Where a partition begins, given what the database and the log say: pure.
enum StartDecision: Equatable, Sendable {
    /// There.
    case start(Int64)
    /// The log no longer keeps these, which are not in the database.
    case gap(Range<Int64>)
    /// The database is ahead of the log: another log has its name, or a leader has lost its end.
    case rewound(next: Int64, end: Int64)

    /// - Parameters:
    ///   - next: the first offset that is not in the database.
    ///   - log: what the partition keeps, up to its high watermark.
    init(next: Int64, log: Range<Int64>) {
        if next < log.lowerBound {
            self = .gap(next..<log.lowerBound)
        } else if next > log.upperBound {
            self = .rewound(next: next, end: log.upperBound)
        } else {
            self = .start(next)
        }
    }
}

/// What is done about offsets that are not kept any more.
enum GapPolicy: String, CaseIterable, Sendable {
    case stop, skip
}

/// What is done where the database is ahead of the log.
enum RewindPolicy: String, CaseIterable, Sendable {
    case stop, reset
}

/// What is done at a damaged batch.
enum CorruptPolicy: String, CaseIterable, Sendable {
    case stop, skip
}
