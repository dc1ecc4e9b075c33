/// What a server does with one connection. All calls come from the loop's thread, outside any lock, one at a time:
/// who blocks here blocks every connection of the loop.
package protocol FrameHandler: Sendable {
    /// A whole request. `frame` is given away: changing its bytes does not copy them.
    func received(_ frame: consuming IncomingFrame, on connection: ServedConnection)

    /// The peer sends no more (it may still read): called once, after its last frame. Whoever still has answers to
    /// give closes when they are sent; the default closes at once, which sends what is queued.
    func finished(on connection: ServedConnection)

    /// The queue was at or above the low-water mark, and is below it again.
    func writable(on connection: ServedConnection)

    /// The connection is gone. Called once, last; nil: it ended in order, or this side closed it.
    func closed(_ error: TransportError?, on connection: ServedConnection)
}

extension FrameHandler {
    package func finished(on connection: ServedConnection) { connection.close() }
    package func writable(on connection: ServedConnection) {}
    package func closed(_ error: TransportError?, on connection: ServedConnection) {}
}
