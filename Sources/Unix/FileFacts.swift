import CLinux
import Glibc

extension Unix {
    /// What statx(2) says of a file: enough to know it again.
    package struct FileFacts: Equatable, Sendable {
        /// What kind of file it is.
        package enum Kind: Equatable, Sendable {
            case file, directory, other
        }

        /// The device it is on, major and minor number in one.
        package var device: UInt64
        /// Its number there, which another file may get once it is gone.
        package var inode: UInt64
        /// When it was made, in nanoseconds since 1970; nil where the file system does not know.
        package var born: Int64?
        /// Bytes.
        package var size: Int
        /// When its content last changed, in nanoseconds since 1970.
        package var modified: Int64
        /// How many names it has.
        package var links: Int
        /// What it is.
        package var kind: Kind

        /// Facts made up, for tests.
        package init(
            device: UInt64, inode: UInt64, born: Int64?, size: Int, modified: Int64, links: Int = 1, kind: Kind = .file
        ) {
            (self.device, self.inode, self.born) = (device, inode, born)
            (self.size, self.modified, self.links, self.kind) = (size, modified, links, kind)
        }
    }

    /// statx(2) of what a path leads to; nil if nothing has that name.
    package static func facts(of path: String) throws(SystemError) -> FileFacts? {
        do throws(SystemError) {
            return try facts(AT_FDCWD, path, 0)
        } catch {
            if error.code == ENOENT || error.code == ENOTDIR { return nil }
            throw error
        }
    }

    /// statx(2) of an open file.
    package static func facts(of descriptor: CInt) throws(SystemError) -> FileFacts {
        // AT_EMPTY_PATH of <linux/fcntl.h>.
        try facts(descriptor, "", 0x1000)
    }

    private static func facts(_ directory: CInt, _ path: String, _ flags: CInt) throws(SystemError) -> FileFacts {
        var status = statx()
        // The basic facts and the time of birth (<linux/stat.h>).
        _ = try check("statx", path) {
            unsafe withPath(path) { path in unsafe statx(directory, path, flags, 0xfff, &status) }
        }
        let kind: FileFacts.Kind =
            switch mode_t(status.stx_mode) & S_IFMT {
            case S_IFREG: .file
            case S_IFDIR: .directory
            default: .other
            }
        func nanoseconds(_ time: statx_timestamp) -> Int64 { time.tv_sec &* 1_000_000_000 &+ Int64(time.tv_nsec) }
        return FileFacts(
            device: UInt64(status.stx_dev_major) << 32 | UInt64(status.stx_dev_minor), inode: status.stx_ino,
            born: status.stx_mask & 0x800 != 0 ? nanoseconds(status.stx_btime) : nil, size: Int(status.stx_size),
            modified: nanoseconds(status.stx_mtime), links: Int(status.stx_nlink), kind: kind)
    }

    /// A name in a directory.
    package struct DirectoryEntry: Equatable, Sendable {
        /// The name.
        package let name: String
        /// What it is; nil where that takes a look at it: a symbolic link, or a file system that does not say.
        package let kind: FileFacts.Kind?
    }

    /// The names in a directory with their kinds, without `.` and `..`, in no order, as ``name(of:)`` writes them.
    package static func entries(in directory: String) throws(SystemError) -> [DirectoryEntry] {
        guard let handle = unsafe withPath(directory, { path in unsafe opendir(path) }) else {
            throw SystemError(code: errno, call: "opendir", subject: directory)
        }
        defer { _ = unsafe closedir(handle) }
        var entries: [DirectoryEntry] = []
        while true {
            errno = 0
            guard let entry = unsafe readdir(handle) else {
                if errno != 0 { throw SystemError(code: errno, call: "readdir", subject: directory) }
                return entries
            }
            let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                unsafe Unix.name(of: bytes.prefix { $0 != 0 })
            }
            if name == "." || name == ".." { continue }
            let kind: FileFacts.Kind? =
                switch unsafe CInt(entry.pointee.d_type) {
                case CInt(DT_REG): .file
                case CInt(DT_DIR): .directory
                case CInt(DT_LNK), CInt(DT_UNKNOWN): nil
                default: .other
                }
            entries.append(DirectoryEntry(name: name, kind: kind))
        }
    }

    /// Whether changes on the file system of a path are all made by this machine's kernel through that file system, so
    /// that inotify(7) hears of them: ext, XFS, Btrfs, F2FS, ZFS and memory are such; overlays, networks and FUSE are not.
    package static func isLocalFileSystem(_ path: String) -> Bool {
        var status = statfs()
        guard unsafe withPath(path, { path in unsafe statfs(path, &status) }) == 0 else { return false }
        // The numbers of <linux/magic.h>.
        let local: Set<Int> = [0xef53, 0x5846_5342, 0x9123_683e, 0xf2f5_2010, 0x2fc1_2fc1, 0x0102_1994, 0x8584_58f6]
        return local.contains(Int(status.f_type))
    }

    /// Why this process may not make names in a directory (access(2)); nil: it may.
    package static func refusal(toWriteIn directory: String) -> SystemError? {
        guard unsafe withPath(directory, { path in unsafe access(path, W_OK | X_OK) }) != 0 else { return nil }
        return SystemError(code: errno, call: "access", subject: directory)
    }

    /// lseek(2) with SEEK_DATA: where the next data stands at or after `offset`; nil: only a hole is left.
    package static func nextData(_ fd: CInt, from offset: Int) throws(SystemError) -> Int? {
        do throws(SystemError) {
            return try check("lseek") { lseek(fd, offset, 3) }
        } catch {
            if error.code == ENXIO { return nil }
            throw error
        }
    }
}
