/// The version of a Fluvio cluster: three numbers, and what may follow them.
struct PlatformVersion: Equatable {
    let numbers: [Int]
    /// A version before the one of its numbers, as in `0.9.0-alpha.1`.
    let isPrerelease: Bool

    /// The oldest that can be talked to: as the official client has it.
    static let minimum = "0.9.0"

    /// Reads a semantic version; nil if it is none.
    init?(_ text: String) {
        let core = text.prefix { $0 != "-" && $0 != "+" }
        let parts = core.split(separator: ".", omittingEmptySubsequences: false)
        let numbers = parts.compactMap { part in part.utf8.allSatisfy { (0x30...0x39).contains($0) } ? Int(part) : nil }
        guard parts.count == 3, numbers.count == 3 else { return nil }
        self.numbers = numbers
        isPrerelease = text.dropFirst(core.count).first == "-"
    }

    /// Whether it is at least the oldest that can be talked to.
    var isSupported: Bool {
        let minimum = [0, 9, 0]
        if numbers == minimum { return !isPrerelease }
        return minimum.lexicographicallyPrecedes(numbers)
    }
}
