import Glibc

/// A file system of a fixed size that goes with the value: a tmpfs, which only root can mount.
final class SmallDisk: Sendable {
    let path: String

    /// Nil where it cannot be mounted.
    init?(bytes: Int, in directory: TemporaryDirectory) {
        path = directory.path + "/disk"
        guard unsafe mkdir(path, 0o755) == 0, unsafe mount("none", path, "tmpfs", 0, "size=\(bytes)") == 0 else {
            return nil
        }
    }

    deinit { _ = unsafe umount2(path, CInt(MNT_DETACH)) }
}

/// Whether file systems can be mounted here. Tests of full disks are skipped where not; who reads the output sees it.
let canMount: Bool = {
    guard let directory = try? TemporaryDirectory() else { return false }
    return SmallDisk(bytes: 4_096, in: directory) != nil
}()
