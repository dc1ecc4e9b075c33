import Glibc

/// What the signals that ask a tool to stop mean, one after the other: the first asks, the second kills, and so does the
/// end of the time that the first leaves.
package struct StopSequence: Equatable, Sendable {
    /// What happens.
    package enum Event: Equatable, Sendable {
        /// A signal came.
        case signal(CInt)
        /// The time for finishing is over.
        case deadline
        /// The work is done.
        case finished(Outcome)
    }

    /// What is to be done about it.
    package enum Action: Equatable, Sendable {
        /// Nothing.
        case wait
        /// Tell the work to stop, and start the time.
        case stop(CInt)
        /// Say how far the work is.
        case report
        /// End the process.
        case end(Outcome)
    }

    /// The signal that asked to stop.
    package private(set) var first: CInt?

    /// Nothing has come yet.
    package init() {}

    /// Takes an event.
    package mutating func event(_ event: Event) -> Action {
        switch event {
        case .signal(SIGUSR1): return .report
        case .signal(let signal):
            guard first == nil else { return .end(.signal(signal)) }
            first = signal
            return .stop(signal)
        case .deadline:
            guard let first else { return .wait }
            return .end(.signal(first))
        case .finished(let outcome): return .end(outcome)
        }
    }
}
