import Glibc
import Synchronization
import Unix

/// Answers commands on the socket in the data directory: a line with a word comes in, a line of JSON goes out, and the
/// connection ends. It has a thread of its own, so that it answers whatever the cluster is at.
final class ControlServer: Sendable {
    private let socket: FileDescriptor
    private let path: String
    private let isClosed = Atomic(false)

    /// Longer than any command.
    private static let maximumLine = 256
    /// A client that says nothing for so long must not keep others waiting.
    private static let patience: CInt = 2_000

    /// In microseconds.
    private static let pause: useconds_t = 20_000

    static func path(_ directory: String) -> String { "\(directory)/control.sock" }

    /// Listens; the caller holds the directory, so what is left of a socket there belongs to nobody.
    /// - Parameter answer: gives the answer to a command. Called from the server's thread; it may block.
    init(directory: String, answer: @escaping @Sendable (String) -> String) throws(SystemError) {
        path = Self.path(directory)
        try Unix.removeFile(path)
        socket = try LocalSocket.listen(at: path)
        // The thread keeps the server until it is closed.
        Unix.detach(try Unix.startThread { [self] in serve(answer) })
    }

    /// Takes no further commands. An answer that is being made still goes out.
    func close() {
        guard !isClosed.exchange(true, ordering: .acquiringAndReleasing) else { return }
        _ = try? Unix.removeFile(path)
        LocalSocket.shutDown(socket.raw)
    }

    private func serve(_ answer: (String) -> String) {
        while !isClosed.load(ordering: .acquiring) {
            guard let peer = try? LocalSocket.accept(socket) else {
                // A peer that went before it was accepted, or a full table of descriptors, ends nothing; but the latter
                // must not be asked about again at once.
                usleep(Self.pause)
                continue
            }
            guard let command = Self.line(peer.raw) else { continue }
            _ = LocalSocket.send(peer.raw, Array((answer(command) + "\n").utf8))
        }
    }

    /// What comes before the first line end; nil: nothing that could be a command.
    private static func line(_ raw: CInt) -> String? {
        var bytes: [UInt8] = []
        while bytes.count < maximumLine {
            guard let events = try? Unix.poll(raw, CInt(POLLIN), timeoutMilliseconds: patience), events != 0 else {
                return nil
            }
            var byte: UInt8 = 0
            let count = unsafe withUnsafeMutableBytes(of: &byte) { buffer in
                (try? unsafe Unix.read(raw, into: buffer)) ?? 0
            }
            guard count == 1 else { return nil }
            if byte == UInt8(ascii: "\n") { return String(decoding: bytes, as: UTF8.self) }
            bytes.append(byte)
        }
        return nil
    }
}
