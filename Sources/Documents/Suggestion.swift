/// "Did you mean": the known word nearest to one that is not known.
package enum Suggestion {
    /// The nearest of `words`, if it is near enough that a slip of the fingers explains it: one slip in a word of up to
    /// five letters, two in up to eight, three in longer ones. Of equally near ones, the first.
    package static func nearest(to word: String, among words: [String]) -> String? {
        let typed = letters(word)
        guard typed.count > 1 else { return nil }
        let limit = typed.count <= 5 ? 1 : typed.count <= 8 ? 2 : 3
        var best: (word: String, distance: Int)?
        for candidate in words {
            let letters = letters(candidate)
            guard abs(letters.count - typed.count) <= limit else { continue }
            let distance = distance(typed, letters)
            if distance <= limit, distance < letters.count, distance < best?.distance ?? .max {
                best = (candidate, distance)
            }
        }
        return best?.word
    }

    /// The word without leading dashes, in lower case.
    private static func letters(_ word: String) -> [UInt8] {
        Array(word.lowercased().utf8.drop { $0 == UInt8(ascii: "-") })
    }

    /// Letters to insert, delete, replace, or exchange with their neighbour, each of them once.
    static func distance(_ a: [UInt8], _ b: [UInt8]) -> Int {
        var older = [Int](repeating: 0, count: b.count + 1)
        var previous = Array(0...b.count)
        for i in 0..<a.count {
            var current = [i + 1]
            current.reserveCapacity(b.count + 1)
            for j in 0..<b.count {
                var cost = min(previous[j] + (a[i] == b[j] ? 0 : 1), previous[j + 1] + 1, current[j] + 1)
                if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { cost = min(cost, older[j - 1] + 1) }
                current.append(cost)
            }
            older = previous
            previous = current
        }
        return previous[b.count]
    }

    /// The question that ends an error about an unknown word; nil if no known one is near.
    package static func question(for word: String, among words: [String]) -> String? {
        nearest(to: word, among: words).map { "did you mean '\($0)'?" }
    }
}
