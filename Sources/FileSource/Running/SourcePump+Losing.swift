import ToolSupport
import Unix

// Files that are not found any more.
extension SourcePump {
    /// It is nowhere.
    ///
    /// - Parameter isAgain: what it had begins another file, which is sent as a new one.
    func lose(_ file: SourceFile, isAgain: Bool) {
        missing.remove(file.id)
        file.record.state = .gone
        changed(file)
        defer { wakeFollowers(of: file) }
        let (evidence, position) = file.knownContent
        let path = file.record.path
        if isAgain {
            diagnostics.detail("\(path) was replaced by a file that begins as it did: that is sent from its beginning")
            // That one knows more of it than this.
            return forget(file.id)
        }
        if !file.isCut, let facts = try? Unix.facts(of: path), file.record.evidence.isPlace(of: facts) == true {
            // It is as it was, and not asked for.
            let left = max(0, facts.size - position)
            if left > 0 {
                diagnostics.note(
                    "\(path) is none of the paths any more; \(counted(left, "byte of it is", "bytes of it are")) not read"
                )
            }
            return
        }
        let unread = file.sighting.lost(behind: position, evidence.head, isCut: file.isCut)
        file.record.lost += unread
        counts.update { $0.lostBytes += unread }
        if !file.isCut, let other = foreignCopy(of: file) {
            isIncomplete = true
            diagnostics.error(
                "\(path) is gone, and \(other) seems to be what became of it: it was written to since, and of compressed "
                    + "files those of gzip, zstd and xz are read")
            return
        }
        let text =
            file.isCut
            ? "\(path) was cut at \(counted(position, "byte")) or before"
            : "\(path) is gone and is not found by its content"
        if unread > 0 {
            isIncomplete = true
            diagnostics.error("\(text); \(counted(unread, "byte")) or more were lost unread")
        } else if file.isCut {
            diagnostics.note("\(text); nothing of it is known to be lost")
        } else {
            diagnostics.detail(text)
        }
    }

    /// At the end: what was written to files that have no name any more, and whose content goes on elsewhere, goes with this
    /// process, and no checkpoint knows of it.
    func loseRemnants() {
        for file in files.values where file.isRemnant {
            guard let reader = file.reader, let size = try? Unix.size(reader.descriptor), size > file.record.position
            else { continue }
            let left = size - file.record.position
            counts.update { $0.lostBytes += left }
            isIncomplete = true
            diagnostics.error(
                "\(file.record.path) was written anew, and \(counted(left, "byte")) that came to the old one since "
                    + "\(left == 1 ? "is" : "are") lost unread")
        }
    }

    /// A file beside it, which a program has compressed that is none of ours, and which was written to after the known one
    /// was read. Programs that compress keep the time.
    private func foreignCopy(of file: SourceFile) -> String? {
        let directory = Paths.directory(of: file.family)
        let name = Paths.name(of: file.family)
        guard let entries = try? Unix.entries(in: directory) else { return nil }
        for entry in entries.map(\.name).sorted() where entry.hasPrefix(name) {
            let path = Paths.joined(directory, entry)
            guard RotationName.isForeign(entry), let facts = try? Unix.facts(of: path),
                facts.modified / 1_000_000 > file.record.touched
            else { continue }
            return path
        }
        return nil
    }
}
