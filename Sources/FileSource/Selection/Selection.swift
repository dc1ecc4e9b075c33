import Glibc
import Unix

/// Which files are meant: patterns for paths from the root, less what is excluded.
struct Selection: Sendable {
    let included: [Glob]
    /// The same, by what was given.
    let asked: [(text: String, globs: [Glob])]
    let excluded: [Glob]
    /// Patterns without a slash, which exclude names wherever they stand.
    let excludedNames: [Glob.Segment]

    /// - Parameters:
    ///   - directory: what relative patterns begin at, from the root.
    /// - Throws: what is wrong with a pattern.
    init(_ patterns: [String], excluding exclusions: [String] = [], in directory: String) throws(GlobError) {
        var asked: [(text: String, globs: [Glob])] = []
        for pattern in patterns {
            asked.append((pattern, try Self.globs(pattern, in: directory)))
        }
        self.asked = asked
        included = asked.flatMap(\.globs)
        var excluded: [Glob] = []
        var names: [Glob.Segment] = []
        for exclusion in exclusions {
            for glob in try Glob.parse(exclusion) {
                if !exclusion.contains("/"), let name = glob.segments.first {
                    names.append(name)
                } else {
                    excluded.append(glob.fromRoot(directory))
                }
            }
        }
        self.excluded = excluded
        excludedNames = names
    }

    /// A shell gives names as they are, and in these brackets and braces are nothing special: what has just that name is
    /// meant, too.
    private static func globs(_ pattern: String, in directory: String) throws(GlobError) -> [Glob] {
        let name = Glob.literal(pattern).fromRoot(directory)
        let isThere = (try? Unix.facts(of: name.path)).flatMap { $0 } != nil
        do throws(GlobError) {
            let globs = try Glob.parse(pattern).map { $0.fromRoot(directory) }
            return isThere && !globs.contains(name) ? globs + [name] : globs
        } catch {
            guard isThere, !pattern.isEmpty, !name.segments.isEmpty else { throw error }
            return [name]
        }
    }

    /// Whether a path from the root is one of a file that is meant.
    func includes(_ path: String) -> Bool {
        let names = Self.names(path)
        return included.contains { $0.matches(names) } && !excludes(names)
    }

    /// Whether a path, or one above it, is excluded.
    func excludes(_ names: [[UInt8]]) -> Bool {
        if names.contains(where: { name in excludedNames.contains { Glob.matches($0, name) } }) { return true }
        return excluded.contains { glob in
            (1...max(1, names.count)).contains { glob.matches(Array(names.prefix($0))) }
        }
    }

    /// Whether everything below a directory is excluded.
    func prunes(_ names: [[UInt8]]) -> Bool {
        if excludes(names) { return true }
        return excluded.contains { $0.segments.last == .any && $0.isPrefix(names) }
    }

    static func names(_ path: String) -> [[UInt8]] {
        Unix.bytes(of: path).split(separator: UInt8(ascii: "/")).map { Array($0) }
    }
}

extension Glob {
    /// The same pattern with the directory in front, unless it is from the root.
    func fromRoot(_ directory: String) -> Glob {
        isAbsolute ? self : Glob.literal(directory).appending(segments)
    }

    /// Whether a last `**` would match all files in the directory of these names.
    func isPrefix(_ names: [[UInt8]]) -> Bool { matches(names + [Array("x".utf8)]) }
}

/// What a walk through the directories has found.
struct Walk: Sendable {
    /// A file that is meant.
    struct Found: Equatable, Sendable {
        let path: String
        let facts: Unix.FileFacts
    }

    /// In the order of their paths.
    var files: [Found] = []
    /// Directories in which new names would matter.
    var directories: Set<String> = []
    /// Where files are that have links for names.
    var links: [String: String] = [:]
    /// What could not be looked at.
    var troubles: [SystemError] = []

    /// Walks through all that the selection can mean. Symbolic links are followed, but not by `**`, which might never
    /// come to an end.
    init(_ selection: Selection) {
        var seen: Set<String> = []
        for glob in selection.included { visit("", [], glob.segments[...], selection, &seen) }
        files.sort { $0.path < $1.path }
    }

    private mutating func visit(
        _ directory: String, _ names: [[UInt8]], _ segments: ArraySlice<Glob.Segment>, _ selection: Selection,
        _ seen: inout Set<String>
    ) {
        guard let segment = segments.first else { return }
        let rest = segments.dropFirst()
        if case .name(let name) = segment {
            let path = "\(directory)/\(Unix.name(of: name))"
            if rest.isEmpty {
                directories.insert(directory.isEmpty ? "/" : directory)
                add(path, names + [name], selection, &seen)
            } else if !selection.prunes(names + [name]) {
                visit(path, names + [name], rest, selection, &seen)
            }
            return
        }
        let path = directory.isEmpty ? "/" : directory
        let entries: [Unix.DirectoryEntry]
        do throws(SystemError) {
            entries = try Unix.entries(in: path)
        } catch {
            // Where a directory is to come, its parent says so.
            if error.code == ENOENT || error.code == ENOTDIR { return watchParent(of: path) }
            troubles.append(error)
            return
        }
        directories.insert(path)
        if segment == .any, !rest.isEmpty { visit(directory, names, rest, selection, &seen) }
        for entry in entries {
            let name = Unix.bytes(of: entry.name)
            guard Glob.matches(segment, name) else { continue }
            let path = "\(directory)/\(entry.name)"
            if rest.isEmpty { add(path, names + [name], selection, &seen, entry.kind) }
            let mayBeDirectory =
                segment == .any ? entry.kind == .directory : entry.kind != .file && entry.kind != .other
            guard mayBeDirectory, segment == .any || !rest.isEmpty, !selection.prunes(names + [name]) else { continue }
            visit(path, names + [name], segment == .any ? segments : rest, selection, &seen)
        }
    }

    private mutating func watchParent(of path: String) {
        var parent = path
        while parent != "/" {
            parent = Paths.directory(of: parent)
            if (try? Unix.facts(of: parent))?.kind == .directory {
                directories.insert(parent)
                return
            }
        }
    }

    private mutating func add(
        _ path: String, _ names: [[UInt8]], _ selection: Selection, _ seen: inout Set<String>,
        _ kind: Unix.FileFacts.Kind? = nil
    ) {
        guard kind == nil || kind == .file, seen.insert(path).inserted, !selection.excludes(names) else { return }
        do throws(SystemError) {
            let facts = try Unix.facts(of: path)
            // Where a link leads to nothing, there may be a file in a moment: the one before was renamed.
            if kind == nil, facts.map({ $0.kind == .file }) ?? true, try Unix.isLink(path) {
                links[path] = Unix.resolvingLinksOfDirectories(path)
            }
            guard let facts, facts.kind == .file else { return }
            files.append(Found(path: path, facts: facts))
        } catch {
            troubles.append(error)
        }
    }
}
