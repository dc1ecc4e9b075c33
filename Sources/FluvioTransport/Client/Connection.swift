import FluvioProtocol

/// The client's side of a connection: many requests and streams at once, told apart by their correlation ids.
///
/// Replies and items are delivered on the loop's thread, outside any lock: who blocks there blocks the loop. (Only
/// when the loop has stopped already, they come on the thread of the caller, who must still be told.) A connection
/// that nobody holds on to is closed.
package final class Connection: Sendable {
    /// Receives the answer of a request (once), or the items of a stream and at last the error that ended it.
    package typealias Reply = @Sendable (Result<IncomingFrame, TransportError>) -> Void

    /// Up to so many bytes a frame is copied to put its id in; of a longer one only the part that holds the id.
    private static let copiedWhole = 4096

    /// The server, as the caller named it.
    package let peer: Endpoint
    private let core: ConnectionCore

    init(peer: Endpoint, core: ConnectionCore) {
        self.peer = peer
        self.core = core
    }

    deinit { core.close() }

    /// Connects to the first address of the host that takes the connection.
    /// - Parameter timeout: for everything: the search for addresses, all of them, and the handshake.
    package static func connect(
        to endpoint: Endpoint, on loop: EventLoop, security: Security = .plain, timeout: Duration,
        maximumFrame: Int = Frame.defaultMaximumLength
    ) async throws(TransportError) -> Connection {
        // A response holds at least its correlation id.
        let limits = Link.Limits(
            minimumFrame: Frame.responseBodyPosition - Frame.lengthSize, maximumFrame: maximumFrame,
            handshakeDeadline: timeout)
        let attempt = ConnectAttempt(to: endpoint, on: loop, security: security, timeout: timeout, limits: limits)
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                attempt.start { _ in continuation.resume() }
                // A cancellation that came before start() found nothing to cancel.
                if Task.isCancelled { attempt.cancel() }
            }
        } onCancel: {
            attempt.cancel()
        }
        // Taken from under the attempt's lock, and not from the continuation: the thread sanitizer does not see that one
        // hands anything over if it is resumed before it is awaited.
        guard let outcome = attempt.outcome else { throw TransportError(.closedLocally, peer: endpoint.description) }
        return Connection(peer: endpoint, core: try outcome.get())
    }

    /// Whether requests are taken: neither closed by anyone nor draining.
    package var isOpen: Bool { core.isOpen }

    /// Why the connection ended; nil while it lives.
    package var closeError: TransportError? { core.closeError }

    /// How many requests and streams wait for the server.
    package var waiting: Int { core.waiting }

    /// An id that nothing on this connection uses.
    package func nextCorrelationID() -> Int32 { core.nextID() }

    /// Sends the frame in `range` of `frame`, which carries `correlationID` already. It is written without copying.
    /// `reply` runs exactly once, on the loop's thread.
    ///
    /// An id may be used again when it was answered (protocol: the first two requests of a connection both have 1),
    /// not while its answer may still come.
    package func send(
        _ frame: [UInt8], range: Range<Int>, correlationID: Int32, timeout: Duration, reply: @escaping Reply
    ) {
        core.request(.bytes(frame, range), id: correlationID, timeout: timeout, reply: reply)
    }

    /// Sends a frame under a fresh correlation id and waits for its answer. A cancelled task is told so at once; its
    /// answer is dropped when it comes.
    package func call(_ frame: [UInt8], timeout: Duration) async throws(TransportError) -> IncomingFrame {
        if Task.isCancelled { throw core.error(.cancelled) }
        let id = core.nextID()
        let (piece, rest) = try Self.pieces(of: frame, id: id, peer: core)
        let core = core
        let answer = await withTaskCancellationHandler {
            await withCheckedContinuation { (continuation: CheckedContinuation<Result<_, TransportError>, Never>) in
                core.request(piece, rest, id: id, timeout: timeout) { continuation.resume(returning: $0) }
                // A cancellation that came before the request found nothing to cancel.
                if Task.isCancelled { core.cancel(id) }
            }
        } onCancel: {
            core.cancel(id)
        }
        return try answer.get()
    }

    /// Sends a frame under a fresh correlation id (or one from ``nextCorrelationID()``); every frame that carries it
    /// is an item for `deliver`, until ``unsubscribe(_:)`` or the end of the connection, delivered once as an error.
    @discardableResult
    package func subscribe(_ frame: [UInt8], correlationID: Int32? = nil, deliver: @escaping Reply) -> Int32 {
        let id = correlationID ?? core.nextID()
        do throws(TransportError) {
            let (piece, rest) = try Self.pieces(of: frame, id: id, peer: core)
            core.subscribe(piece, rest, id: id, deliver: deliver)
        } catch {
            core.onLoop { deliver(.failure(error)) }
        }
        return id
    }

    /// Ends a stream on this side. The wire has no message for it: what still comes is dropped. An item that is being
    /// delivered on the loop's thread meanwhile still is.
    package func unsubscribe(_ id: Int32) { core.unsubscribe(id) }

    /// Ends the connection now. Everything unanswered gets ``TransportError/Reason/closedLocally``.
    package func close() { core.close() }

    /// Sends no more, and goes on delivering answers until the server has ended the connection. At the deadline the
    /// connection is closed.
    package func drain(timeout: Duration) async -> DrainEnd {
        await withCheckedContinuation { continuation in
            core.drain(timeout: timeout) { continuation.resume(returning: $0) }
        }
    }

    /// The frame with `id` in its header.
    private static func pieces(
        of frame: [UInt8], id: Int32, peer: ConnectionCore
    ) throws(TransportError) -> (OutputQueue.Piece, OutputQueue.Piece?) {
        let position = Frame.requestCorrelationPosition
        let end = position + 4
        guard frame.count >= end else { throw peer.error(.frameTooShort(frame.count)) }
        var head = frame.count > copiedWhole ? Array(frame[..<end]) : frame
        for index in 0..<4 { head[position + index] = UInt8(truncatingIfNeeded: id >> Int32(24 - 8 * index)) }
        let rest: OutputQueue.Piece? = head.count < frame.count ? .bytes(frame, end..<frame.count) : nil
        return (.bytes(head, 0..<head.count), rest)
    }
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
