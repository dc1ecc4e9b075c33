import Synchronization

/// The server's side of a connection. All methods may be called from any thread.
package final class ServedConnection: Sendable {
    /// The address it came from, as `HOST:PORT`.
    package let peer: String
    /// Tells the connections of a process apart.
    package let id: UInt64

    private let link: Link
    /// Let go of once it was called: it may well hold a list that this connection is in.
    private let accept: Mutex<(@Sendable (ServedConnection) -> any FrameHandler)?>
    private let trouble: @Sendable (ListenerTrouble) -> Void
    private let handler = Mutex<(any FrameHandler)?>(nil)

    private static let lastID = Atomic<UInt64>(0)

    init(
        peer: String, link: Link, trouble: @escaping @Sendable (ListenerTrouble) -> Void,
        accept: @escaping @Sendable (ServedConnection) -> any FrameHandler
    ) {
        self.peer = peer
        self.link = link
        self.trouble = trouble
        self.accept = Mutex(accept)
        id = Self.lastID.wrappingAdd(1, ordering: .relaxed).newValue
    }

    /// Begins with the handshake. On the loop's thread. From here on the loop holds on to this connection.
    func start() { link.start(for: self) }

    /// Sends whole frames, without copying them: at once if nothing is queued, what the socket does not take later.
    /// On a connection that is closed, or that this side closes, nothing happens.
    package func send(_ bytes: [UInt8]) { _ = link.send(.bytes(bytes, 0..<bytes.count)) }

    /// Sends `header`, then `count` bytes of `file` from `offset`, straight from the page cache. A file that is
    /// shorter ends the connection: the peer was promised more.
    package func send(header: [UInt8], file: SharedFile, offset: Int, count: Int) {
        _ = link.send(.bytes(header, 0..<header.count), .file(file, offset: offset, count: count))
    }

    /// Bytes that the socket has not taken yet.
    package var queuedBytes: Int { link.queuedBytes }

    /// Delivers no further frame until ``resumeReading()``, not even those that have arrived. Called on another
    /// thread than the loop's, it does not stop a frame that is just being delivered.
    package func pauseReading() { link.pause() }

    /// Ends ``pauseReading()``.
    package func resumeReading() { link.resume() }

    /// Sends what is queued, for at most `linger`, then closes. Nothing is received any more.
    ///
    /// The end waits for the peer to end too, within `linger`: closed at once, the system might take from the peer
    /// what it has not read yet.
    package func close(linger: Duration = .seconds(5)) { link.close(linger: linger) }

    /// Closes now; what is queued is lost. The peer sees a broken connection.
    package func abort() {
        link.deafen()
        link.loop.run { self.link.end(nil, reset: true) }
    }
}

extension ServedConnection: LinkOwner {
    private func withHandler(_ body: (any FrameHandler) -> Void) {
        if let handler = handler.withLock({ $0 }) { body(handler) }
    }

    func linkOpened() {
        let handler = accept.withLock { $0.take() }?(self)
        self.handler.withLock { $0 = handler }
    }

    func linkReceived(_ frame: consuming IncomingFrame) {
        if let handler = handler.withLock({ $0 }) { handler.received(frame, on: self) }
    }

    func linkFinished() { withHandler { $0.finished(on: self) } }

    func linkWritable() { withHandler { $0.writable(on: self) } }

    func linkEnded(_ reason: TransportError.Reason?) {
        let wasOpen = accept.withLock { $0.take() == nil }
        // .closedLocally: the loop was stopped, which is this side too.
        let error = reason == .closedLocally ? nil : reason.map { TransportError($0, peer: peer) }
        if !wasOpen, let error { trouble(.refused(error)) }
        handler.withLock { $0.take() }?.closed(error, on: self)
    }
}
