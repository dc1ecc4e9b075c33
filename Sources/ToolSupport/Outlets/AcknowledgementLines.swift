import Documents
import FluvioClient
import Glibc
import Synchronization
import Unix

/// Which record of the input one is, in the 64 bits that come back with its acknowledgement: source and line.
package enum InputTag {
    private static let lineBits: UInt64 = 40

    /// `source` counts from 0; lines go up to 2^40.
    @inline(__always)
    package static func tag(source: Int, line: Int) -> UInt64 {
        UInt64(truncatingIfNeeded: source) << lineBits | UInt64(truncatingIfNeeded: line) & (1 << lineBits - 1)
    }

    static func line(_ tag: UInt64) -> UInt64 { tag & (1 << lineBits - 1) }

    static func source(_ tag: UInt64) -> Int { Int(tag >> lineBits) }
}

/// Writes a JSON line for everything that is stored. The event loop, which brings the news, must not wait for whoever
/// reads the lines, so a thread writes.
package final class AcknowledgementLines: Sendable {
    private struct State {
        var lines = ""
        var isWriting = false
    }

    private let descriptor: CInt
    /// The files of the input, where there are several.
    private let sources: [String]
    private let state = Mutex(State())
    /// Held while lines are taken and written, so that they come out in their order.
    private let output = Mutex(())

    /// - Parameter sources: the files of the input; where there are several, lines name theirs.
    package init(to descriptor: CInt, sources: [String] = []) {
        self.descriptor = descriptor
        self.sources = sources.count > 1 ? sources : []
    }

    func add(_ acknowledgements: [Acknowledgement], topic: String, hasLines: Bool) {
        let starts = state.withLock { state in
            for entry in acknowledgements { state.lines += line(entry, topic, hasLines) }
            defer { state.isWriting = true }
            return !state.isWriting
        }
        guard starts else { return }
        do throws(SystemError) {
            Unix.detach(try Unix.startThread { [self] in write() })
        } catch {
            // Without a thread the lines wait for the end.
            state.withLock { $0.isWriting = false }
        }
    }

    private func line(_ entry: Acknowledgement, _ topic: String, _ hasLines: Bool) -> String {
        let tag = hasLines ? entry.lastTag : nil
        let line = tag.map { "\(InputTag.line($0))" } ?? "null"
        var file = ""
        if let tag, !sources.isEmpty {
            let name = sources[min(InputTag.source(tag), sources.count - 1)]
            file = ",\"file\":" + String(decoding: JSONString.quoted(name), as: UTF8.self)
        }
        // Topic names need no escapes: a-z, 0-9 and the dash.
        return """
            {"topic":"\(topic)","partition":\(entry.partition),"offset":\(entry.firstOffset),"n":\(entry.count),\
            "line":\(line)\(file)}\n
            """
    }

    /// Writes what there is.
    private func write() {
        output.withLock { _ in
            while true {
                var lines = state.withLock { state in
                    defer { state.lines = "" }
                    if state.lines.isEmpty { state.isWriting = false }
                    return state.lines
                }
                if lines.isEmpty { return }
                lines.withUTF8 { bytes in
                    // Who closed it does not want to know.
                    try? unsafe Unix.writeAll(descriptor, UnsafeRawBufferPointer(bytes))
                }
            }
        }
    }

    /// Returns when all lines are written; after a signal, no later than `grace`, for nobody may be reading them.
    package func finish(_ signals: Signals, grace: Duration) {
        guard let done = try? Attention(),
            let thread = try? Unix.startThread({ [self] in
                write(); done.ring()
            })
        else { return write() }
        Unix.detach(thread)
        let first = try? Unix.poll(
            done.raw, CInt(POLLIN), signals.wakeDescriptor, CInt(POLLIN), timeoutMilliseconds: -1)
        if let first, first.first == 0 {
            let limit = CInt(clamping: grace.wholeNanoseconds / 1_000_000)
            _ = try? Unix.poll(done.raw, CInt(POLLIN), timeoutMilliseconds: limit)
        }
    }
}
