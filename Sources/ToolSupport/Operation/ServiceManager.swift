import Glibc
import Unix

/// Tells the service manager how the tool is (sd_notify(3)): a datagram to the socket that `NOTIFY_SOCKET` names. Where
/// there is none, nothing is said.
package final class ServiceManager: Sendable {
    /// How often ``alive()`` must be called at least; nil: nobody watches.
    package let watchdogInterval: Duration?
    private let socket: FileDescriptor?
    /// Its number; -1: there is none.
    private let raw: CInt

    /// Finds the service manager in the environment, and takes its variables away from programs that this one starts.
    package convenience init() {
        self.init(environment: { Unix.environment($0) })
        for variable in ["NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"] { _ = unsafe unsetenv(variable) }
    }

    /// Finds it by these variables.
    init(environment: (String) -> String?) {
        var socket: FileDescriptor?
        if let path = environment("NOTIFY_SOCKET") { socket = try? LocalSocket.connectDatagrams(to: path) }
        let isOurs = environment("WATCHDOG_PID").map { $0 == "\(getpid())" } ?? true
        var interval: Duration?
        if isOurs, socket != nil, let limit = environment("WATCHDOG_USEC").flatMap({ Int64($0) }), limit > 0 {
            // Half of the time, as sd_watchdog_enabled(3) advises.
            interval = .microseconds(limit / 2)
        }
        watchdogInterval = interval
        raw = socket?.raw ?? -1
        self.socket = socket
    }

    /// The tool does its work from now on.
    package func ready(status: String = "") { send("READY=1", status) }

    /// The tool has been asked to stop, and finishes.
    package func stopping() { send("STOPPING=1", "") }

    /// One line for `systemctl status`.
    package func status(_ text: String) { send("", text) }

    /// The work is not stuck. To be called by what works, and by nothing that runs beside it.
    package func alive() { send("WATCHDOG=1", "") }

    private func send(_ state: String, _ status: String) {
        guard raw >= 0 else { return }
        var lines = state
        if !status.isEmpty { lines += (lines.isEmpty ? "" : "\n") + "STATUS=\(Diagnostics.printable(status))" }
        _ = LocalSocket.send(raw, Array(lines.utf8))
    }
}
