/// The server's side of a connection. All methods may be called from any thread.
package final class ServedConnection: Sendable {
    /// The address it came from, as `HOST:PORT`.
    package let peer: String
    /// Tells the connections of a process apart.
    package let id: UInt64

    init(peer: String, id: UInt64) {
        self.peer = peer
        self.id = id
    }

    /// Sends whole frames, without copying them: at once if nothing is queued, what the socket does not take later.
    package func send(_ bytes: [UInt8]) {}

    /// Sends `header`, then `count` bytes of `file` from `offset`, straight from the page cache.
    package func send(header: [UInt8], file: SharedFile, offset: Int, count: Int) {}

    /// Bytes that the socket has not taken yet.
    package var queuedBytes: Int { 0 }

    /// Delivers no further frame until ``resumeReading()``, not even those that have arrived.
    package func pauseReading() {}

    /// Ends ``pauseReading()``.
    package func resumeReading() {}

    /// Sends what is queued, for at most `linger`, then closes. Nothing is received any more.
    package func close(linger: Duration = .seconds(5)) {}

    /// Closes now; what is queued is lost.
    package func abort() {}
}
