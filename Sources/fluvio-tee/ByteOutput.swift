import Glibc
import ToolSupport
import Unix

/// An output that gets the input's bytes as they are: standard output or a file. For one thread.
final class ByteOutput {
    /// How a write ended.
    enum Result {
        case done
        /// Something woke, and nothing more is to be written.
        case interrupted
        case failed(SystemError)
    }

    /// As messages name it.
    let name: String
    private let descriptor: CInt
    private let isOwned: Bool
    /// The same pipe, opened so that it does not block; others may rely on theirs to do so.
    private var ownEnd: FileDescriptor?
    private(set) var isOpen = true

    /// Standard output.
    init() {
        name = "'standard output'"
        descriptor = STDOUT_FILENO
        isOwned = false
        ownEnd = Unix.ownWritingEnd(of: descriptor)
    }

    /// A file, made or emptied unless it is appended to.
    init(_ path: String, appends: Bool) throws(SystemError) {
        name = path
        let flags = O_WRONLY | O_CREAT | (appends ? O_APPEND : O_TRUNC)
        descriptor = try FileDescriptor.open(path, flags, mode: 0o666).release()
        isOwned = true
        ownEnd = Unix.ownWritingEnd(of: descriptor)
    }

    deinit { if isOpen, isOwned { _ = Glibc.close(descriptor) } }

    /// The descriptor, for poll(2).
    var raw: CInt { ownEnd?.raw ?? descriptor }

    /// Writes all of it.
    ///
    /// - Parameter wait: called where it would block: false ends the try.
    func write(_ bytes: UnsafeRawBufferPointer, wait: (CInt) -> Bool) -> Result {
        var done = 0
        while done < bytes.count {
            do throws(SystemError) {
                done += try unsafe Unix.writeSome(raw, UnsafeRawBufferPointer(rebasing: bytes[done...]))
            } catch {
                guard error.code == EAGAIN else { return .failed(error) }
                if !wait(raw) { return .interrupted }
            }
        }
        return .done
    }

    /// Whether who reads it is gone, as far as poll(2) can tell.
    var readerIsGone: Bool {
        guard let events = try? Unix.poll(raw, 0, timeoutMilliseconds: 0) else { return false }
        return events & CInt(POLLERR) != 0
    }

    /// Closes it, and says what close(2) says.
    func close() -> SystemError? {
        guard isOpen else { return nil }
        isOpen = false
        ownEnd = nil
        let code = Glibc.close(descriptor) == 0 ? 0 : errno
        // What is opened next shall not get the number of standard output.
        if !isOwned { StandardDescriptors.occupy() }
        return code == 0 || code == EINTR ? nil : SystemError(code: code, call: "close")
    }
}
