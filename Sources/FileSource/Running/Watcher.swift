import Glibc
import Unix

/// Watches directories, and knows how far it can be relied on. Only a hint: a look decides.
struct Watcher: ~Copyable {
    /// Nil: there is no inotify to be had.
    private let inotify: Inotify?
    private var numbers: [String: CInt] = [:]
    /// A directory may have several names.
    private var names: [CInt: Set<String>] = [:]
    /// Directories in which every name matters.
    private var wanted: Set<String> = []
    /// Links by what they lead to.
    private var links: [String: Set<String>] = [:]
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
    ///
    /// - Parameter targets: what links lead to: these are watched where they are.
    /// - Returns: whether one of them was not watched before: something may have happened there since the look at it.
    mutating func watch(_ directories: Set<String>, links targets: [String: String] = [:]) -> Bool {
        wanted = directories
        links = [:]
        for (link, target) in targets { links[target, default: []].insert(link) }
        let all = directories.union(links.keys.map(Paths.directory))
        for path in numbers.keys where !all.contains(path) { forget(path) }
        guard let inotify else { return false }
        var isNew = false
        for path in all {
            do throws(SystemError) {
                // The number that it has already, unless it is another directory by now. That the one before is gone is
                // not told as long as a file that was in it is open.
                let number = try inotify.watch.add(path)
                if numbers[path] == number { continue }
                forget(path)
                numbers[path] = number
                isNew = true
                names[number, default: []].insert(path)
                if !Unix.isLocalFileSystem(path) { unreliable.insert(path) }
            } catch {
                forget(path)
                if error.code != ENOENT { trouble = error }
            }
        }
        return isNew
    }

    private mutating func forget(_ path: String) {
        unreliable.remove(path)
        guard let number = numbers.removeValue(forKey: path) else { return }
        names[number]?.remove(path)
        if names[number]?.isEmpty ?? false {
            inotify?.watch.remove(number)
            names[number] = nil
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
            guard let directories = names[event.directory] else { continue }
            if event.isLast {
                // Another one may have its name by now.
                for directory in directories { numbers[directory] = nil }
                names[event.directory] = nil
                news.isStructural = true
                continue
            }
            for directory in directories {
                let path = Paths.joined(directory, event.name)
                let isWanted = wanted.contains(directory)
                let leading = links[path] ?? []
                if event.isStructural {
                    if isWanted || !leading.isEmpty { news.isStructural = true }
                } else {
                    if isWanted { news.changed.insert(path) }
                    news.changed.formUnion(leading)
                }
            }
        }
        return news
    }

    /// A scan has found a change that nothing told of.
    mutating func missed(in path: String) {
        let directory = Paths.directory(of: path)
        if numbers[directory] != nil { unreliable.insert(directory) }
    }
}

/// It may be there or not.
private final class Inotify {
    let watch: DirectoryWatch

    init() throws(SystemError) { watch = try DirectoryWatch() }
}
