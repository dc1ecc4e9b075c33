/// Ids whose answers nobody wants any more, and that may still be answered.
///
/// It keeps the last 32,768 to 65,536. Once it has let go of older ones, it cannot tell them from ids that were
/// never asked for, and ``mayHold(_:)`` gives the peer the benefit of the doubt.
struct ForgottenIDs: Sendable {
    enum Kind: Equatable {
        /// One answer may come.
        case request
        /// Any number of items may come.
        case stream
    }

    /// How many ids one generation holds.
    static let generation = 32_768

    private var young: [Int32: Kind] = [:]
    private var old: [Int32: Kind] = [:]
    /// The highest id that was let go of.
    private var lost: Int32?

    mutating func insert(_ id: Int32, _ kind: Kind) {
        if young.count >= Self.generation {
            if let highest = old.keys.max() { lost = max(highest, lost ?? highest) }
            old = young
            young = [:]
        }
        young[id] = kind
    }

    /// Whether `id` is remembered.
    func contains(_ id: Int32) -> Bool { young[id] != nil || old[id] != nil }

    /// Whether `id` is remembered, or may have been.
    func mayHold(_ id: Int32) -> Bool { contains(id) || lost.map { id <= $0 } ?? false }

    /// Notes that an answer came.
    mutating func answered(_ id: Int32) {
        if young[id] == .request { young[id] = nil }
        if old[id] == .request { old[id] = nil }
    }
}
