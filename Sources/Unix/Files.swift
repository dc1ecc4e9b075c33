import CLinux
import Glibc

// Files and directories by name, and what makes their content last.
extension Unix {
    /// What stat(2) says of a path.
    package struct FileStatus: Sendable {
        /// Bytes.
        package let size: Int
        /// When the content last changed, in nanoseconds since 1970.
        package let modified: Int64
        /// Whether it is a directory.
        package let isDirectory: Bool
    }

    /// stat(2); nil if nothing has that name.
    package static func status(of path: String) throws(SystemError) -> FileStatus? {
        var status = stat()
        do throws(SystemError) {
            _ = try check("stat", path) { unsafe withPath(path) { path in unsafe stat(path, &status) } }
        } catch {
            if error.code == ENOENT { return nil }
            throw error
        }
        let time = status.st_mtim
        return FileStatus(
            size: Int(status.st_size), modified: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec),
            isDirectory: status.st_mode & S_IFMT == S_IFDIR)
    }

    /// Whether an open file is what has that name.
    package static func isOpen(_ fd: CInt, as path: String) throws(SystemError) -> Bool {
        var (mine, named) = (stat(), stat())
        _ = try check("fstat") { unsafe fstat(fd, &mine) }
        do throws(SystemError) {
            _ = try check("stat", path) { unsafe withPath(path) { path in unsafe stat(path, &named) } }
        } catch {
            if error.code == ENOENT { return false }
            throw error
        }
        return mine.st_dev == named.st_dev && mine.st_ino == named.st_ino
    }

    /// Whether the path itself is a symbolic link, wherever that leads.
    package static func isLink(_ path: String) throws(SystemError) -> Bool {
        var status = stat()
        do throws(SystemError) {
            _ = try check("lstat", path) { unsafe withPath(path) { path in unsafe lstat(path, &status) } }
        } catch {
            if error.code == ENOENT { return false }
            throw error
        }
        return status.st_mode & S_IFMT == S_IFLNK
    }

    /// The path without links, as by realpath(3), also where nothing has the last name as yet, as while a link leads to a
    /// file that is being replaced. Nil: a directory is not there, or links lead to each other.
    package static func resolvingLinksOfDirectories(_ path: String) -> String? {
        var path = path
        // As many links as Linux follows.
        for _ in 0..<40 {
            guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")),
                let directory = resolvingLinks(slash == path.startIndex ? "/" : String(path[..<slash]))
            else { return nil }
            func joined(_ name: some StringProtocol) -> String {
                directory == "/" ? "/\(name)" : "\(directory)/\(name)"
            }
            path = joined(path[path.utf8.index(after: slash)...])
            guard let target = readLink(path) else { return path }
            path = target.utf8.first == UInt8(ascii: "/") ? target : joined(target)
        }
        return nil
    }

    /// readlink(2): what stands in a symbolic link; nil: it is none, or cannot be read.
    private static func readLink(_ path: String) -> String? {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = unsafe withPath(path) { path in unsafe readlink(path, &buffer, buffer.count) }
        return count < 0 ? nil : name(of: buffer[..<count].lazy.map { UInt8(bitPattern: $0) })
    }

    /// The names in a directory, without `.` and `..`, sorted by their bytes.
    package static func names(in directory: String) throws(SystemError) -> [String] {
        guard let handle = unsafe withPath(directory, { path in unsafe opendir(path) }) else {
            throw SystemError(code: errno, call: "opendir", subject: directory)
        }
        defer { _ = unsafe closedir(handle) }
        var names: [String] = []
        while true {
            errno = 0
            guard let entry = unsafe readdir(handle) else {
                if errno != 0 { throw SystemError(code: errno, call: "readdir", subject: directory) }
                return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
            }
            let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                unsafe Unix.name(of: bytes.prefix { $0 != 0 })
            }
            if name != ".", name != ".." { names.append(name) }
        }
    }

    /// ftruncate(2): cuts a file, or makes it longer with a hole.
    package static func truncate(_ fd: CInt, to size: Int) throws(SystemError) {
        _ = try check("ftruncate") { ftruncate(fd, size) }
    }

    /// pwrite(2) until all is written.
    package static func write(_ bytes: [UInt8], to fd: CInt, at offset: Int) throws(SystemError) {
        let written = unsafe bytes.withUnsafeBytes { buffer in
            Result { () throws(SystemError) in try unsafe writeAll(fd, buffer, at: offset) }
        }
        try written.get()
    }

    /// fdatasync(2): what was written, and the size of the file, survive a power cut.
    package static func synchronize(_ fd: CInt) throws(SystemError) {
        _ = try check("fdatasync") { fdatasync(fd) }
    }

    /// fsync(2) of a directory: names made or removed in it survive a power cut.
    package static func synchronize(directory: String) throws(SystemError) {
        let handle = try FileDescriptor.open(directory, O_RDONLY | O_DIRECTORY)
        let raw = handle.raw
        _ = try check("fsync", directory) { fsync(raw) }
    }

    /// unlink(2) of a file; false if there was none.
    @discardableResult
    package static func removeFile(_ path: String) throws(SystemError) -> Bool {
        do throws(SystemError) {
            _ = try check("unlink", path) { unsafe withPath(path) { path in unsafe unlink(path) } }
            return true
        } catch {
            if error.code == ENOENT { return false }
            throw error
        }
    }

    /// rmdir(2) of an empty directory.
    package static func removeDirectory(_ path: String) throws(SystemError) {
        _ = try check("rmdir", path) { unsafe withPath(path) { path in unsafe rmdir(path) } }
    }

    /// rename(2), which replaces what has the new name.
    package static func rename(_ old: String, to new: String) throws(SystemError) {
        _ = try check("rename", old) {
            unsafe withPath(old) { old in unsafe withPath(new) { new in unsafe Glibc.rename(old, new) } }
        }
    }
}

extension Unix {
    /// link(2): a second name for a file.
    package static func link(_ path: String, to other: String) throws(SystemError) {
        _ = try check("link", path) {
            unsafe withPath(path) { path in unsafe withPath(other) { other in unsafe Glibc.link(path, other) } }
        }
    }
}

extension Unix {
    /// renameat2(2) with RENAME_NOREPLACE: fails with EEXIST where the new name is taken.
    package static func renameExclusively(_ old: String, to new: String) throws(SystemError) {
        _ = try check("rename", old) {
            unsafe withPath(old) { old in
                unsafe withPath(new) { new in unsafe renameat2(AT_FDCWD, old, AT_FDCWD, new, 1) }
            }
        }
    }
}
