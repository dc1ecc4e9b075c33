import Glibc
import Unix

/// What would keep a run from writing, found out without writing.
enum Obstacles {
    /// Why nothing can be made in a directory, which may be still to be made itself; nil: nothing is known to be in the way.
    static func writing(_ directory: String) -> String? {
        var path = directory
        while true {
            do throws(SystemError) {
                if let facts = try Unix.facts(of: path) {
                    guard facts.kind == .directory else { return "\(path): Not a directory" }
                    return Unix.refusal(toWriteIn: path).map { path == directory ? $0.reason : $0.description }
                }
            } catch {
                return error.description
            }
            guard path != "/", path != "." else { return nil }
            path = Paths.directory(of: path)
        }
    }

    /// Directories that files could not leave, or could not come to, each with the reason.
    static func leaving(_ paths: [String], _ afterwards: Afterwards) -> [(place: String, problem: String)] {
        guard afterwards != .keep else { return [] }
        var problems: [(place: String, problem: String)] = []
        let directories = Set(paths.map(Paths.directory)).sorted()
        for directory in directories {
            if let problem = writing(directory) { problems.append((directory, problem)) }
        }
        guard case .move(let target) = afterwards else { return problems }
        if let problem = writing(target) { return problems + [(target, problem)] }
        let device = device(of: target)
        if directories.contains(where: { Self.device(of: $0) != device }) {
            problems.append((target, "is on another file system than the files"))
        }
        return problems
    }

    /// That of a directory, or of where it is to be made.
    private static func device(of directory: String) -> UInt64? {
        var path = directory
        while true {
            if let facts = try? Unix.facts(of: path) { return facts.device }
            guard path != "/", path != "." else { return nil }
            path = Paths.directory(of: path)
        }
    }
}
