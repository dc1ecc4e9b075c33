import Glibc
import ToolSupport
import Unix

// What becomes of files that are finished.
extension SourcePump {
    /// A file is to be deleted or moved after the next checkpoint.
    func leaves(_ file: SourceFile) {
        if !file.isDamaged { leaving.append(file.id) }
    }

    /// Deletes or moves what is finished, once the checkpoint says so, unless it has changed since.
    func leave() {
        for id in leaving {
            guard let file = files[id], let facts = try? Unix.facts(of: file.record.path),
                facts.device == file.facts.device, facts.inode == file.facts.inode, facts.size == file.facts.size,
                facts.modified == file.facts.modified
            else { continue }
            let path = file.record.path
            do throws(SystemError) {
                switch options.afterwards {
                case .keep: break
                case .delete:
                    try Unix.removeFile(path)
                    diagnostics.detail("\(path) is deleted")
                case .move(let directory):
                    try Unix.makeDirectories(directory)
                    // Where it is among the paths, too, what is in it has been moved.
                    if try isIn(directory, path) { continue }
                    let place = try move(path, to: directory, id)
                    diagnostics.detail("\(path) is moved to \(place)")
                }
            } catch {
                let hint = error.code == EXDEV ? "; --then move: takes a directory on the same file system" : ""
                diagnostics.error("\(path) stays: \(error.reason)\(hint)")
                isIncomplete = true
            }
        }
        leaving = []
    }

    private func isIn(_ directory: String, _ path: String) throws(SystemError) -> Bool {
        guard let one = try Unix.facts(of: directory), let other = try Unix.facts(of: Paths.directory(of: path)) else {
            return false
        }
        return one.device == other.device && one.inode == other.inode
    }

    /// Where it is then. Rotation gives the same names again and again: where one is taken, the id of the file comes behind
    /// it.
    private func move(_ path: String, to directory: String, _ id: FileID) throws(SystemError) -> String {
        let place = Paths.joined(directory, Paths.name(of: path))
        do throws(SystemError) {
            try Unix.renameExclusively(path, to: place)
            return place
        } catch {
            guard error.code == EEXIST else { throw error }
            try Unix.renameExclusively(path, to: "\(place).\(id)")
            return "\(place).\(id)"
        }
    }
}
