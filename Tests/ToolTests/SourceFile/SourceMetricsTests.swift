import Foundation
import Glibc
import TestSupport
import Testing

/// What `--metrics` shows, and where.
@Suite("fluvio-source-file: figures", .onOwnThreads, .timeLimit(.minutes(60)))
struct SourceMetricsTests {
    let source: SourceShell

    init() throws { source = try SourceShell() }

    /// The figures that have no labels but the topic, by their names without `fluvio_source_`.
    private func figures(_ text: String) -> [String: Double] {
        var figures: [String: Double] = [:]
        for line in text.split(separator: "\n") where line.hasPrefix("fluvio_source_") {
            let parts = line.dropFirst("fluvio_source_".count).split(separator: " ")
            guard parts.count == 2, parts[0].hasSuffix("{topic=\"\(source.topic)\"}") else { continue }
            figures[String(parts[0].prefix { $0 != "{" })] = Double(parts[1])
        }
        return figures
    }

    /// Waits until the figures at an address are these, as far as they are named.
    private func expect(_ wanted: [String: Double], at port: UInt16) throws {
        var seen: [String: Double] = [:]
        do {
            try Wait.until("the figures") {
                let ran = try source.shell.run("exec curl -sf http://127.0.0.1:$1/metrics", "\(port)")
                seen = figures(ran.text)
                return wanted.allSatisfy { seen[$0.key] == $0.value }
            }
        } catch {
            Issue.record("\(wanted.filter { seen[$0.key] != $0.value }): \(seen)")
        }
    }

    @Test func `by HTTP: they are those of what was read, sent, refused, renamed and cut`() throws {
        let port = try Ports.free()
        let lines = (1...100).map { "{\"n\":\($0)}\n" }.joined()
        try source.write("a.log", lines + "no\n")
        let options =
            "--metrics 127.0.0.1:\(port) --format jsonl --on-bad-line dead-letter --dead-letter \(source.topic)-dead "
            + "--create --max-line 50 --oversize drop --checkpoint-every 0.1 in/a.log"
        let child = try source.follow(options)
        defer { child.kill() }
        _ = try source.values(count: 100)
        try expect(
            [
                "records_total": 101, "bytes_total": Double(lines.utf8.count + 3), "refused_lines_total": 1,
                "dead_letters_total": 1, "lag_bytes": 0, "files": 1, "open_files": 1, "lanes": 1, "rotations_total": 0,
                "truncations_total": 0, "truncated_unread_bytes_total": 0, "dropped_lines_total": 0,
                "checkpoint_errors_total": 0, "already_stored_records_total": 0, "pinned_bytes": 0,
            ], at: port)
        try source.rename("a.log", "a.log.1")
        try source.append("a.log", "{\"n\":101}\n\"\(String(repeating: "x", count: 50))\"\n{\"n\":102}\n")
        #expect(try source.values(count: 102).count == 102)
        try expect(["records_total": 103, "rotations_total": 1, "files": 2, "dropped_lines_total": 1], at: port)
        try source.write("a.log", "3\n")
        #expect(try source.values(count: 103).last == "3")
        try expect(["records_total": 104, "truncations_total": 1, "truncated_unread_bytes_total": 0], at: port)
        try source.stop(child)
    }

    @Test func `by HTTP: requests are answered as Prometheus and people expect`() throws {
        let port = try Ports.free()
        try source.write("a.log", "1\n")
        let child = try source.follow("--metrics localhost:\(port) 'in/*.log'")
        defer { child.kill() }
        _ = try source.values(count: 1)
        let script = """
            at=http://127.0.0.1:$1
            curl -s -o body -D head -w '%{http_code} %{content_type}\\n' $at/metrics
            tr -d '\\r' <head | sed -n 's/^[Cc]ontent-[Ll]ength: //p'; stat -c %s body
            curl -s -o /dev/null -w '%{http_code}\\n' $at/metrics?x=1
            curl -sI -o /dev/null -w '%{http_code} %{size_download}\\n' $at/metrics
            curl -s -o wrong -w '%{http_code}\\n' $at/; cat wrong
            curl -s -o /dev/null -w '%{http_code}\\n' $at/metrics/x
            curl -s -o /dev/null -w '%{http_code}\\n' -d x $at/metrics
            """
        let ran = try source.shell.run(script, "\(port)")
        try #require(ran.lines.count == 9, "\(ran.lines)")
        #expect(ran.lines[0] == "200 text/plain; version=0.0.4; charset=utf-8")
        #expect(ran.lines[1] == ran.lines[2])
        #expect(ran.lines[3...] == ["200", "200 0", "404", "the figures are at /metrics", "404", "405"])
        // Each family has its help and its type before its values, and ends its line.
        let text = String(decoding: try source.shell.directory.read("body"), as: UTF8.self)
        let families = Set(
            text.split(separator: "\n").filter { $0.hasPrefix("# TYPE ") }.map { $0.split(separator: " ")[2] })
        let values = Set(
            text.split(separator: "\n").filter { !$0.hasPrefix("#") }.map { $0.prefix { $0 != "{" && $0 != " " } })
        #expect(values.count > 15 && values.isSubset(of: families) && text.hasSuffix("\n"))
        // Somebody who asks and says nothing holds up nobody, nor the end.
        let silent = try source.shell.start("exec 3<>/dev/tcp/127.0.0.1/$1; echo open; sleep 60", "\(port)")
        defer { silent.kill() }
        try silent.waitForOutput(containing: "open")
        try expect(["records_total": 1], at: port)
        try source.stop(child)
        #expect(try source.shell.run("exec curl -s http://127.0.0.1:$1/metrics", "\(port)").status == 7)
    }

    @Test func `what waits is told of each file, while the cluster is away`() throws {
        let cluster = try TestCluster()
        let source = try SourceShell(cluster)
        try source.write("a \"b\".log", "1\n")
        let child = try source.follow("--metrics unix:m 'in/*.log'")
        defer { child.kill() }
        _ = try source.values(count: 1)
        try cluster.kill()
        try source.append("a \"b\".log", "two\nthree\n")
        func figure(_ line: String) throws -> Bool {
            try source.shell.run("curl -sf --unix-socket m http://x/metrics").text.contains("\(line)\n")
        }
        let path = source.path("a \"b\".log").replacingOccurrences(of: "\"", with: "\\\"")
        try Wait.until("ten bytes wait") {
            try figure("fluvio_source_file_lag_bytes{topic=\"\(source.topic)\",path=\"\(path)\"} 10")
                && figure("fluvio_source_lag_bytes{topic=\"\(source.topic)\"} 10")
        }
        try cluster.restart()
        _ = try source.values(count: 3)
        try Wait.until("nothing waits") { try figure("fluvio_source_lag_bytes{topic=\"\(source.topic)\"} 0") }
        #expect(try !figure("fluvio_source_file_lag_bytes{topic=\"\(source.topic)\",path=\"\(path)\"} 0"))
        try source.stop(child)
    }

    @Test func `in a file: replaced as a whole, and those of the end when it ends`() throws {
        try source.write("a.log", "1\n2\n")
        let child = try source.follow("--metrics file:m.prom 'in/*.log'")
        defer { child.kill() }
        _ = try source.values(count: 2)
        // Whoever reads it now has all of one moment, whatever comes.
        let first = try #require(FileHandle(forReadingAtPath: source.shell.directory.path("m.prom")))
        try source.append("a.log", "3\n")
        _ = try source.values(count: 3)
        try source.stop(child)
        let before = String(decoding: try first.readToEnd() ?? Data(), as: UTF8.self)
        #expect(figures(before).count > 15 && figures(before)["records_total"] != 3 && before.hasSuffix("\n"))
        func written() throws -> [String: Double] {
            figures(String(decoding: try source.shell.directory.read("m.prom"), as: UTF8.self))
        }
        #expect(try written()["records_total"] == 3)
        #expect(try written()["lag_bytes"] == 0)
        try source.append("a.log", "4\n")
        try source.once("--metrics file:m.prom 'in/*.log'")
        #expect(try written()["records_total"] == 1 && written()["bytes_total"] == 2)
        #expect(try source.shell.run("ls -d m.prom*; stat -c %a m.prom").lines == ["m.prom", "644"])
    }

    @Test func `where they cannot be shown it does not start, and says so in one line`() throws {
        let port = try Ports.free()
        try source.write("a.log", "1\n")
        let child = try source.follow("--metrics 127.0.0.1:\(port) --metrics unix:m 'in/*.log'")
        defer { child.kill() }
        let holder = try source.shell.start(
            "exec python3 -c 'import socket, sys, time; s = socket.create_server((\"127.0.0.1\", \(port)))\nprint(\"up\", flush=True); time.sleep(600)'"
        )
        defer { holder.kill() }
        try holder.waitForOutput(containing: "up")
        _ = try source.values(count: 1)
        for (place, text) in [
            ("127.0.0.1:\(port)", "Address already in use"), ("unix:m", "Address already in use"),
            ("192.0.2.1:9100", "Cannot assign requested address"), ("unix:no/such/m", "No such file or directory"),
            ("file:no/such/m", "No such file or directory"), ("no.such.host.invalid:9100", "no.such.host.invalid"),
            ("9100", "neither HOST:PORT nor unix:PATH nor file:PATH"),
        ] {
            let ran = try source.shell.run(
                "exec fluvio-source-file --once --state-dir other --metrics \(place) $1 in/a.log", source.topic)
            #expect(ran.status == 2 && ran.errors.contains("--metrics: "), "\(place): \(ran.errors)")
            #expect(ran.errors.contains(text), "\(place): \(ran.errors)")
            // A word that is none of the three is an error of the command line, after which help is offered.
            let lines = ran.errors.split(separator: "\n").filter { !$0.hasPrefix("Try '") }
            #expect(lines.count == 1, "\(ran.errors)")
        }
        // Nothing was sent, and the socket of the first is still its own.
        #expect(try source.values() == ["1"])
        #expect(
            try source.shell.run("curl -sf --unix-socket m http://x/metrics | grep -c ^fluvio_source_records_total")
                .text == "1\n")
        try source.stop(child)
        // What a process that was killed has left is in nobody's way.
        let next = try source.follow("--metrics unix:m 'in/*.log'")
        try Wait.until("it is there") { try source.shell.run("curl -sf --unix-socket m http://x/metrics").status == 0 }
        next.kill()
        _ = try next.wait()
        #expect(try source.shell.run("test -S m").status == 0)
        try source.once("--metrics unix:m 'in/*.log'")
        #expect(try source.values() == ["1"])
    }
}
