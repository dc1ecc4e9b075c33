import Foundation
import Glibc
import Synchronization
import Testing
import Unix

@testable import ToolSupport

@Suite("Figures for Prometheus", .timeLimit(.minutes(10)))
struct MetricsTests {
    @Test func `families have help, type, labels and escapes`() {
        var metrics = MetricsText()
        metrics.add(.counter, "fluvio_read_bytes_total", "Bytes read.", 12)
        metrics.add(.gauge, "fluvio_lag_seconds", "Time\nbehind\\.", 0.5)
        metrics.add(
            .gauge, "fluvio_files", "Files.", [.init(3, [("state", "active"), ("path", "/a \"b\"\\\n")]), .init(0)])
        #expect(
            metrics.text == """
                # HELP fluvio_read_bytes_total Bytes read.
                # TYPE fluvio_read_bytes_total counter
                fluvio_read_bytes_total 12
                # HELP fluvio_lag_seconds Time\\nbehind\\\\.
                # TYPE fluvio_lag_seconds gauge
                fluvio_lag_seconds 0.5
                # HELP fluvio_files Files.
                # TYPE fluvio_files gauge
                fluvio_files{state="active",path="/a \\"b\\"\\\\\\n"} 3
                fluvio_files 0

                """)
    }

    @Test(
        arguments: [
            ("localhost:9100", "localhost:9100"), ("[::1]:9", "[::1]:9"), ("unix:/a", "unix:/a"), ("file:b", "file:b"),
            ("unix:", nil), ("9100", nil), ("file:", nil), ("", nil),
        ] as [(String, String?)])
    func `a place is an address, a socket or a file`(text: String, expected: String?) {
        let kind = ValueKind<MetricsTarget>.metricsTarget
        #expect((try? kind.parse(text)).flatMap { kind.format($0) } == expected)
    }

    /// What a server at `path` answers.
    private func ask(_ path: String, _ request: String) throws -> String {
        let socket = try LocalSocket.connect(to: path)
        _ = LocalSocket.send(socket.raw, Array(request.utf8))
        var answer: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4096)
        while true {
            let raw = socket.raw
            let count = try unsafe chunk.withUnsafeMutableBytes { try unsafe Unix.read(raw, into: $0) }
            if count == 0 { return String(decoding: answer, as: UTF8.self) }
            answer += chunk[..<count]
        }
    }

    private func scratch() -> String { "\(FileManager.default.temporaryDirectory.path)/\(UUID().uuidString.prefix(8))" }

    @Test func `a socket answers requests, one after the other, and goes with the server`() throws {
        let path = scratch()
        let calls = Mutex(0)
        let server = try MetricsServer(at: .socket(path), Diagnostics(tool: "t", level: .quiet)) {
            let call = calls.withLock { calls in
                calls += 1
                return calls
            }
            var metrics = MetricsText()
            metrics.add(.gauge, "calls", "Calls.", call)
            return metrics
        }
        for call in 1...3 {
            let answer = try ask(path, "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(
                answer.hasPrefix("HTTP/1.1 200 OK\r\n")
                    && answer.hasSuffix("\r\n\r\n# HELP calls Calls.\n# TYPE calls gauge\ncalls \(call)\n"))
        }
        #expect(try ask(path, "GET / HTTP/1.0\r\n\r\n").hasPrefix("HTTP/1.1 404"))
        #expect(try ask(path, "POST /metrics HTTP/1.0\r\n\r\n").hasPrefix("HTTP/1.1 405"))
        // A client that says nothing more is left alone.
        #expect(try ask(path, "GET /metrics") == "")
        #expect(throws: ToolError.self) {
            _ = try MetricsServer(at: .socket(path), Diagnostics(tool: "t", level: .quiet)) { MetricsText() }
        }
        server.close()
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    @Test func `a file is there from the start, and has the last figures at the end`() throws {
        let path = scratch()
        let figure = Mutex(1)
        let server = try MetricsServer(at: .file(path), Diagnostics(tool: "t", level: .quiet)) {
            var metrics = MetricsText()
            metrics.add(.counter, "n_total", "N.", figure.withLock { $0 })
            return metrics
        }
        #expect(try String(contentsOfFile: path, encoding: .utf8).hasSuffix("\nn_total 1\n"))
        figure.withLock { $0 = 2 }
        server.close()
        #expect(try String(contentsOfFile: path, encoding: .utf8).hasSuffix("\nn_total 2\n"))
        try FileManager.default.removeItem(atPath: path)
        #expect(throws: ToolError.self) {
            _ = try MetricsServer(at: .file("/nowhere/x"), Diagnostics(tool: "t", level: .quiet)) { MetricsText() }
        }
    }
}
