extension ValueKind where Value == Int {
    /// A number of bytes: see ``Sizes/parse(_:)``.
    package static func size(_ name: String = "SIZE", in range: ClosedRange<Int> = 0...Int.max) -> ValueKind {
        ValueKind(name, format: Sizes.text) { text throws(ValueError) in
            guard let value = Sizes.parse(text) else {
                throw ValueError("'\(text)' is not a size: a number of bytes, or one with K, M, G or T, is wanted")
            }
            guard range.contains(value) else {
                let limit =
                    value < range.lowerBound
                    ? "less than \(Sizes.text(range.lowerBound))" : "more than \(Sizes.text(range.upperBound))"
                throw ValueError("'\(text)' is \(limit)")
            }
            return value
        }
    }
}

/// Sizes as text.
package enum Sizes {
    private static let letters: [Character] = ["K", "M", "G", "T"]

    /// Reads a size. One rule: every unit is a power of 1024, whether written K, KB or KiB, in capitals or not; a bare
    /// number, or one with B, counts bytes. Decimals are taken where they come to whole bytes (`1.5M`).
    package static func parse(_ text: String) -> Int? {
        guard let (number, suffix) = Decimal.split(text) else { return nil }
        var unit = suffix.uppercased()
        if unit.hasSuffix("IB"), unit.count == 3 { unit.removeLast(2) }
        if unit.hasSuffix("B") { unit.removeLast() }
        var factor: Int64 = 1
        if !unit.isEmpty {
            guard unit.count == 1, let power = unit.first.flatMap({ letters.firstIndex(of: $0) }) else { return nil }
            factor = 1 << (10 * (Int64(power) + 1))
        }
        return number.times(factor).flatMap { Int(exactly: $0) }
    }

    /// Writes a size with the largest unit that leaves a whole number: `1M`, `1536K`, `1000`.
    package static func text(_ bytes: Int) -> String {
        var value = bytes
        var unit = ""
        for letter in letters where value != 0 && value % 1024 == 0 {
            value /= 1024
            unit = String(letter)
        }
        return "\(value)\(unit)"
    }
}
