import Unix

/// A path or a pattern that leads to no file.
struct Absence: Equatable, Sendable {
    enum Kind: Equatable, Sendable {
        /// Nothing has this name.
        case missing
        case directory
        /// A pipe, a device or a socket.
        case noFile
        /// A pattern that nothing matches.
        case unmatched
    }

    let kind: Kind
    /// The path or the pattern, as it was given.
    let text: String
    /// The path from the root; empty for a pattern.
    let path: String

    /// What is to be said of it.
    struct Remark: Equatable, Sendable {
        var text: String
        /// Whether something that was asked for is not done.
        var isError: Bool
    }

    /// What is to be said of it.
    ///
    /// - Parameters:
    ///   - isOnce: nothing is waited for.
    ///   - wasRead: a file with this name is known, and has been rotated or removed.
    func remark(isOnce: Bool, wasRead: Bool) -> Remark {
        switch kind {
        case .missing where wasRead: Remark(text: "there is no new one since it was read", isError: false)
        case .missing where isOnce: Remark(text: "No such file or directory", isError: true)
        case .missing: Remark(text: "no such file yet; it is waited for", isError: false)
        case .directory:
            Remark(
                text: "Is a directory; '\(text)\(text.hasSuffix("/") ? "" : "/")*' is the files in it", isError: true)
        case .noFile: Remark(text: "is no file; a PATH of - is standard input", isError: true)
        case .unmatched: Remark(text: isOnce ? "no file matches" : "no file matches yet", isError: false)
        }
    }
}

extension Selection {
    /// What was asked for, of which nothing is read because there is no such file. What is excluded is none of it.
    ///
    /// - Parameter files: the paths of the files that are there.
    func absences(_ files: Set<String>) -> [Absence] {
        asked.compactMap { asked in
            guard asked.globs.count == 1, let glob = asked.globs.first, glob.isLiteral else {
                let isMatched = files.contains { path in
                    let names = Self.names(path)
                    return asked.globs.contains { $0.matches(names) }
                }
                return isMatched ? nil : Absence(kind: .unmatched, text: asked.text, path: "")
            }
            let path = glob.path
            guard !files.contains(path), !excludes(Self.names(path)) else { return nil }
            return Self.absence(of: path, asked.text)
        }
    }

    private static func absence(of path: String, _ text: String) -> Absence? {
        do throws(SystemError) {
            switch try Unix.facts(of: path)?.kind {
            case nil: return Absence(kind: .missing, text: text, path: path)
            case .directory: return Absence(kind: .directory, text: text, path: path)
            case .other: return Absence(kind: .noFile, text: text, path: path)
            // It has come meanwhile, or is passed over for its age.
            case .file: return nil
            }
        } catch {
            // The look at the directories has told of it.
            return nil
        }
    }
}

extension Glob {
    /// The path that it names, where nothing in it is special.
    var path: String {
        segments.reduce(into: "") { path, segment in
            if case .name(let name) = segment { path += "/\(Unix.name(of: name))" }
        }
    }
}
