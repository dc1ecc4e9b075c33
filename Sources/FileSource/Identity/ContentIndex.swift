/// Files by their beginnings, so that among thousands the few are found that another one can be.
struct ContentIndex {
    /// Files by numbers, in the order in which they were added, without an allocation for each.
    private struct Chains {
        private var last: [Int: Int32] = [:]
        private var links: [(file: Int32, before: Int32)] = []

        mutating func add(_ file: Int, _ key: Int) {
            links.append((Int32(file), last[key] ?? -1))
            last[key] = Int32(links.count - 1)
        }

        func newest(_ key: Int) -> Int? { last[key].map { Int(links[Int($0)].file) } }

        func files(_ key: Int) -> [Int] {
            var files: [Int] = []
            var link = last[key] ?? -1
            while link >= 0 {
                files.append(Int(links[Int(link)].file))
                link = links[Int(link)].before
            }
            return files.reversed()
        }
    }

    /// Files of which no more is known than this, or all that is looked at.
    private var ends = Chains()
    /// Files of which more is known.
    private var passes = Chains()

    /// A beginning: so many bytes that have a number. Two may have the same key: who is found by it is compared all the same.
    private static func key(_ family: String?, _ length: Int, _ number: UInt64) -> Int {
        var hasher = Hasher()
        hasher.combine(family)
        hasher.combine(length)
        hasher.combine(number)
        return hasher.finalize()
    }

    /// Adds a file by a number of the caller's.
    mutating func add(_ index: Int, _ family: String, _ head: Head) {
        guard head.length > 0 else { return }
        var steps = Array(zip(Head.steps, head.shorter))
        if head.length == Head.longest { steps.append((Head.longest, head.number)) }
        let last = steps.popLast() ?? (0, 0)
        ends.add(index, Self.key(family, last.0, last.1))
        if last.0 > 0 { passes.add(index, Self.key(family, 0, 0)) }
        for step in steps { passes.add(index, Self.key(family, step.0, step.1)) }
        if head.length == Head.longest { ends.add(index, Self.key(nil, last.0, last.1)) }
    }

    /// Those that a file may be, or become: of its family, and of others those with all of its head. One that is too short
    /// to be told from others may become each of its family: `any` is one of them.
    func candidates(
        for content: some FileContent, _ family: String
    ) throws -> (found: [Int], any: Int?) {
        var last = (length: 0, number: UInt64(0))
        var found = ends.files(Self.key(family, 0, 0))
        for length in Head.steps + [Head.longest] {
            guard let number = try content.number(ofFirst: length) else { break }
            last = (length, number)
            found += ends.files(Self.key(family, length, number))
        }
        let key = Self.key(family, last.length, last.number)
        if last.length == 0 { return (found, passes.newest(key)) }
        found += passes.files(key)
        if last.length == Head.longest {
            found += ends.files(Self.key(nil, last.length, last.number)).filter { !found.contains($0) }
        }
        return (found, nil)
    }
}
