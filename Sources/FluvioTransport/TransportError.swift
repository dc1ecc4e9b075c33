package import Unix

/// Why a connection could not be made, or ended, or a request on it has no answer.
package struct TransportError: Error, Equatable, Sendable {
    /// What happened.
    package enum Reason: Equatable, Sendable {
        /// The host name has no address; the text is what getaddrinfo(3) says.
        case resolve(String)
        /// None of the addresses took the connection; the error is that of the last one.
        case connect(SystemError)
        /// The peer ended the connection between two frames.
        case closed
        /// The peer ended the connection inside a frame.
        case cut
        /// The connection broke: ECONNRESET, EPIPE, or no answer to keep-alive probes.
        case reset(SystemError)
        /// Any other failed system call on the connection.
        case system(SystemError)
        /// This long was waited in vain. After a request's deadline the connection lives on.
        case deadline(Duration)
        /// The peer announced a frame of so many bytes, which is above the limit.
        case frameTooLong(Int, limit: Int)
        /// The peer announced a frame too short for what every frame holds.
        case frameTooShort(Int)
        /// The peer announced a frame of a negative length.
        case negativeLength(Int)
        /// The peer answered what nobody asked.
        case unknownCorrelation(Int32)
        /// The caller used an id that is still in use on this connection. Nothing was sent.
        case correlationInUse(Int32)
        /// This side closed or drains the connection, or stopped its event loop.
        case closedLocally
        /// TLS was not agreed upon, or broke.
        case tls(TLSFailure)
        /// There is no WebSocket, or it ended otherwise than it should.
        case webSocket(WebSocketFailure)
        /// The HTTP proxy on the way does not connect.
        case proxy(ProxyFailure)
        /// The task that waited was cancelled.
        case cancelled
    }

    /// What happened.
    package let reason: Reason
    /// The other side: `HOST:PORT` as the caller named it, or the address a server accepted from.
    package let peer: String

    /// Says what happened with whom.
    package init(_ reason: Reason, peer: String) {
        self.reason = reason
        self.peer = peer
    }
}

extension TransportError: CustomStringConvertible {
    /// One line: the peer and what happened.
    package var description: String {
        switch reason {
        case .resolve(let text): "cannot resolve \(peer): \(text)"
        case .connect(let error): "cannot connect to \(peer): \(error.reason)"
        case .closed: "\(peer) closed the connection"
        case .cut: "\(peer) closed the connection in the middle of a frame"
        case .reset(let error): "connection to \(peer) broke: \(error.reason)"
        case .system(let error): "connection to \(peer) failed: \(error.call): \(error.reason)"
        case .deadline(let duration): "no answer from \(peer) within \(Self.text(duration))"
        case .frameTooLong(let length, let limit): "\(peer) sent a frame of \(length) bytes; the limit is \(limit)"
        case .frameTooShort(let length): "\(peer) sent a frame of \(length) bytes, too short for its header"
        case .negativeLength(let length): "\(peer) sent a frame of negative length \(length)"
        case .unknownCorrelation(let id): "\(peer) answered request \(id), which was not asked"
        case .correlationInUse(let id): "request id \(id) is already in use on the connection to \(peer)"
        case .closedLocally: "connection to \(peer) is closed"
        case .tls(let failure): failure.text(peer)
        case .webSocket(let failure): failure.text(peer)
        case .proxy(let failure): failure.text(peer)
        case .cancelled: "request to \(peer) was cancelled"
        }
    }

    /// A time for people: `250 ms`, `1.5 s`, `10 s`.
    static func text(_ duration: Duration) -> String {
        let parts = duration.components
        let milliseconds = parts.seconds * 1000 + (parts.attoseconds + 500_000_000_000_000) / 1_000_000_000_000_000
        guard milliseconds >= 1000 else { return "\(milliseconds) ms" }
        let tenths = (milliseconds + 50) / 100
        return "\(tenths / 10)" + (tenths % 10 == 0 ? "" : ".\(tenths % 10)") + " s"
    }
}
