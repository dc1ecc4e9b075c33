import Glibc
import Unix

extension Tool {
    /// The whole life of the executable: understands the command line, does what it asks, and ends the process.
    ///
    /// The main thread only watches over signals; a command runs as a task. Nothing may be bound to the main actor.
    ///
    /// - Parameter expand: changes the arguments before they are understood, as for options from a file.
    package func main(
        expanding expand: ([String]) throws(UsageError) -> [String] = { arguments throws(UsageError) in arguments }
    ) -> Never {
        StandardDescriptors.occupy()
        let diagnostics = Diagnostics(tool: name)
        let request: Request
        do throws(UsageError) {
            request = try interpret(try expand(Self.arguments()), environment: { Unix.environment($0) })
        } catch {
            diagnostics.error(error.description)
            let command = error.command.isEmpty ? name : error.command.joined(separator: " ")
            Diagnostics.write("Try '\(command) --help'.\n", to: STDERR_FILENO)
            exit(ExitCode.usage.rawValue)
        }
        switch request {
        case .help(let path): print(helpPage(path, width: Self.terminalWidth), diagnostics)
        case .version: print("\(name) \(Toolkit.version)\n", diagnostics)
        case .metadata: print(metadata, diagnostics)
        case .generate(let artifact): print(text(of: artifact), diagnostics)
        case .run(let common, let body): run(common, body)
        }
    }

    private func run(_ common: CommonOptions, _ body: @escaping Command.Body) -> Never {
        let level: Diagnostics.Level = common.isVerbose ? .verbose : common.isQuiet ? .quiet : .normal
        let diagnostics = Diagnostics(tool: name, level: level)
        let signals: Signals
        do throws(SystemError) {
            signals = try Signals()
        } catch {
            diagnostics.error(error.description)
            exit(ExitCode.incomplete.rawValue)
        }
        let context = ToolContext(tool: name, diagnostics: diagnostics, signals: signals, common: common)
        Task.detached {
            do {
                signals.finish(try await body(context))
            } catch OutputError.readerGone {
                signals.finish(.brokenPipe)
            } catch {
                let error = ToolError(reporting: advised(error))
                diagnostics.error(error.description)
                signals.finish(.exit(error.code))
            }
        }
        signals.supervise().perform(diagnostics, ignoresBrokenPipe: signals.ignoresBrokenPipe)
    }

    /// Writes text to standard output and ends: with 1 if it could not be written. SIGPIPE is still what it was.
    private func print(_ text: String, _ diagnostics: Diagnostics) -> Never {
        let bytes = Array(text.utf8)
        let written = unsafe bytes.withUnsafeBytes { buffer in
            Result { () throws(SystemError) in try unsafe Unix.writeAll(STDOUT_FILENO, buffer) }
        }
        do throws(SystemError) {
            try written.get()
            try FileDescriptor(owning: STDOUT_FILENO).close()
        } catch {
            diagnostics.error("write error: \(error.reason)")
            exit(ExitCode.incomplete.rawValue)
        }
        exit(ExitCode.success.rawValue)
    }

    /// The arguments after the program's name. File names are bytes, so what is not UTF-8 is kept in the texts as
    /// ``Unix/text(of:)`` does it.
    private static func arguments() -> [String] {
        var arguments: [String] = []
        for index in 1..<max(1, Int(CommandLine.argc)) {
            guard let bytes = unsafe CommandLine.unsafeArgv[index] else { break }
            arguments.append(unsafe Unix.text(of: UnsafeRawBufferPointer(start: bytes, count: strlen(bytes))))
        }
        return arguments
    }

    /// The width of the terminal that standard output is, or 80.
    private static var terminalWidth: Int {
        var size = winsize()
        guard unsafe ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col >= 40 else { return 80 }
        return Int(size.ws_col)
    }
}
