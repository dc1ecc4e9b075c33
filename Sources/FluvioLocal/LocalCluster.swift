import FluvioProtocol
package import FluvioTransport
import Glibc
import Synchronization
import Unix

/// A cluster on this machine: the controller (Fluvio: SC) and the servers of records (Fluvio: SPUs), which the official
/// clients can use too. Its state is one directory.
package final class LocalCluster: Sendable {
    /// What it was started with.
    package let options: ClusterOptions
    /// Where clients begin: the host they are told and the port it got.
    package let endpoint: Endpoint
    /// Where the servers of records are, by their ids.
    package let spus: [Int32: Endpoint]

    private let started: Int64
    private let controller: Controller
    /// What runs; nil: nothing any more. Held locked while it is being stopped, so that a second caller waits.
    private let running: Mutex<ClusterParts?>
    private let waiters = Mutex<(stopped: Bool, tasks: [CheckedContinuation<Void, Never>])>((false, []))

    private init(
        options: ClusterOptions, endpoint: Endpoint, spus: [Int32: Endpoint], controller: Controller,
        running: consuming sending ClusterParts
    ) {
        self.options = options
        self.endpoint = endpoint
        self.spus = spus
        self.controller = controller
        self.running = Mutex(running)
        var now = timespec()
        _ = unsafe clock_gettime(CLOCK_REALTIME, &now)
        started = Int64(now.tv_sec)
    }

    deinit { stop() }

    /// Opens the directory, or makes it, and serves it until ``stop()``. Blocks until clients can connect: a crash may
    /// have left much to check.
    package static func start(_ options: ClusterOptions) throws(LocalClusterError) -> LocalCluster {
        guard options.spus == 1 else {
            throw .unsupported("only one server of records can run so far, \(options.spus) are asked for")
        }
        guard !options.directory.isEmpty else { throw .unsupported("the name of the data directory is empty") }
        var options = options
        try systemCall { () throws(SystemError) in
            try Unix.makeDirectories(options.directory, mode: 0o700)
            // The process may go to another directory later.
            options.directory = try Unix.absolutePath(options.directory)
        }
        var parts = ClusterParts(lock: try DirectoryLock(options.directory))
        let security = try options.security()
        let loop = try systemCall { () throws(SystemError) in try EventLoop(name: "controller") }
        parts.loop = loop
        let controller = Controller(directory: options.directory, loop: loop, say: options.say)
        try controller.load()
        let spus = try parts.open(options, security, controller)
        let port = try parts.listen(options, security, controller)
        let cluster = LocalCluster(
            options: options, endpoint: Endpoint(host: options.advertisedHost, port: port), spus: spus,
            controller: controller, running: parts)
        try cluster.listenForCommands()
        options.warn()
        return cluster
    }

    /// Closes all connections, writes what is left to write and gives the directory free. Blocks until that is done.
    /// Calling it again does nothing.
    package func stop() {
        running.withLock { parts in
            guard let stopping = parts.take() else { return }
            stopping.stop(controller)
        }
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

    /// What it says of itself.
    package var status: ClusterStatus { controller.summary(started: started, pid: getpid(), endpoint: endpoint) }

    private func listenForCommands() throws(LocalClusterError) {
        let directory = options.directory
        let control = try systemCall { () throws(SystemError) in
            try ControlServer(directory: directory) { [weak self] command in
                self?.answer(command) ?? #"{"error":"the cluster has stopped"}"#
            }
        }
        running.withLock { $0?.control = control }
    }

    private func answer(_ command: String) -> String {
        switch command {
        case "status": return status.json
        case "stop":
            stop()
            return #"{"stopped":true}"#
        default: return #"{"error":\#(ClusterStatus.quoted("unknown command '\(command)'"))}"#
        }
    }
}
