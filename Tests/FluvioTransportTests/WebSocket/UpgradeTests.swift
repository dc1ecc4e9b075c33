import Testing

@testable import FluvioTransport

/// The key and the answer of RFC 6455.
private let key = "dGhlIHNhbXBsZSBub25jZQ=="
private let accept = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="

@Suite struct ClientUpgradeTests {
    private func answer(_ text: String, pieces: Int = .max) -> ClientUpgrade.Output {
        var upgrade = ClientUpgrade(host: "h", target: "/", key: key)
        var rest = Array(text.utf8)[...]
        var output = ClientUpgrade.Output.none
        while !rest.isEmpty, output == .none {
            output = upgrade.take(rest.prefix(pieces))
            rest = rest.dropFirst(pieces)
        }
        return output
    }

    private static let good = """
        HTTP/1.1 101 Switching Protocols\r
        upgrade: WebSocket\r
        Connection: keep-alive, Upgrade\r
        Sec-WebSocket-Accept: \(accept)\r
        \r\n
        """

    @Test func `The request is what RFC 6455 wants`() {
        let request = ClientUpgrade(host: "h:1", target: "/p?addr=a:1", key: key).request
        #expect(
            request == "GET /p?addr=a:1 HTTP/1.1\r\nHost: h:1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Key: \(key)\r\nSec-WebSocket-Version: 13\r\n\r\n")
        let keys = Set((0..<50).map { _ in WebSocketHash.key() })
        #expect(keys.count == 50 && keys.allSatisfy(WebSocketHash.isKey))
    }

    @Test func `A good answer opens, whatever pieces it comes in`() {
        for pieces in [1, 2, 3, 7, .max] {
            #expect(answer(Self.good, pieces: pieces) == .open([]))
        }
        #expect(answer(Self.good + "\u{2}ab") == .open([2, 97, 98]))
        #expect(answer(Self.good.replacing("\r\n", with: "\n")) == .open([]))
    }

    @Test func `Another answer is told for what it is`() {
        let refused = { (code: Int, text: String) in
            ClientUpgrade.Output.failure(.handshake(.refused(HTTPStatus(code: code, reason: text))))
        }
        #expect(answer("HTTP/1.1 403 Forbidden\r\nContent-Length: 3\r\n\r\nno!") == refused(403, "Forbidden"))
        #expect(answer("HTTP/1.0 200 OK\r\n\r\n<html>") == refused(200, "OK"))
        #expect(answer("HTTP/1.1 503 \u{1b}[31mAway\r\n\r\n") == .failure(.handshake(.notHTTP)))
        #expect(answer("HTTP/1.1 200\r\n\r\n") == refused(200, ""))
        #expect(answer(Self.good.replacing(accept, with: accept.lowercased())) == .failure(.wrongAccept))
        #expect(answer(Self.good.replacing("Sec-WebSocket-Accept", with: "X")) == .failure(.wrongAccept))
        #expect(answer(Self.good.replacing("WebSocket\r\n", with: "h2c\r\n")) == .failure(.otherProtocol))
        #expect(answer(Self.good.replacing("keep-alive, Upgrade", with: "close")) == .failure(.otherProtocol))
        let more = { (field: String) in Self.good.replacing("upgrade:", with: "\(field)\r\nupgrade:") }
        #expect(answer(more("Sec-WebSocket-Extensions: permessage-deflate")) == .failure(.unasked("an extension")))
        #expect(answer(more("Sec-WebSocket-Protocol: mqtt")) == .failure(.unasked("a subprotocol")))
        #expect(answer("SSH-2.0-OpenSSH\r\n") == .failure(.handshake(.notHTTP)))
        #expect(answer("H\u{1}") == .failure(.handshake(.notHTTP)))
        #expect(answer("HTTP/1.1 101 x\r\n folded\r\n\r\n") == .failure(.handshake(.notHTTP)))
        #expect(answer("HTTP/1.1 1x1 x\r\n\r\n") == .failure(.handshake(.notHTTP)))
    }

    @Test(arguments: [1, 1_000, .max])
    func `A header may have 8 KiB, and not a byte more`(pieces: Int) {
        let short = Self.good.replacing("upgrade:", with: "X: \(String(repeating: "x", count: 20_000))\r\nupgrade:")
        #expect(answer(short, pieces: pieces) == .failure(.handshake(.headTooLong(limit: 8192))))
        let fill = 8192 - Self.good.utf8.count - "X: \r\n".utf8.count
        for (more, isGood) in [(0, true), (1, false)] {
            let text = Self.good.replacing(
                "upgrade:", with: "X: \(String(repeating: "x", count: fill + more))\r\nupgrade:")
            #expect((answer(text, pieces: pieces) == .open([])) == isGood)
        }
        // It never ends, and has no line.
        let endless = "HTTP/1." + String(repeating: "1", count: 9_000)
        #expect(answer(endless, pieces: pieces) == .failure(.handshake(.headTooLong(limit: 8192))))
    }
}

@Suite struct ServerUpgradeTests {
    private static let good =
        "GET /x?token=a%2Bb&addr=h:1&addr=i:2&flag HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: \(key)\r\nOrigin: http://s:8080\r\n\r\n"

    private func take(_ text: String) -> ServerUpgrade.Output {
        var upgrade = ServerUpgrade()
        return upgrade.take(text.utf8)
    }

    @Test func `A good request is answered, and its query is decoded`() {
        guard case .open(let request, let answer, let rest) = take(Self.good + "\u{1}") else {
            Issue.record("refused")
            return
        }
        #expect(request.path == "/x" && request["token"] == "a+b" && request["addr"] == "h:1" && request["flag"] == "")
        #expect(request.origin == "http://s:8080" && request["no"] == nil)
        #expect(URLParts.host(of: "http://S.example:8080") == "s.example" && URLParts.host(of: "null") == "null")
        #expect(answer.contains("Sec-WebSocket-Accept: \(accept)\r\n") && answer.hasSuffix("\r\n\r\n"))
        #expect(rest == [1])
    }

    private static let others: [(String, String, Int)] = [
        ("\r\nUpgrade: websocket", "", 426), ("Version: 13", "Version: 8", 426), ("GET", "POST", 405),
        ("HTTP/1.1", "HTTP/1.0", 400), (key, "short", 400), (key, "dGhlIHNhbXBsZSBub25jZ===", 400),
        ("Host: h\r\n", "", 400), ("GET", "\u{16}\u{3}\u{1}", 400), (" /x?", " http://x/?", 400),
        ("Connection: Upgrade", "Connection: close", 426),
        ("Origin", "X: \(String(repeating: "x", count: 9_000))\r\nOrigin", 431),
    ]

    @Test(arguments: Self.others)
    func `Another request is turned away`(part: String, other: String, status: Int) {
        guard case .refuse(let refusal) = take(Self.good.replacing(part, with: other, maxReplacements: 1)) else {
            Issue.record("taken")
            return
        }
        #expect(refusal.status.code == status)
        #expect(refusal.answer.hasPrefix("HTTP/1.1 \(status) ") && refusal.answer.contains("Content-Length: "))
    }
}

@Suite struct ServerAddressTests {
    @Test func `URLs of WebSockets are read, and shown without their query`() throws {
        let address = try ServerAddress(parsing: "WSS://h.example/a/b?access_key=s&addr=x:1")
        #expect(address.carrier == .secureWebSocket && address.endpoint == Endpoint(host: "h.example", port: 443))
        #expect(address.description == "wss://h.example:443/a/b" && address.query == "access_key=s&addr=x:1")
        #expect(try ServerAddress(parsing: address.text) == address)
        #expect(try ServerAddress(parsing: "ws://h").endpoint.port == 80)
        #expect(try ServerAddress(parsing: "ws://[::1]?a=b").endpoint == Endpoint(host: "::1", port: 80))
        #expect(try ServerAddress(parsing: "ws://[::1]:81/").endpoint.port == 81)
        let plain = try ServerAddress(parsing: "h:1")
        #expect(!plain.isWebSocket && plain.text == "h:1" && "\(plain)" == "h:1")
    }

    @Test(arguments: [
        "http://h", "://h", "tcp://h:1", "ws://", "ws://u:p@h", "ws://h/a b", "ws://h/#x", "ws://h:0", "ws://h:99999",
        "ws://::1/", "ws://h/\u{e9}", "ws://h/\r\nX: y", "ws:h", "h",
    ])
    func `What is no address is told, without what may be a secret`(text: String) {
        let error = #expect(throws: Endpoint.ParseError.self) { try ServerAddress(parsing: text + "?k=secret") }
        let message = error?.description ?? ""
        #expect(!message.contains("u:p"))
        if text.contains("://") { #expect(!message.contains("secret"), "\(message)") }
    }

    @Test func `The query says who is wanted, behind what the endpoint says itself`() throws {
        let target = { (url: String, end: Endpoint?, domain: String?, token: String?) in
            WebSocketRoute(try ServerAddress(parsing: url), to: end, domain: domain, token: token).target
        }
        let spu = Endpoint(host: "spu", port: 9010)
        #expect(try target("ws://h", nil, nil, nil) == "/?addr=h:9003")
        #expect(try target("ws://h/?addr=sc:9", nil, nil, nil) == "/?addr=sc:9")
        #expect(try target("ws://h:1/p", nil, nil, "t+/=") == "/p?token=t%2B%2F%3D&addr=h:9003")
        #expect(try target("ws://h/?addr=sc:9", spu, "m.d", nil) == "/?domain=m.d&addr=spu:9010")
        #expect(
            try target("wss://h/p?access_key=k&token=old&addr=sc:9", spu, "m.d", "new")
                == "/p?access_key=k&token=new&domain=m.d&addr=spu:9010")
        #expect(try target("ws://h?token=t", nil, nil, nil) == "/?token=t&addr=h:9003")
        #expect(try target("ws://h", Endpoint(host: "::1", port: 5), nil, nil) == "/?addr=%5B::1%5D:5")
    }
}

@Suite struct HTTPProxyTests {
    @Test func `A proxy is read, and shown without its password`() throws {
        let proxy = try HTTPProxy(parsing: "http://us%3Aer:pa@ss@p.example:3128/")
        #expect(proxy.endpoint == Endpoint(host: "p.example", port: 3128))
        let request = proxy.request(for: Endpoint(host: "h", port: 443))
        #expect(
            request == "CONNECT h:443 HTTP/1.1\r\nHost: h:443\r\nProxy-Authorization: Basic "
                + "\(WebSocketHash.base64(Array("us:er:pa@ss".utf8)))\r\n\r\n")
        #expect(try HTTPProxy(parsing: "p").endpoint == Endpoint(host: "p", port: 80))
        for wrong in ["socks5://p:1", "https://p", "http://", "http://u:secret@:1"] {
            let error = #expect(throws: HTTPProxy.ParseError.self) { try HTTPProxy(parsing: wrong) }
            #expect(error?.text.contains("secret") == false)
        }
    }

    @Test(arguments: [
        ("", false), ("*", true), ("h.example", true), ("example", true), (".example", true), ("*.example", true),
        ("xample", false), ("other, h.example:80", true), ("h.example:81", false), ("H.EXAMPLE", true),
    ])
    func `no_proxy lists those who are reached without`(list: String, isExempt: Bool) {
        #expect(HTTPProxy.isExempt(Endpoint(host: "h.example", port: 80), from: list) == isExempt)
    }

    @Test func `The environment names one for each kind`() throws {
        let target = Endpoint(host: "h", port: 1)
        let find = { (isTLS: Bool, variables: [String: String]) in
            try HTTPProxy.fromEnvironment(for: target, isTLS: isTLS) { variables[$0] }?.endpoint.host
        }
        #expect(try find(false, ["http_proxy": "a", "https_proxy": "b", "HTTP_PROXY": "c"]) == "a")
        #expect(try find(true, ["http_proxy": "a", "https_proxy": "b"]) == "b")
        #expect(try find(true, ["HTTPS_PROXY": "b"]) == "b")
        #expect(try find(false, ["HTTP_PROXY": "c"]) == nil)
        #expect(try find(false, ["http_proxy": "a", "NO_PROXY": "h"]) == nil)
        #expect(try find(false, ["http_proxy": ""]) == nil)
    }
}
