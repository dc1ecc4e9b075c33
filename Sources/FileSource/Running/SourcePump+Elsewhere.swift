import Unix

// Rotation that moves files to another directory (olddir of logrotate).
extension SourcePump {
    /// The families under which open files are to be known again in a look, where it is not their own: a file that was moved
    /// to another directory has copies there, by the same name. Where it has no name any more, what may be a copy of it
    /// says which directory that is.
    func familiesElsewhere(in look: Look, _ candidates: [Walk.Found]) -> [FileID: String] {
        var families: [String: [String]] = [:]
        for file in candidates {
            let family = family(of: file.path)
            if family != file.path { families[Paths.name(of: family), default: []].append(family) }
        }
        guard !families.isEmpty else { return [:] }
        var wanted: [FileID: [String]] = [:]
        for file in files.values where file.reader != nil && file.isLasting {
            guard let some = families[Paths.name(of: file.family)], !some.contains(file.family) else { continue }
            wanted[file.id] = some
        }
        guard !wanted.isEmpty else { return [:] }
        var elsewhere: [FileID: String] = [:]
        for file in look.named {
            guard let id = book.file(at: file.facts), let some = wanted[id] else { continue }
            let family = family(of: file.path)
            if some.contains(family) { elsewhere[id] = family }
        }
        for (id, some) in wanted where elsewhere[id] == nil {
            guard let descriptor = files[id]?.reader?.descriptor, (try? Unix.facts(of: descriptor).links) == 0 else {
                continue
            }
            elsewhere[id] = some.first
        }
        return elsewhere
    }
}
