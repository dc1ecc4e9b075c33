package import Unix

/// What a ``Listener`` meets beside the connections that it hands out.
package enum ListenerTrouble: Sendable {
    /// A connection ended before it was one: its handshake failed, or took too long.
    case refused(TransportError)
    /// Nothing can be accepted, for want of descriptors or memory. Who connects waits, and is accepted when there is
    /// room again. Told at every attempt, up to ten times a second.
    case exhausted(SystemError)
}
