import TestSupport

/// A broker of Kafka in a process of kcat, for what kcat itself makes of records.
final class KafkaMock {
    private let holder: ChildProcess
    /// For `kcat -b`.
    let address: String

    init() throws {
        // A producer that is given nothing: the broker that it brings along listens for others too.
        holder = try ChildProcess(
            "/usr/bin/kcat", ["-b", "x", "-X", "test.mock.num.brokers=1", "-d", "mock", "-P", "-t", "none"], input: nil)
        try holder.waitForErrors(containing: "bootstrap.servers=")
        let rest = holder.errorText.split(separator: "bootstrap.servers=").dropFirst().first ?? ""
        address = String(rest.prefix { $0.isNumber || $0 == "." || $0 == ":" })
    }

    deinit { holder.kill() }
}
