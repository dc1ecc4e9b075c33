/// The exit statuses of all tools. Death by a signal is no exit status: see ``Outcome/signal(_:)``.
package enum ExitCode: CInt, CaseIterable, Sendable {
    /// All that was asked was done. Nothing to do is that, too.
    case success = 0
    /// The data is incomplete, or an object was not found: some input is not acknowledged, the output failed, the stream
    /// ended early, some of several objects failed.
    case incomplete = 1
    /// The command line or the configuration is wrong.
    case usage = 2
    /// The cluster could not be reached, and nothing was done: the same command may be run again.
    case unreachable = 3
    /// An input record was refused, or sent to the dead letters.
    case refused = 4
    /// Another instance holds what only one may hold: try later.
    case busy = 5

    /// What the manual says of it.
    package var meaning: String {
        switch self {
        case .success: "Everything asked for was done; having nothing to do counts as done."
        case .incomplete:
            "The data is incomplete (input not acknowledged, output failed, stream ended early), or an object was not "
                + "found, or some of several objects failed."
        case .usage: "The command line or the configuration is wrong."
        case .unreachable:
            "The cluster could not be reached and nothing was done: running the same command again is safe."
        case .refused: "An input record was refused or went to the dead letters."
        case .busy: "Another instance holds this directory, sink or profile: try later."
        }
    }
}

/// How a tool ends.
package enum Outcome: Equatable, Sendable {
    /// With an exit status.
    case exit(ExitCode)
    /// By a signal, sent to itself with its default action, so that a shell and WIFSIGNALED see the truth.
    case signal(CInt)
    /// As it befits a filter whose reader has gone: by SIGPIPE and in silence, or, where SIGPIPE was ignored at the
    /// start, with a message and exit status 1.
    case brokenPipe
}
