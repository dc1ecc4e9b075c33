import Unix

/// Which file has which name: pure. It is shown what a look at the directories has found, and says what has happened
/// since the one before.
struct FileBook: Sendable {
    /// A file that is known.
    struct Entry: Equatable, Sendable {
        /// The name it is known by.
        var path: String
        var facts: Unix.FileFacts
        /// Whether it had a name that is meant when the directories were looked at last.
        var isNamed: Bool
    }

    /// What has happened.
    enum Change: Equatable, Sendable {
        /// A file that is not known.
        case found(path: String, Unix.FileFacts)
        /// Its size or time has changed.
        case touched(FileID)
        /// It has another name that is meant too.
        case renamed(FileID, from: String, to: String)
        /// Another file has its name now.
        case replaced(FileID)
        /// Its name is gone.
        case vanished(FileID)
    }

    private struct Number: Hashable {
        var device: UInt64
        var inode: UInt64

        init(_ facts: Unix.FileFacts) { (device, inode) = (facts.device, facts.inode) }
    }

    private(set) var entries: [FileID: Entry] = [:]
    private var places: [Number: FileID] = [:]
    private var names: [String: FileID] = [:]

    /// A file becomes known.
    mutating func add(_ id: FileID, _ path: String, _ facts: Unix.FileFacts, isNamed: Bool) {
        entries[id] = Entry(path: path, facts: facts, isNamed: isNamed)
        places[Number(facts)] = id
        if isNamed { names[path] = id }
    }

    /// A file is forgotten.
    mutating func remove(_ id: FileID) {
        guard let entry = entries.removeValue(forKey: id) else { return }
        if places[Number(entry.facts)] == id { places[Number(entry.facts)] = nil }
        if names[entry.path] == id { names[entry.path] = nil }
    }

    /// The file that is known to be at a place; nil: none, or one that was there before.
    func file(at facts: Unix.FileFacts) -> FileID? {
        guard let id = places[Number(facts)], let known = entries[id] else { return nil }
        return Self.isSame(known.facts, facts) ? id : nil
    }

    /// The file that is known by a name.
    func file(named path: String) -> FileID? { names[path] }

    private static func isSame(_ a: Unix.FileFacts, _ b: Unix.FileFacts) -> Bool {
        guard a.device == b.device, a.inode == b.inode else { return false }
        guard let born = a.born, let other = b.born else { return true }
        return born == other
    }

    /// A look at one name.
    mutating func looked(at path: String, _ facts: Unix.FileFacts?) -> [Change] {
        guard let facts else {
            guard let id = names[path] else { return [] }
            return lost(id) ? [.vanished(id)] : []
        }
        guard let id = file(at: facts) else {
            var changes: [Change] = []
            if let before = names[path], lost(before) { changes.append(.replaced(before)) }
            return changes + [.found(path: path, facts)]
        }
        return touch(id, path, facts)
    }

    /// A look at everything that is meant.
    mutating func looked(at found: [Walk.Found]) -> [Change] {
        var changes: [Change] = []
        var present: [String: Unix.FileFacts] = [:]
        for file in found { present[file.path] = file.facts }
        // Names that were left first: who moves on to them then is not taken for another name of the same file.
        var left: [(id: FileID, change: Change)] = []
        for (id, entry) in entries where entry.isNamed {
            guard let facts = present[entry.path] else {
                left.append((id, .vanished(id)))
                continue
            }
            if !Self.isSame(entry.facts, facts) { left.append((id, .replaced(id))) }
        }
        for (id, change) in left.sorted(by: { $0.id < $1.id }) where lost(id) { changes.append(change) }
        for file in found {
            if let id = self.file(at: file.facts) {
                changes += touch(id, file.path, file.facts)
            } else {
                changes.append(.found(path: file.path, file.facts))
            }
        }
        return changes
    }

    /// A look at everything that is meant, in which no name has come, gone or moved on (``isEventful(_:)``).
    mutating func looked(atKnown found: [Walk.Found]) -> [Change] {
        var changes: [Change] = []
        for file in found {
            guard let id = self.file(at: file.facts), let entry = entries[id],
                entry.facts.size != file.facts.size || entry.facts.modified != file.facts.modified
            else { continue }
            changes += touch(id, file.path, file.facts)
        }
        return changes
    }

    /// Whether names have come, gone or moved on.
    func isEventful(_ found: [Walk.Found]) -> Bool {
        var count = 0
        for file in found {
            guard let id = self.file(at: file.facts), let entry = entries[id], entry.isNamed else { return true }
            if entry.path == file.path { count += 1 }
        }
        return count != names.count
    }

    /// A look at what rotation has made of known files, and is not meant.
    mutating func looked(atSiblings found: [Walk.Found]) -> [Change] {
        var changes: [Change] = []
        var kept: Set<FileID> = []
        for file in found { if let id = self.file(at: file.facts), entries[id]?.path == file.path { kept.insert(id) } }
        for file in found {
            guard let id = self.file(at: file.facts), var entry = entries[id], !entry.isNamed else { continue }
            if entry.path != file.path {
                // Another name of the same file.
                guard kept.insert(id).inserted else { continue }
                changes.append(.renamed(id, from: entry.path, to: file.path))
                entry.path = file.path
            }
            if entry.facts.size != file.facts.size || entry.facts.modified != file.facts.modified {
                changes.append(.touched(id))
            }
            entry.facts = file.facts
            entries[id] = entry
        }
        return changes
    }

    private mutating func lost(_ id: FileID) -> Bool {
        guard var entry = entries[id], entry.isNamed else { return false }
        entry.isNamed = false
        if names[entry.path] == id { names[entry.path] = nil }
        entries[id] = entry
        return true
    }

    private mutating func touch(_ id: FileID, _ path: String, _ facts: Unix.FileFacts) -> [Change] {
        guard var entry = entries[id] else { return [] }
        var changes: [Change] = []
        if !entry.isNamed {
            // What has moved, or has come back.
            if entry.path != path { changes.append(.renamed(id, from: entry.path, to: path)) }
            (entry.path, entry.isNamed) = (path, true)
            names[path] = id
        }
        if entry.facts.size != facts.size || entry.facts.modified != facts.modified { changes.append(.touched(id)) }
        entry.facts = facts
        entries[id] = entry
        return changes
    }
}
