import FluvioTransport
import Glibc
import Unix

/// Shows the figures of a tool while it lives: answers `GET /metrics`, or keeps a file fresh. One thread does it, which
/// waits for nothing else, so that a tool which is stuck can still be looked at.
package final class MetricsServer: Sendable {
    /// How often a file is written.
    private static let fileInterval: CInt = 5_000
    /// How long a client may take for its request.
    private static let patience = Duration.seconds(2)
    /// Bytes of a request's head that are read; more is not an honest one.
    private static let longestHead = 8_192

    private let target: MetricsTarget
    private let collect: @Sendable () -> MetricsText
    private let diagnostics: Diagnostics
    private let ending: FileDescriptor
    private let ended: FileDescriptor

    /// Opens what the target names, and starts.
    ///
    /// - Parameter collect: the figures of the moment; called on the thread of the server. It must not block.
    /// - Throws: a ``ToolError`` with status 2: the address is taken, or the directory is not there.
    package init(
        at target: MetricsTarget, _ diagnostics: Diagnostics, _ collect: @escaping @Sendable () -> MetricsText
    ) throws {
        (self.target, self.diagnostics, self.collect) = (target, diagnostics, collect)
        do throws(SystemError) {
            ending = try Unix.eventDescriptor()
            ended = try Unix.eventDescriptor()
            switch target {
            case .file(let path):
                try Self.write(collect(), to: path)
                Unix.detach(try Unix.startThread { [self] in keepWriting(path) })
            case .endpoint(let endpoint): try start(try PlainListener.listen(on: endpoint))
            case .socket(let path):
                if (try? LocalSocket.connect(to: path)) != nil {
                    throw SystemError(code: EADDRINUSE, call: "bind", subject: path)
                }
                // What a process that was killed has left behind.
                try Unix.removeFile(path)
                try start(try LocalSocket.listen(at: path))
            }
        } catch {
            throw ToolError("--metrics: \(error)", .usage)
        }
    }

    private func start(_ socket: consuming FileDescriptor) throws(SystemError) {
        _ = fcntl(socket.raw, F_SETFL, fcntl(socket.raw, F_GETFL) | O_NONBLOCK)
        let socket = OwnedSocket(socket)
        Unix.detach(try Unix.startThread { [self] in serve(socket) })
    }

    /// Ends the server; a file gets the last figures, a socket's path goes.
    package func close() {
        Unix.ring(ending.raw)
        // The thread is never long in one answer.
        _ = try? Unix.poll(ended.raw, CInt(POLLIN), timeoutMilliseconds: 3_000)
        if case .socket(let path) = target { _ = try? Unix.removeFile(path) }
    }

    // MARK: A file

    private func keepWriting(_ path: String) {
        var failed = false
        while true {
            let events = (try? Unix.poll(ending.raw, CInt(POLLIN), timeoutMilliseconds: Self.fileInterval)) ?? 1
            do throws(SystemError) {
                try Self.write(collect(), to: path)
                failed = false
            } catch {
                if !failed { diagnostics.error("--metrics: \(error)") }
                failed = true
            }
            if events != 0 { return Unix.ring(ended.raw) }
        }
    }

    private static func write(_ metrics: MetricsText, to path: String) throws(SystemError) {
        // Figures are not worth a wait for the disk.
        try Unix.replaceContents(of: path, with: Array(metrics.text.utf8), durable: false)
    }

    // MARK: A socket

    private func serve(_ socket: OwnedSocket) {
        while true {
            let events = try? Unix.poll(
                socket.descriptor.raw, CInt(POLLIN), ending.raw, CInt(POLLIN), timeoutMilliseconds: -1)
            guard let events, events.second == 0 else { return Unix.ring(ended.raw) }
            do throws(SystemError) {
                guard let peer = try PlainListener.accept(socket.descriptor, patience: Self.patience) else { continue }
                answer(peer)
            } catch {
                diagnostics.error("--metrics: \(error)")
                // Out of descriptors, as a rule: the client waits in the backlog meanwhile.
                Unix.sleep(.milliseconds(100))
            }
        }
    }

    private func answer(_ peer: borrowing FileDescriptor) {
        var request: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1024)
        let raw = peer.raw
        let deadline = MonotonicTime.now + Self.patience
        while request.firstRange(of: Array("\r\n\r\n".utf8)) == nil {
            guard request.count < Self.longestHead, MonotonicTime.now < deadline,
                let count = try? unsafe chunk.withUnsafeMutableBytes({ try unsafe Unix.read(raw, into: $0) }), count > 0
            else { return }
            request += chunk[..<count]
        }
        let words = request.prefix { $0 != 0x0D }.split(separator: 0x20).map { String(decoding: $0, as: UTF8.self) }
        let path = words.count > 1 ? words[1].prefix { $0 != "?" } : ""
        let (status, body): (String, String) =
            switch (words.first ?? "", path) {
            case ("GET", "/metrics"), ("HEAD", "/metrics"): ("200 OK", collect().text)
            case ("GET", _), ("HEAD", _): ("404 Not Found", "the figures are at /metrics\n")
            default: ("405 Method Not Allowed", "GET /metrics\n")
            }
        let head =
            "HTTP/1.1 \(status)\r\nContent-Type: text/plain; version=0.0.4; charset=utf-8\r\n"
            + "Content-Length: \(body.utf8.count)\r\nConnection: close\r\n\r\n"
        let bytes = Array((words.first == "HEAD" ? head : head + body).utf8)
        // A client that has gone does not want to know; SIGPIPE is ignored in every tool.
        _ = try? unsafe bytes.withUnsafeBytes { try unsafe Unix.writeAll(raw, $0) }
    }
}

/// A descriptor that a closure can hold.
private final class OwnedSocket: Sendable {
    let descriptor: FileDescriptor

    init(_ descriptor: consuming FileDescriptor) { self.descriptor = descriptor }
}
