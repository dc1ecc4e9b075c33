/// Which cluster to connect to.
public enum Target: Hashable, Sendable {
    /// The current profile of the profile file: what `FLV_PROFILE_PATH` names, or `~/.fluvio/config`.
    case currentProfile
    /// A profile of that file by name.
    case profile(String)
    /// The public address of an SC as `HOST:PORT`, an IPv6 address in brackets. Plain TCP without settings for TLS.
    ///
    /// Or the URL of a WebSocket that leads to a cluster, as `ws://HOST[:PORT][/PATH][?QUERY]` or `wss://…`. There the
    /// settings for TLS are those of the WebSocket with `wss`, which has TLS without them, too; with `ws` they protect
    /// what the WebSocket carries, up to the cluster.
    case address(String, tls: TLSSettings? = nil)
}
