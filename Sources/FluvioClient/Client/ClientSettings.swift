/// How a client behaves towards its cluster.
public struct ClientSettings: Sendable {
    /// What requests say of who sends them; servers log it.
    public var clientID = "fluvio-pipes"
    /// The longest wait for a connection to one server, the first exchange with it included.
    public var connectTimeout: Duration = .seconds(10)
    /// The longest wait for the answer to one request, and for news of the cluster that a call needs.
    public var requestTimeout: Duration = .seconds(10)
    /// For how long a cluster that cannot be reached is tried again when connecting, and the leader of a partition when it
    /// is asked about it; that for ``requestTimeout`` at least. Once connected, a lost connection to the SC is made again
    /// for as long as the client lives.
    public var retry = RetryLimit.duration(.zero)

    /// The defaults.
    public init() {}
}

/// What a client tells of the way.
public enum ClientEvent: Sendable {
    /// The servers of the cluster need not prove who they are, as the profile or the settings for TLS say: what is sent
    /// is encrypted, but perhaps for somebody in between. Told once, before anything is sent.
    case unverified(server: String)
    /// The connection to the SC broke, or could not be made at first, and is tried again; or the leader of a partition does
    /// not answer what it is asked, and is asked again. Producers and consumers go on meanwhile.
    case lost(FluvioError)
    /// The connection to the SC is there again, with fresh news of the cluster.
    case recovered(server: String)
}
