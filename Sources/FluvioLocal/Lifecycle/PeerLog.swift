import FluvioProtocol
import FluvioTransport
import Glibc
import Synchronization
import Unix

/// Tells of clients that do not keep to the protocol: each address once in a while, however often it comes back.
final class PeerLog: Sendable {
    private let say: @Sendable (String) -> Void
    private let rules = Mutex(Rules())

    /// - Parameter say: takes one line for every event that people should know of.
    init(say: @escaping @Sendable (String) -> Void) { self.say = say }

    /// A client sent what is no request; its connection is closed.
    func refused(_ connection: ServedConnection, _ error: WireError) {
        note(connection.peer, "\(connection.peer) sent what is no request of this protocol: \(error)")
    }

    /// A connection has ended. That a client went away is no news, even without a word.
    func ended(_ error: TransportError?) {
        switch error?.reason {
        case .cut, .deadline, .frameTooLong, .frameTooShort, .negativeLength, .tls:
            if let error { note(error.peer, error.description) }
        case .webSocket(.turnedAway), .webSocket(.noRequest), .webSocket(.violation):
            if let error { note(error.peer, error.description) }
        default: break
        }
    }

    /// What a listener has met.
    func met(_ trouble: ListenerTrouble) {
        switch trouble {
        case .refused(let error): ended(error)
        case .exhausted(let error):
            guard rules.withLock({ $0.tells("", at: .now) }) else { return }
            let remedy = error.code == EMFILE ? " (more are allowed with 'ulimit -n')" : ""
            say("cannot accept connections: \(error.reason)\(remedy); whoever connects waits until there is room")
        }
    }

    private func note(_ peer: String, _ what: String) {
        let host = peer.lastIndex(of: ":").map { String(peer[..<$0]) } ?? peer
        guard rules.withLock({ $0.tells(host, at: .now) }) else { return }
        say("\(what); its connection is closed, and nothing more is told of this address for a minute")
    }
}

extension PeerLog {
    /// Whether a name is told.
    struct Rules {
        /// For so long a name is not told again.
        static let silence: Duration = .seconds(60)
        /// So many names are kept in mind. While as many are told within one silence, others are not.
        static let capacity = 64

        private var told: [String: MonotonicTime] = [:]

        /// Whether to tell it now.
        mutating func tells(_ name: String, at now: MonotonicTime) -> Bool {
            if let last = told[name], now < last + Self.silence { return false }
            if told.count >= Self.capacity {
                told = told.filter { now < $0.value + Self.silence }
                if told.count >= Self.capacity { return false }
            }
            told[name] = now
            return true
        }
    }
}
