import Glibc
import ToolSupport
import Unix

/// All outputs that get bytes, and what their errors mean. For one thread.
final class ByteOutputs {
    private var outputs: [ByteOutput] = []
    private let mode: OutputErrorMode?
    private let diagnostics: Diagnostics
    private let outlets: TopicOutlets
    private let ignoresBrokenPipe: Bool
    private var watched: [CInt] = []
    /// An error was told.
    private(set) var hasFailed = false
    /// Nothing more is to be done: an error ends the run, or kills as SIGPIPE does.
    private(set) var end: Outcome?
    /// A signal came while a write was blocked: whoever reads does not get the rest.
    private(set) var isAbandoned = false

    init(_ options: TeeOptions, _ outlets: TopicOutlets, _ diagnostics: Diagnostics, ignoresBrokenPipe: Bool) {
        mode = options.mode
        self.outlets = outlets
        self.diagnostics = diagnostics
        self.ignoresBrokenPipe = ignoresBrokenPipe
        outputs = [ByteOutput()]
        for path in options.files {
            do throws(SystemError) {
                outputs.append(try ByteOutput(path, appends: options.appends))
            } catch {
                fail(path, error)
                if end != nil { return }
            }
        }
        guard mode?.toleratesBrokenPipes == true else { return }
        // A reader that goes while nothing comes is noticed all the same.
        for output in outputs where outlets.watch(output: output.raw) { watched.append(output.raw) }
    }

    /// Whether none is left.
    var isEmpty: Bool { outputs.isEmpty }

    /// Writes to all of them, one after the other.
    func write(_ bytes: UnsafeRawBufferPointer) {
        guard !isAbandoned else { return }
        for output in outputs {
            switch unsafe output.write(bytes, wait: wait) {
            case .done: continue
            case .interrupted:
                isAbandoned = true
                return
            case .failed(let error):
                drop(output)
                fail(output.name, error)
                if end != nil { return }
            }
        }
    }

    /// Waits for room in a pipe; what was read before goes to the topics meanwhile.
    private func wait(_ descriptor: CInt) -> Bool {
        outlets.flush()
        guard
            let events = try? Unix.poll(
                descriptor, CInt(POLLOUT), outlets.wake, CInt(POLLIN), timeoutMilliseconds: -1)
        else { return true }
        if events.second != 0, !outlets.hearNews() { return false }
        return true
    }

    /// Lets go of outputs whose readers have gone while nothing was written.
    func look() {
        guard !watched.isEmpty else { return }
        for output in outputs where watched.contains(output.raw) && output.readerIsGone {
            drop(output)
            fail(output.name, SystemError(code: EPIPE, call: "write"))
        }
    }

    private func drop(_ output: ByteOutput) {
        outlets.unwatch(output: output.raw)
        watched.removeAll { $0 == output.raw }
        outputs.removeAll { $0 === output }
        _ = output.close()
    }

    private func fail(_ name: String, _ error: SystemError) {
        if error.code == EPIPE {
            if mode?.toleratesBrokenPipes == true { return }
            // GNU tee does not mention it either where SIGPIPE is ignored.
            if mode == nil {
                if !ignoresBrokenPipe { end = .brokenPipe }
                return
            }
        }
        diagnostics.error("\(name): \(error.reason)")
        hasFailed = true
        if mode?.ends == true { end = .exit(.incomplete) }
    }

    /// Closes all of them: their readers see the end now.
    func close() {
        for output in outputs {
            outlets.unwatch(output: output.raw)
            if let error = output.close() { fail(output.name, error) }
        }
        outputs = []
    }
}
