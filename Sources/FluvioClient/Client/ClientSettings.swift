/// How a client behaves towards its cluster.
public struct ClientSettings: Sendable {
    /// What requests say of who sends them; servers log it.
    public var clientID = "fluvio-pipes"
    /// The longest wait for a connection to one server, its first exchange included.
    public var connectTimeout: Duration = .seconds(10)
    /// The longest wait for the answer to one request, unless the call says otherwise.
    public var requestTimeout: Duration = .seconds(10)
    /// For how long a cluster that cannot be reached is tried again when connecting. Once connected, a lost
    /// connection is tried again for as long as the client lives.
    public var retryFor: RetryLimit = .duration(.zero)
    /// Takes what people should know of and no caller is told: connections lost and found again, repeats that were
    /// dropped. Called from any thread; it must not block.
    public var notify: @Sendable (Notice) -> Void = { _ in }

    /// The defaults.
    public init() {}
}

/// Something that people should know of, and that is no error (yet).
public struct Notice: Hashable, Sendable, CustomStringConvertible {
    /// What kind of thing happened. New kinds may come.
    public enum Kind: Hashable, Sendable {
        /// A connection broke, and is being made again.
        case lost
        /// What was lost works again.
        case recovered
        /// Records that stand twice in a partition were read once.
        case repeats
        /// Stored records could not be read and were passed over.
        case skipped
        /// Anything else.
        case other
    }

    /// What kind of thing happened.
    public let kind: Kind
    /// One line without a full stop.
    public let description: String

    package init(_ kind: Kind, _ description: String) {
        self.kind = kind
        self.description = description
    }
}
