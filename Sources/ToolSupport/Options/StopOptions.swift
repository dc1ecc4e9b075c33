import Glibc

/// The options of commands that run until they are told to stop.
package struct StopOptions: OptionGroup {
    /// How long a signal leaves for finishing what is under way.
    package var grace = Duration.seconds(5)
    /// Whether SIGINT and SIGTERM, once all was finished, count as success.
    package var signalIsSuccess = false

    /// The defaults.
    package init() {}

    /// How a tool ends that a signal has stopped. `isComplete` says whether all that was begun was finished.
    package func outcome(of signal: CInt, isComplete: Bool) -> Outcome {
        signalIsSuccess && isComplete && signal != SIGHUP ? .exit(.success) : .signal(signal)
    }

    package static func declare(_ table: inout OptionTable<Self>) {
        table.value(
            "--grace", to: \.grace, as: .duration(bare: .seconds),
            help: "After a signal, finish for at most this long")
        table.flag(
            "--sigint-ok", to: \.signalIsSuccess, help: "Exit 0 after SIGINT or SIGTERM if nothing was lost",
            manual: "Exit 0 after `SIGINT` or `SIGTERM` if all that was read was finished in time. "
                + "Without it the tool dies by the signal, as a script must not take a cut stream for a whole one.")
    }
}
