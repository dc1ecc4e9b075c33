import Glibc
import Unix

extension Outcome {
    /// Ends the process so. `ignoresBrokenPipe` says what SIGPIPE did when the tool started.
    func perform(_ diagnostics: Diagnostics, ignoresBrokenPipe: Bool) -> Never {
        switch self {
        case .exit(let code): Glibc.exit(code.rawValue)
        case .signal(let signal): Unix.die(by: signal)
        case .brokenPipe:
            if !ignoresBrokenPipe { Unix.die(by: SIGPIPE) }
            diagnostics.error("write error: Broken pipe")
            Glibc.exit(ExitCode.incomplete.rawValue)
        }
    }
}
