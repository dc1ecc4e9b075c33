/// What a client asks of a server that speaks WebSocket.
struct UpgradeRequest: Equatable, Sendable {
    /// Without the query, as it came.
    let path: String
    /// Names and values of the query, decoded.
    let query: [QueryItem]
    /// The site that a browser's page is from; nil: no browser, or none that says so.
    let origin: String?

    /// The first value of a name.
    subscript(_ name: String) -> String? { query.first { $0.name == name }?.value }
}

/// Why a request is turned away.
struct UpgradeRefusal: Error, Equatable, Sendable {
    let status: HTTPStatus
    /// For whoever reads the log, as part of a sentence.
    let why: String
    /// More fields of the answer.
    var fields = ""

    init(_ code: Int, _ reason: String, why: String, fields: String = "") {
        status = HTTPStatus(code: code, reason: reason)
        self.why = why
        self.fields = fields
    }

    /// The whole answer.
    var answer: String {
        let body = "\(why)\n"
        return """
            HTTP/1.1 \(status)\r
            Connection: close\r
            \(fields)Content-Type: text/plain\r
            Content-Length: \(body.utf8.count)\r
            \r
            \(body)
            """
    }
}

/// The server's side of the handshake. It knows no socket.
struct ServerUpgrade: Sendable {
    private var reader = HTTPHeadReader(.request)

    enum Output: Equatable {
        /// More bytes are needed.
        case none
        /// The answer, after which the WebSocket stands; these bytes came behind the request.
        case open(UpgradeRequest, answer: String, rest: [UInt8])
        case refuse(UpgradeRefusal)
    }

    /// Takes bytes of the request as they came.
    mutating func take(_ bytes: some Sequence<UInt8>) -> Output {
        switch reader.take(bytes) {
        case .none: return .none
        case .failure(.headTooLong(let limit)):
            let why = "the header is longer than \(limit) bytes"
            return .refuse(UpgradeRefusal(431, "Request Header Fields Too Large", why: why))
        case .failure: return .refuse(UpgradeRefusal(400, "Bad Request", why: "this is no HTTP"))
        case .head(let head, let rest):
            do throws(UpgradeRefusal) {
                let (request, answer) = try Self.answer(head)
                return .open(request, answer: answer, rest: rest)
            } catch {
                return .refuse(error)
            }
        }
    }

    private static func answer(_ head: HTTPHead) throws(UpgradeRefusal) -> (UpgradeRequest, String) {
        let parts = head.start.split(separator: " ", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[2] == "HTTP/1.1", parts[1].hasPrefix("/"), head["host"] != nil else {
            throw UpgradeRefusal(400, "Bad Request", why: "this is no request of HTTP/1.1")
        }
        guard parts[0] == "GET" else {
            throw UpgradeRefusal(405, "Method Not Allowed", why: "only GET is taken", fields: "Allow: GET\r\n")
        }
        guard head.list("upgrade").contains("websocket"), head.list("connection").contains("upgrade") else {
            throw UpgradeRefusal(
                426, "Upgrade Required", why: "only WebSocket is spoken here", fields: "Upgrade: websocket\r\n")
        }
        guard head["sec-websocket-version"] == "13" else {
            throw UpgradeRefusal(
                426, "Upgrade Required", why: "only version 13 of WebSocket is spoken here",
                fields: "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n")
        }
        guard let key = head["sec-websocket-key"], WebSocketHash.isKey(key), let accept = WebSocketHash.accept(key)
        else {
            throw UpgradeRefusal(400, "Bad Request", why: "Sec-WebSocket-Key is not 16 bytes in base64")
        }
        let target = parts[1].split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let query = target.count > 1 ? QueryItem.items(of: String(target[1])) : []
        let request = UpgradeRequest(path: String(target[0]), query: query, origin: head["origin"])
        let answer = """
            HTTP/1.1 101 Switching Protocols\r
            Upgrade: websocket\r
            Connection: Upgrade\r
            Sec-WebSocket-Accept: \(accept)\r
            \r\n
            """
        return (request, answer)
    }
}
