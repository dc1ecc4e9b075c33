package import FluvioClient
import Glibc
import Unix

/// A file in which a tool keeps how far it is, as a JSON document: for one process at a time, replaced as a whole, and
/// on the disk when ``write(_:)`` returns.
///
/// `FILE.lock` beside it is locked for as long as the value lives, and stays, so that no two processes lock different
/// files of that name.
package struct StateFile: ~Copyable, Sendable {
    /// The path.
    package let path: String
    private let lock: FileDescriptor

    /// Takes the file for this process.
    ///
    /// - Throws: ``ExitCode/busy`` where another has it.
    package init(_ path: String) throws {
        self.path = path
        let file: FileDescriptor
        do throws(SystemError) {
            file = try FileDescriptor.open("\(path).lock", O_RDWR | O_CREAT)
        } catch {
            throw ToolError("cannot use \(path): \(error.reason)", .usage)
        }
        guard try file.lock() else { throw ToolError("\(path) is in use by another process", .busy) }
        lock = file
    }

    /// What was written last; nil if nothing was. A file that cannot be understood is an error, never taken for none.
    package borrowing func read() throws -> ObjectValue? {
        guard let bytes = try Self.contents(of: path) else { return nil }
        do throws(ValueError) {
            return try ObjectValue(parsingJSON: bytes)
        } catch {
            throw ToolError("\(path) is damaged, or no state of this tool: \(error)")
        }
    }

    /// The content of a file of state; nil if nothing has that name. Something else is refused before it is opened: at a
    /// FIFO that would wait for somebody to write into it.
    package static func contents(of path: String) throws -> [UInt8]? {
        let reason: String
        do throws(SystemError) {
            switch try Unix.facts(of: path)?.kind {
            case .none: return nil
            case .file: return try Unix.contents(of: path)
            case .directory: reason = "it is a directory"
            case .other: reason = "it is no regular file"
            }
        } catch {
            if error.code == ENOENT { return nil }
            reason = error.reason
        }
        throw ToolError("cannot read \(path): \(reason)")
    }

    /// Replaces it.
    package borrowing func write(_ value: ObjectValue) throws {
        do throws(SystemError) {
            try Unix.replaceContents(of: path, with: value.json(isIndented: true) + [UInt8(ascii: "\n")])
        } catch {
            throw ToolError("cannot write \(path): \(error.reason)")
        }
    }
}
