package import FluvioClient
import Synchronization
package import Unix

/// The way to one topic: its producer, which may still be on its way, and how far it has got. Known to the thread that
/// reads, to those that bring answers, and to whoever reports.
package final class OutletLink: Sendable {
    /// How far the way is.
    package enum State: Sendable {
        case connecting
        case ready(Producer)
        case failed(FluvioError)
    }

    package let topic: String
    /// Where all records go; nil: where each says, or its key.
    package let partition: UInt32?
    /// Rung when the state changes, and with acknowledgements if they are counted.
    let attention: Attention
    private let state: Mutex<State>
    private let prefix = Mutex<AckPrefix?>(nil)

    package init(_ topic: String, partition: UInt32? = nil, _ state: State, attention: Attention) {
        self.topic = topic
        self.partition = partition
        self.attention = attention
        self.state = Mutex(state)
    }

    /// The state now.
    package var current: State { state.withLock { $0 } }

    /// The producer, if it is there.
    package var producer: Producer? { if case .ready(let producer) = current { producer } else { nil } }

    /// Says how it goes on.
    package func set(_ new: State) {
        state.withLock { $0 = new }
        attention.ring()
    }

    /// Begins to count.
    func track(_ start: AckPrefix) { prefix.withLock { $0 = start } }

    /// Takes acknowledgements, from the thread that brings them.
    package func acknowledged(_ entries: [Acknowledgement]) {
        let isTracked = prefix.withLock { prefix in
            guard prefix != nil else { return false }
            for entry in entries { prefix?.acknowledge(entry.partition, count: entry.count, tag: entry.lastTag) }
            return true
        }
        if isTracked { attention.ring() }
    }

    func willAppend(to partition: UInt32, tag: UInt64) {
        prefix.withLock { $0?.append(to: partition, tag: tag) }
    }

    func didNotAppend(to partition: UInt32, before tag: UInt64) {
        prefix.withLock { $0?.retract(from: partition, to: tag) }
    }

    /// All records up to this tag are acknowledged; nil: that is not counted.
    var acknowledgedPrefix: UInt64? { prefix.withLock { $0?.prefix } }
}
