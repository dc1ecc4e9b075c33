import Glibc
import Unix

/// Watches directories, and knows how far it can be relied on. Only a hint: a look decides.
struct Watcher: ~Copyable {
    /// Nil: there is no inotify to be had.
    private let inotify: Inotify?
    private var numbers: [String: CInt] = [:]
    private var names: [CInt: String] = [:]
    /// Directories of which it was seen, or is known, that changes are not told.
    private var unreliable: Set<String> = []
    /// Why directories are not watched; told once.
    private(set) var trouble: SystemError?

    init() {
        do throws(SystemError) {
            inotify = try Inotify()
        } catch {
            inotify = nil
            trouble = error
        }
    }

    /// For poll(2); nil: there is nothing to wait for.
    var descriptor: CInt? { inotify?.watch.raw }

    /// Whether every change of these directories is told.
    var isReliable: Bool { unreliable.isEmpty && trouble == nil }

    /// Watches these directories and no others.
    mutating func watch(_ directories: Set<String>) {
        for (path, number) in numbers where !directories.contains(path) {
            inotify?.watch.remove(number)
            numbers[path] = nil
            names[number] = nil
            unreliable.remove(path)
        }
        guard let inotify else { return }
        for path in directories where numbers[path] == nil {
            do throws(SystemError) {
                let number = try inotify.watch.add(path)
                // Another name of a directory that is watched already.
                if let other = names[number] { numbers[other] = nil }
                numbers[path] = number
                names[number] = path
                if !Unix.isLocalFileSystem(path) { unreliable.insert(path) }
            } catch {
                if error.code != ENOENT { trouble = error }
            }
        }
    }

    /// What has happened.
    struct News {
        /// Files whose content has changed.
        var changed: Set<String> = []
        /// Whether names have come or gone, or nobody knows.
        var isStructural = false
    }

    mutating func take() -> News {
        var news = News()
        guard let inotify else { return news }
        guard let events = try? inotify.watch.take() else {
            // It ran over: anything may have happened.
            news.isStructural = true
            return news
        }
        for event in events {
            guard let directory = names[event.directory] else { continue }
            if event.isStructural {
                news.isStructural = true
            } else {
                let path = directory == "/" ? "/\(event.name)" : "\(directory)/\(event.name)"
                news.changed.insert(path)
            }
        }
        return news
    }

    /// A scan has found a change that nothing told of.
    mutating func missed(in path: String) {
        guard let slash = path.lastIndex(of: "/") else { return }
        let directory = String(path[..<slash])
        if numbers[directory] != nil { unreliable.insert(directory) }
    }
}

/// It may be there or not.
private final class Inotify {
    let watch: DirectoryWatch

    init() throws(SystemError) { watch = try DirectoryWatch() }
}
