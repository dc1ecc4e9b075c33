/// What makes connections of channels, on the loop of whoever serves them.
struct Door: Sendable {
    let loop: EventLoop
    let limits: Link.Limits
    let trouble: @Sendable (ListenerTrouble) -> Void
    let accept: @Sendable (ServedConnection) -> any FrameHandler

    /// Serves a channel, whose handshake may be done or not. On the loop's thread.
    func serve(_ channel: any ByteChannel, from peer: String) {
        let link = Link(channel, on: loop, limits: limits)
        ServedConnection(peer: peer, link: link, trouble: trouble, accept: accept).start()
    }

    /// The same from another thread.
    func handOver(_ channel: any ByteChannel, from peer: String) {
        let isTaken = loop.run { serve(channel, from: peer) }
        if !isTaken { channel.close(reset: true) }
    }
}
