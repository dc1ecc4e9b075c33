/// What went wrong with a WebSocket.
package enum WebSocketFailure: Equatable, Sendable {
    /// There is none: the server answered something else.
    case handshake(HTTPFailure)
    /// The server says that it changes the protocol, but not to WebSocket.
    case otherProtocol
    /// The server's answer is not made for this request.
    case wrongAccept
    /// The server has decided for an extension or a protocol that was not asked for.
    case unasked(String)
    /// The server's side: a request was refused with this status.
    case turnedAway(HTTPStatus, why: String)
    /// The server's side: no request has come in this time.
    case noRequest(Duration)
    /// The peer has closed, and says why: a status code of WebSocket, and its own words.
    case closed(code: UInt16, reason: String)
    /// The connection ended without the peer saying so, as it does when somebody cuts it.
    case cut
    /// The peer closed while it was not known whether it, or who is behind it, has done all that was sent.
    case closedEarly
    /// The peer sent what is no WebSocket, or not what was agreed upon.
    case violation(FrameViolation)
}

/// What a peer sent that it must not.
package enum FrameViolation: Error, Equatable, Sendable {
    /// Bits are set that only extensions use.
    case reservedBits
    /// A kind of frame that there is not.
    case unknownOpcode(UInt8)
    /// A control frame in parts, or longer than 125 bytes, or a length that is not written as short as it can be.
    case malformed
    /// A client must mask its frames, a server must not.
    case masking
    /// A frame that goes on where nothing was begun, or begins where something goes on.
    case order
    /// Text: only bytes are of use here.
    case text
    /// A close frame whose code there is not, or with one byte.
    case closeCode
    /// A close frame whose reason is no UTF-8.
    case closeReason

    /// The status code that says so to the peer.
    var code: UInt16 {
        switch self {
        case .text: 1003
        case .closeReason: 1007
        default: 1002
        }
    }

    /// As part of a sentence: what the peer sent.
    var text: String {
        switch self {
        case .reservedBits: "a frame with bits of an extension"
        case .unknownOpcode(let opcode): "a frame of the unknown kind \(opcode)"
        case .malformed: "a frame whose length is wrong"
        case .masking: "a frame that is not masked as it must be"
        case .order: "the parts of a message out of order"
        case .text: "a text message, where only binary ones are taken"
        case .closeCode: "an end with a status that there is not"
        case .closeReason: "an end whose reason is no UTF-8"
        }
    }
}

extension WebSocketFailure {
    /// Whether it happened to the connection, and not for what one of the sides is or has: trying again may help.
    package var isOfConnection: Bool {
        switch self {
        case .cut, .closedEarly, .closed: true
        case .handshake(let failure): failure.mayPass
        default: false
        }
    }

    /// What happened, as one sentence without a full stop.
    /// - Parameter peer: the other side.
    package func text(_ peer: String) -> String {
        switch self {
        case .handshake(let failure): failure.text(peer, "the request for a WebSocket")
        case .otherProtocol: "\(peer) changes the protocol, but not to WebSocket"
        case .wrongAccept: "\(peer) answers the request for a WebSocket with a wrong Sec-WebSocket-Accept"
        case .unasked(let what): "\(peer) wants \(what) for the WebSocket, which was not offered"
        case .turnedAway(let status, let why): "\(peer) was answered \(status): \(why)"
        case .noRequest(let duration):
            "\(peer) has not asked for a WebSocket within \(TransportError.text(duration))"
        case .closed(let code, let reason):
            "\(peer) closed the WebSocket with status \(code)\(reason.isEmpty ? "" : " (\(reason))")"
        case .cut: "the connection to \(peer) was cut: it ended without WebSocket's own end"
        case .closedEarly: "\(peer) closed the WebSocket before its end was known"
        case .violation(let violation): "\(peer) sent \(violation.text)"
        }
    }

    /// What the user of a client can do, as part of a sentence; nil: nothing obvious.
    package var advice: String? {
        switch self {
        case .handshake(.refused(let status)):
            switch status.code {
            case 401, 403:
                "give a token: FLUVIO_WS_TOKEN, or ws_token in the profile; or it does not let this address in"
            case 404: "look at the path of the endpoint"
            case 400, 426: nil
            case 200..<300: "there is no WebSocket at this path"
            case 300..<400: "take the address that it points to; it is not followed"
            case 500...: "what is behind it may be away"
            default: nil
            }
        // What those do who speak something else: TLS, or Fluvio's protocol itself.
        case .handshake(.notHTTP), .handshake(.brokenOff), .handshake(.silent):
            "a port with TLS does so (wss://), and a cluster's own (without ws://)"
        default: nil
        }
    }
}

/// What went wrong with an HTTP proxy on the way.
package struct ProxyFailure: Equatable, Sendable {
    /// The proxy, as `HOST:PORT`.
    package let proxy: String
    /// What went wrong.
    package let failure: HTTPFailure
}

extension ProxyFailure {
    /// What happened, as one sentence without a full stop.
    /// - Parameter peer: who was to be reached.
    package func text(_ peer: String) -> String {
        "the way to \(peer): \(failure.text("the proxy \(proxy)", "the request for a connection"))"
    }

    /// What the user can do, as part of a sentence.
    package var advice: String { "http_proxy, https_proxy and no_proxy say which proxy is used" }
}
