import Foundation
import TestSupport
import Testing

/// What a user reads when there is no WebSocket where one should be: one line, and the right exit status.
@Suite("Refused WebSockets", .onOwnThreads, .timeLimit(.minutes(60)))
struct RefusedUpgradeTests {
    let shell: Shell

    init() throws { shell = try Shell(nil) }

    /// A server that reads a request and answers with what `answer`, an expression of Python, is; None: it is silent.
    private func run(_ answer: String, _ script: String) throws -> Shell.Ran {
        try shell.run(
            """
            python3 - "$1" > port <<'END' & server=$!
            import socket, sys, time
            server = socket.create_server(("127.0.0.1", 0))
            print(server.getsockname()[1], flush=True)
            while True:
                peer, _ = server.accept()
                request = b""
                while not request.endswith(b"\\r\\n\\r\\n"):
                    part = peer.recv(65536)
                    if not part: break
                    request += part
                open("requests", "ab").write(request)
                answer = eval(sys.argv[1])
                if answer is None:
                    kept = peer
                    continue
                try:
                    peer.sendall(answer)
                    peer.shutdown(socket.SHUT_WR)
                    while peer.recv(65536): pass
                except OSError: pass
                peer.close()
            END
            trap 'kill $server' EXIT
            for i in $(seq 1200); do test -s port && break; sleep 0.05; done
            at=localhost:$(cat port)
            try() { fluvio-cat consume -c ws://$at/x?access_key=hush "$@" -e t; echo $?; }
            \(script)
            """, answer)
    }

    @Test(arguments: [
        (
            "b'HTTP/1.1 403 Forbidden\\r\\n\\r\\n'", 2,
            "answers the request for a WebSocket with 403 Forbidden; give a token"
        ),
        ("b'HTTP/1.1 401 Unauthorized\\r\\n\\r\\n'", 2, "with 401 Unauthorized; give a token"),
        (
            "b'HTTP/1.1 200 OK\\r\\nContent-Length: 2\\r\\n\\r\\nhi'", 2,
            "with 200 OK; there is no WebSocket at this path"
        ),
        ("b'HTTP/1.1 503 Busy\\r\\n\\r\\n'", 3, "with 503 Busy; what is behind it may be away"),
        (
            "b'HTTP/1.1 101 X\\r\\nUpgrade: websocket\\r\\nConnection: Upgrade\\r\\nSec-WebSocket-Accept: x\\r\\n\\r\\n'",
            2,
            "with a wrong Sec-WebSocket-Accept"
        ),
        ("b'HTTP/1.1 101 X\\r\\nX: ' + b'x' * 20480 + b'\\r\\n\\r\\n'", 2, "with a header of more than 8192 bytes"),
        ("b'\\x00\\x01\\x02garbage'", 2, "does not speak HTTP"),
        ("b''", 3, "ended the connection in place of an answer to the request for a WebSocket"),
    ])
    func `One line says what was answered`(answer: String, status: Int, text: String) throws {
        let ran = try run(answer, "try --retry-for 0")
        #expect(ran.lines == ["\(status)"], "\(ran)")
        #expect(ran.errors.split(separator: "\n").count == 1 && ran.errors.contains(text), "\(ran.errors)")
        #expect(ran.errors.hasPrefix("fluvio-cat: ws://localhost:"), "\(ran.errors)")
        #expect(!ran.errors.contains("hush"))
    }

    @Test func `Silence ends with the deadline`() throws {
        let ran = try run("None", "try --retry-for 0")
        #expect(ran.lines == ["3"], "\(ran)")
        #expect(ran.errors.contains("has not answered the request for a WebSocket within "), "\(ran.errors)")
        #expect(ran.errors.split(separator: "\n").count == 1, "\(ran.errors)")
    }

    @Test func `A token goes into the request, and nowhere else`() throws {
        let ran = try run(
            "b'HTTP/1.1 403 Forbidden\\r\\n\\r\\n'",
            """
            export FLUVIO_WS_TOKEN=s3cret/+
            try -v --retry-for 0
            unset FLUVIO_WS_TOKEN
            fluvio-admin profile add site "ws://$at/p?access_key=hush"
            sed -i 's|^endpoint = .*|&\\nws_token = "pr0file"|' "$FLV_PROFILE_PATH"
            fluvio-cat consume -v --retry-for 0 -e t; echo $?
            for format in table json yaml jsonl toml; do fluvio-admin profile list -O $format; done > shown 2>&1
            fluvio-admin profile export >> shown 2>&1; fluvio-admin config show --origin >> shown 2>&1
            fluvio-cat consume -c "ws://$at/?token=pr0file" -e t; echo $?
            fluvio-admin profile add other "ws://$at/?token=pr0file"; echo $?
            grep -c 'pr0file\\|s3cret\\|hush' shown
            fluvio-admin profile export --show-secrets | jq -r '.endpoint, .wsToken' | sed "s/$at/AT/"
            grep -o '^GET [^ ]*' requests | sed "s/localhost:[0-9]*/AT/"
            """)
        #expect(
            ran.lines == [
                "2", "2", "2", "2", "0", "ws://AT/p?access_key=hush", "pr0file",
                "GET /x?access_key=hush&token=s3cret%2F%2B&addr=AT", "GET /p?access_key=hush&token=pr0file&addr=AT",
            ], "\(ran)")
        for secret in ["s3cret", "pr0file", "hush"] { #expect(!ran.errors.contains(secret), "\(ran.errors)") }
    }

    @Test func `A proxy is asked, unless no_proxy says otherwise`() throws {
        let ran = try run(
            "b'HTTP/1.1 407 Proxy Authentication Required\\r\\n\\r\\n'",
            """
            there() { fluvio-cat consume --retry-for 0 -c "$@" -e t; echo $?; }
            http_proxy=http://me:hush@$at there ws://example.org
            https_proxy=http://$at there wss://example.org:4443/
            no_proxy=localhost http_proxy=http://localhost:1 there ws://$at
            http_proxy=socks5://hush@$at there ws://$at
            grep -o '^[A-Z]* [^ ]*' requests | sed "s/localhost:[0-9]*/AT/"; grep Proxy-Auth requests | tr -d '\\r'
            """)
        #expect(
            ran.lines == [
                "2", "2", "2", "2", "CONNECT example.org:80", "CONNECT example.org:4443", "GET /?addr=AT",
                "Proxy-Authorization: Basic bWU6aHVzaA==",
            ], "\(ran)")
        let errors = ran.errors.split(separator: "\n")
        #expect(errors.count == 4 && !ran.errors.contains("hush"), "\(ran.errors)")
        #expect(errors.first?.contains("answers the request for a connection with 407 Proxy Auth") == true)
        #expect(errors.last?.contains("http_proxy names a proxy of another kind than http://") == true)
    }
}
