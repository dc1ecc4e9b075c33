import Glibc
import ToolSupport
import Unix

/// The directory in which a source keeps its checkpoint: for one process at a time.
///
/// `checkpoint` is replaced as a whole and is on the disk when ``write(_:)`` returns; the one before is kept as
/// `checkpoint.prev`; `lock` is locked.
final class CheckpointStore: Sendable {
    /// What a damaged checkpoint is replaced by.
    enum Fallback: String, CaseIterable, Sendable {
        /// Nothing: the tool does not start.
        case refuse
        /// The one before.
        case previous = "prev"
        /// None: all files are read from their beginnings, or their ends.
        case beginning, end
    }

    let directory: String
    private let lock: FileDescriptor

    private var path: String { "\(directory)/checkpoint" }
    private var previousPath: String { "\(directory)/checkpoint.prev" }

    /// Takes the directory, which is made if it is missing.
    ///
    /// - Throws: ``ExitCode/busy`` where another process has it.
    init(_ directory: String) throws {
        self.directory = directory
        let file: FileDescriptor
        do throws(SystemError) {
            try Unix.makeDirectories(directory, mode: 0o700)
            file = try FileDescriptor.open("\(directory)/lock", O_RDWR | O_CREAT, mode: 0o600)
        } catch {
            throw ToolError("cannot use the state directory \(directory): \(error.reason)", .usage)
        }
        guard try file.lock() else {
            throw ToolError("the state directory \(directory) is in use by another process", .busy)
        }
        lock = file
    }

    /// What was written last; nil if nothing was.
    ///
    /// - Parameter tell: told of what is wrong, where the fallback is taken.
    func read(_ fallback: Fallback, _ tell: (String) -> Void) throws -> Checkpoint? {
        let damage: String
        switch try Self.load(path) {
        case .none: return nil
        case .read(let checkpoint): return checkpoint
        case .damaged(let why): damage = "\(path) is damaged: \(why)"
        }
        switch fallback {
        case .refuse:
            throw ToolError(
                "\(damage); --on-bad-checkpoint prev goes on from the one before, beginning or end from there")
        case .previous:
            guard case .read(let checkpoint) = try Self.load(previousPath) else {
                throw ToolError("\(damage), and there is no whole one before it")
            }
            tell("\(damage); going on from the one before it")
            return checkpoint
        case .beginning, .end:
            tell("\(damage); all files are taken from their \(fallback.rawValue)")
            return nil
        }
    }

    /// Reads a checkpoint beside whoever has the directory.
    static func peek(_ directory: String) throws -> Checkpoint? {
        switch try load("\(directory)/checkpoint") {
        case .none: return nil
        case .read(let checkpoint): return checkpoint
        case .damaged(let why): throw ToolError("\(directory)/checkpoint is damaged: \(why)")
        }
    }

    private enum Loaded {
        case none
        case read(Checkpoint)
        case damaged(String)
    }

    private static func load(_ path: String) throws -> Loaded {
        guard let bytes = try StateFile.contents(of: path) else { return .none }
        // Not damaged: whatever is said of damage, what it says counts for those who understand it.
        if let version = CheckpointText.version(of: bytes), version > CheckpointText.version {
            throw ToolError(
                "\(path) was written by a newer fluvio-source-file, in version \(version) of its form (this one knows up to "
                    + "\(CheckpointText.version)); go on with that one, or name another --state-dir")
        }
        do throws(ValueError) {
            return .read(try CheckpointText.decode(bytes))
        } catch {
            return .damaged(error.description)
        }
    }

    /// Replaces it, durably.
    func write(_ bytes: [UInt8]) throws(SystemError) {
        _ = try Unix.removeFile(previousPath)
        do throws(SystemError) {
            try Unix.link(path, to: previousPath)
        } catch {
            // The first one has none before it.
            if error.code != ENOENT { throw error }
        }
        try Unix.replaceContents(of: path, with: bytes, mode: 0o600)
    }
}

extension CheckpointStore {
    /// Whether a process has the directory.
    static func isTaken(_ directory: String) -> Bool {
        guard let file = try? FileDescriptor.open("\(directory)/lock", O_RDWR) else { return false }
        return (try? file.isLocked()) ?? false
    }
}
