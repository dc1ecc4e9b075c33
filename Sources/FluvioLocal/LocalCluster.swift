package import FluvioTransport
import Synchronization

/// A cluster on this machine: the controller (Fluvio: SC) and the servers of records (Fluvio: SPUs), which the official
/// clients can use too. Its state is one directory.
package final class LocalCluster: Sendable {
    /// What it was started with.
    package let options: ClusterOptions
    /// Where clients begin: the host they are told and the port it got.
    package let endpoint: Endpoint
    /// Where the servers of records are, by their ids.
    package let spus: [Int32: Endpoint]

    private let waiters = Mutex<(stopped: Bool, tasks: [CheckedContinuation<Void, Never>])>((false, []))

    private init(options: ClusterOptions, endpoint: Endpoint, spus: [Int32: Endpoint]) {
        self.options = options
        self.endpoint = endpoint
        self.spus = spus
    }

    /// Opens the directory, or makes it, and serves it until ``stop()``. Blocks until clients can connect: a crash may
    /// have left much to check.
    package static func start(_ options: ClusterOptions) throws(LocalClusterError) -> LocalCluster {
        guard options.spus == 1 else {
            throw .unsupported("only one server of records can run so far, \(options.spus) are asked for")
        }
        let host = options.advertised ?? "localhost"
        return LocalCluster(
            options: options, endpoint: Endpoint(host: host, port: options.controllerPort),
            spus: [ClusterOptions.firstSpu: Endpoint(host: host, port: options.spuPort)])
    }

    /// Closes all connections, writes what is left to write and gives the directory free. Blocks until that is done.
    /// Calling it again does nothing.
    package func stop() {
        let tasks = waiters.withLock { state in
            state.stopped = true
            defer { state.tasks = [] }
            return state.tasks
        }
        for task in tasks { task.resume() }
    }

    /// Returns when the cluster has stopped, whoever stopped it: ``stop()``, or a command over the control socket.
    package func waitUntilStopped() async {
        await withCheckedContinuation { task in
            let stopped = waiters.withLock { state in
                if !state.stopped { state.tasks.append(task) }
                return state.stopped
            }
            if stopped { task.resume() }
        }
    }
}
