/// Files by their beginnings, so that among thousands the few are found that another one can be.
struct ContentIndex {
    /// A beginning: so many bytes that have a number.
    private struct Beginning: Hashable {
        var family: String?
        var length: Int
        var number: UInt64
    }

    /// Files of which no more is known than this, or all that is looked at.
    private var ends: [Beginning: [Int]] = [:]
    /// Files of which more is known.
    private var passes: [Beginning: [Int]] = [:]

    /// Adds a file by a number of the caller's.
    mutating func add(_ index: Int, _ family: String, _ head: Head) {
        guard head.length > 0 else { return }
        var steps = Array(zip(Head.steps, head.shorter))
        if head.length == Head.longest { steps.append((Head.longest, head.number)) }
        let last = steps.popLast() ?? (0, 0)
        ends[Beginning(family: family, length: last.0, number: last.1), default: []].append(index)
        if last.0 > 0 { passes[Beginning(family: family, length: 0, number: 0), default: []].append(index) }
        for step in steps {
            passes[Beginning(family: family, length: step.0, number: step.1), default: []].append(index)
        }
        if head.length == Head.longest {
            ends[Beginning(family: nil, length: last.0, number: last.1), default: []].append(index)
        }
    }

    /// Those that a file may be, or become: of its family, and of others those with all of its head. One that is too short
    /// to be told from others may become each of its family: `any` is one of them.
    func candidates(
        for content: some FileContent, _ family: String
    ) throws -> (found: [Int], any: Int?) {
        var found = ends[Beginning(family: family, length: 0, number: 0)] ?? []
        var last = Beginning(family: family, length: 0, number: 0)
        for length in Head.steps + [Head.longest] {
            guard let number = try content.number(ofFirst: length) else { break }
            last = Beginning(family: family, length: length, number: number)
            found += ends[last] ?? []
        }
        if last.length == 0 { return (found, passes[last]?.last) }
        found += passes[last] ?? []
        if last.length == Head.longest {
            last.family = nil
            found += (ends[last] ?? []).filter { !found.contains($0) }
        }
        return (found, nil)
    }
}
