import FluvioClient
import Glibc
import Synchronization
import ToolSupport
import Unix

/// Writes a JSON line to standard error for everything that is stored. The event loop, which brings the news, must not
/// wait for whoever reads standard error, so a thread writes.
final class AcknowledgementLines: Sendable {
    private struct State {
        var lines = ""
        var isWriting = false
    }

    private let topic: String
    private let state = Mutex(State())
    /// Held while lines are taken and written, so that they come out in their order.
    private let output = Mutex(())

    init(topic: String) {
        // Topic names need no escapes: a-z, 0-9 and the dash.
        self.topic = topic
    }

    func add(_ acknowledgements: [Acknowledgement]) {
        let starts = state.withLock { state in
            for entry in acknowledgements { state.lines += line(entry) }
            defer { state.isWriting = true }
            return !state.isWriting
        }
        guard starts else { return }
        do throws(SystemError) {
            Unix.detach(try Unix.startThread { [self] in finish() })
        } catch {
            // Without a thread the lines wait for the end.
            state.withLock { $0.isWriting = false }
        }
    }

    private func line(_ entry: Acknowledgement) -> String {
        let line = entry.lastTag.map { "\($0)" } ?? "null"
        return """
            {"topic":"\(topic)","partition":\(entry.partition),"offset":\(entry.firstOffset),"n":\(entry.count),\
            "line":\(line)}\n
            """
    }

    /// Returns when all lines are written.
    func finish() {
        output.withLock { _ in
            while true {
                var lines = state.withLock { state in
                    defer { state.lines = "" }
                    if state.lines.isEmpty { state.isWriting = false }
                    return state.lines
                }
                if lines.isEmpty { return }
                lines.withUTF8 { bytes in
                    // Who closed standard error does not want to know.
                    try? unsafe Unix.writeAll(STDERR_FILENO, UnsafeRawBufferPointer(bytes))
                }
            }
        }
    }
}
