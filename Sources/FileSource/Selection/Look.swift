import Unix

/// What the directories hold, as far as it matters. A look is no snapshot: files get other names while it goes on. Two
/// looks that agree are of one moment, though: everything had its name between the first's end and the second's
/// beginning.
struct Look: Sendable {
    /// Files that are meant.
    var named: [Walk.Found] = []
    /// Files that have the name that rotation gives to known ones, and that are not meant, the oldest first.
    var siblings: [Walk.Found] = []
    /// Directories in which new names would matter.
    var directories: Set<String> = []
    /// Where files are that have links for names.
    var links: [String: String] = [:]
    /// What could not be looked at.
    var troubles: [SystemError] = []

    /// All files, those that rotation moved away first.
    var all: [Walk.Found] { siblings + named }

    /// Whether each name leads to the same file as in another look.
    func agrees(with other: Look) -> Bool {
        func agree(_ one: [Walk.Found], _ two: [Walk.Found]) -> Bool {
            one.count == two.count
                && zip(one, two).allSatisfy { $0.path == $1.path && Place($0.facts) == Place($1.facts) }
        }
        return agree(named, other.named) && agree(siblings, other.siblings)
    }
}

/// Which file it is on which device, and when it was made there.
struct Place: Hashable, Sendable {
    let device: UInt64
    let inode: UInt64
    let born: Int64?

    init(_ facts: Unix.FileFacts) { (device, inode, born) = (facts.device, facts.inode, facts.born) }
}

extension Look {
    /// Looks.
    ///
    /// - Parameters:
    ///   - families: names of known files as they were before rotation: what it has made of them matters too.
    ///   - places: directories to look for these in, beside those that the selection leads to.
    init(_ selection: Selection, families: (String) -> Bool, places: Set<String> = []) {
        let walk = Walk(selection)
        (named, directories, links, troubles) = (walk.files, walk.directories, walk.links, walk.troubles)
        let isNamed = Set(named.map(\.path))
        for directory in directories.union(places).sorted() {
            guard let entries = try? Unix.entries(in: directory) else { continue }
            for entry in entries where entry.kind != .directory {
                let base = RotationName.base(of: entry.name)
                guard base != entry.name, families(Paths.joined(directory, base)) else { continue }
                let path = Paths.joined(directory, entry.name)
                guard !isNamed.contains(path), let facts = try? Unix.facts(of: path), facts.kind == .file,
                    !selection.excludes(Selection.names(path))
                else { continue }
                siblings.append(Walk.Found(path: path, facts: facts))
            }
        }
        siblings.sort(by: Self.isOlder)
    }

    /// Files of one family by their age.
    static func isOlder(_ a: Walk.Found, _ b: Walk.Found) -> Bool {
        a.facts.modified == b.facts.modified
            ? RotationName.isOlder(a.path, b.path) : a.facts.modified < b.facts.modified
    }
}
