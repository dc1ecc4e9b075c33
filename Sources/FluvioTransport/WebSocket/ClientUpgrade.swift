/// The client's side of the handshake: what it asks, and what it takes for an answer. It knows no socket.
struct ClientUpgrade: Sendable {
    /// What is sent.
    let request: String
    private let accept: String?
    private var reader = HTTPHeadReader(.answer)

    enum Output: Equatable {
        /// More bytes are needed.
        case none
        /// The WebSocket stands; these bytes came behind the answer.
        case open([UInt8])
        case failure(WebSocketFailure)
    }

    /// - Parameters:
    ///   - host: the field `Host`.
    ///   - target: path and query.
    ///   - key: base64 of 16 random bytes.
    init(host: String, target: String, key: String = WebSocketHash.key()) {
        accept = WebSocketHash.accept(key)
        request = """
            GET \(target) HTTP/1.1\r
            Host: \(host)\r
            Upgrade: websocket\r
            Connection: Upgrade\r
            Sec-WebSocket-Key: \(key)\r
            Sec-WebSocket-Version: 13\r
            \r\n
            """
    }

    /// Takes bytes of the answer as they came.
    mutating func take(_ bytes: some Sequence<UInt8>) -> Output {
        switch reader.take(bytes) {
        case .none: return .none
        case .failure(let failure): return .failure(.handshake(failure))
        case .head(let head, let rest):
            if let failure = failure(of: head) { return .failure(failure) }
            return .open(rest)
        }
    }

    private func failure(of head: HTTPHead) -> WebSocketFailure? {
        guard let status = head.status else { return .handshake(.notHTTP) }
        guard status.code == 101 else { return .handshake(.refused(status)) }
        guard head.list("upgrade") == ["websocket"], head.list("connection").contains("upgrade") else {
            return .otherProtocol
        }
        guard let accept, head["sec-websocket-accept"] == accept else { return .wrongAccept }
        if head["sec-websocket-extensions"] != nil { return .unasked("an extension") }
        if head["sec-websocket-protocol"] != nil { return .unasked("a subprotocol") }
        return nil
    }
}
