import Foundation
import Glibc
import TestSupport
import Testing

/// A directory with files, a topic that they go to, and the source between them.
final class SourceShell {
    let shell: Shell
    let topic: String

    /// - Parameter partitions: of the topic.
    init(_ cluster: TestCluster? = nil, partitions: Int = 1) throws {
        let cluster = try cluster ?? TestCluster.shared.get()
        shell = try Shell(cluster)
        topic = cluster.topic()
        let created = try shell.run("mkdir in; fluvio-admin -q topic create -p $2 $1", topic, "\(partitions)")
        try #require(created.status == 0, "\(created.errors)")
    }

    /// The path of a file among those that are read.
    func path(_ name: String) -> String { shell.directory.path("in/\(name)") }

    func write(_ name: String, _ text: String) throws { try shell.directory.write("in/\(name)", text) }

    func append(_ name: String, _ text: String) throws {
        let descriptor = unsafe open(path(name), O_WRONLY | O_APPEND | O_CREAT, 0o644)
        defer { close(descriptor) }
        let bytes = Array(text.utf8)
        try #require(unsafe Glibc.write(descriptor, bytes, bytes.count) == bytes.count)
    }

    func rename(_ name: String, _ other: String) throws {
        try #require(unsafe Glibc.rename(path(name), path(other)) == 0)
    }

    /// Reads what there is, and ends.
    @discardableResult
    func once(_ arguments: String = "'in/*.log'", status: CInt? = 0) throws -> Shell.Ran {
        let ran = try shell.run("exec fluvio-source-file --once --state-dir state $1 \(arguments)", topic)
        if let status { #expect(ran.status == status, "\(ran.errors)") }
        return ran
    }

    /// Goes on; returns when the files that are there have been looked at. Kill it in a `defer`.
    func follow(_ arguments: String = "'in/*.log'") throws -> ChildProcess {
        let child = try shell.start("exec fluvio-source-file -v --state-dir state $1 \(arguments)", topic)
        return child
    }

    /// All values in the topic, in the order of the log.
    func values(_ topic: String? = nil, options: String = "") throws -> [String] {
        let ran = try shell.run("exec fluvio-cat consume -q -e --raw \(options) $1", topic ?? self.topic)
        try #require(ran.status == 0, "\(ran.errors)")
        return ran.lines
    }

    /// Waits until the topic has so many records, and gives them.
    func values(count: Int) throws -> [String] {
        var values: [String] = []
        do {
            try Wait.until("\(count) records") {
                values = try self.values()
                return values.count >= count
            }
        } catch {
            Issue.record("\(error): \(values.suffix(20))")
        }
        return values
    }

    /// All values in the topic, which may be of several lines.
    func records() throws -> [String] {
        let ran = try shell.run("exec fluvio-cat consume -q -e --raw -d '|' $1", topic)
        try #require(ran.status == 0, "\(ran.errors)")
        return ran.text.split(separator: "|", omittingEmptySubsequences: false).dropLast().map(String.init)
    }

    /// Waits until the topic has so many of them, and gives them.
    func records(count: Int) throws -> [String] {
        var seen: [String] = []
        try Wait.until("\(count) records") {
            seen = try records()
            return seen.count >= count
        }
        return seen
    }

    /// Whether a file is there.
    func isThere(_ name: String) -> Bool { FileManager.default.fileExists(atPath: path(name)) }

    /// A figure of a source that was started with `--metrics unix:m`; nil: it does not answer.
    func figure(_ name: String) throws -> Int? {
        let ran = try shell.run("curl -sf --unix-socket m http://x/metrics | grep '^fluvio_source_'$1'{'", name)
        return ran.lines.first?.split(separator: " ").last.flatMap { Int($0) }
    }

    /// Asks a source to stop, and waits until it has.
    func stop(_ child: ChildProcess) throws {
        child.send(SIGTERM)
        #expect(try child.wait() == .signalled(SIGTERM), "\(child.errorText)")
    }

    /// The checkpoint as `status` prints it.
    func status() throws -> [String: Any] {
        let ran = try shell.run("exec fluvio-source-file status --state-dir state")
        try #require(ran.status == 0, "\(ran.errors)")
        return try #require(try JSONSerialization.jsonObject(with: Data(ran.output)) as? [String: Any])
    }
}
