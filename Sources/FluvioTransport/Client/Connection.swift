import FluvioProtocol

/// The client's side of a connection: many requests and streams at once, told apart by their correlation ids.
///
/// Replies and items are delivered on the loop's thread, outside any lock: who blocks there blocks the loop.
package final class Connection: Sendable {
    /// Receives the answer of a request (once), or the items of a stream and at last the error that ended it.
    package typealias Reply = @Sendable (Result<IncomingFrame, TransportError>) -> Void

    /// The server, as the caller named it.
    package let peer: Endpoint

    init(peer: Endpoint) { self.peer = peer }

    /// Connects to the first address of the host that takes the connection.
    package static func connect(
        to endpoint: Endpoint, on loop: EventLoop, security: Security = .plain, timeout: Duration,
        maximumFrame: Int = Frame.defaultMaximumLength
    ) async throws(TransportError) -> Connection {
        throw TransportError(.closedLocally, peer: endpoint.description)
    }

    /// Whether requests are taken: neither closed by anyone nor draining.
    package var isOpen: Bool { false }

    /// Why the connection ended; nil while it lives.
    package var closeError: TransportError? { nil }

    /// An id that nothing on this connection uses.
    package func nextCorrelationID() -> Int32 { 1 }

    /// Sends the frame in `range` of `frame`, which carries `correlationID` already. It is written without copying.
    /// `reply` runs exactly once, on the loop's thread.
    package func send(
        _ frame: [UInt8], range: Range<Int>, correlationID: Int32, timeout: Duration, reply: @escaping Reply
    ) {}

    /// Sends a frame under a fresh correlation id and waits for its answer.
    package func call(_ frame: [UInt8], timeout: Duration) async throws(TransportError) -> IncomingFrame {
        throw TransportError(.closedLocally, peer: peer.description)
    }

    /// Sends a frame under a fresh correlation id (or one from ``nextCorrelationID()``); every frame that carries it
    /// is an item for `deliver`, until ``unsubscribe(_:)`` or the end of the connection, delivered once as an error.
    @discardableResult
    package func subscribe(_ frame: [UInt8], correlationID: Int32? = nil, deliver: @escaping Reply) -> Int32 { 0 }

    /// Ends a stream on this side. The wire has no message for it: what still comes is dropped.
    package func unsubscribe(_ id: Int32) {}

    /// Ends the connection now. Everything unanswered gets ``TransportError/Reason/closedLocally``.
    package func close() {}

    /// Sends no more, and goes on delivering answers until the server has ended the connection.
    package func drain(timeout: Duration) async -> DrainEnd { .reset }
}

/// How draining a connection ended.
package enum DrainEnd: Equatable, Sendable {
    /// The server has ended the connection: it is done with everything it received.
    case endOfFile
    /// The connection broke, now or before: what the server did is not known.
    case reset
    /// The server was still not done: what it will do is not known.
    case deadline
}
