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
    /// The port of WebSocket; nil: it has none.
    package let webSocketPort: UInt16?
    /// Where the servers of records are, by their ids.
    package let spus: [Int32: Endpoint]

    private let started: Int64
    private let security: ServerSecurity
    private let port: PortReservation
    let fleet: SpuFleet
    private let post: CurrentPost
    /// What runs; nil: nothing any more. Held locked while something is stopped or started, so that others wait.
    private let running: Mutex<ClusterParts?>
    private let waiters = Mutex<(stopped: Bool, tasks: [CheckedContinuation<Void, Never>])>((false, []))

    private init(
        options: ClusterOptions, port: PortReservation, security: ServerSecurity, fleet: SpuFleet, post: CurrentPost,
        webSocketPort: UInt16?, running: consuming sending ClusterParts
    ) {
        self.options = options
        self.port = port
        self.webSocketPort = webSocketPort
        self.security = security
        self.fleet = fleet
        self.post = post
        endpoint = Endpoint(host: options.advertisedHost, port: port.port)
        spus = Dictionary(uniqueKeysWithValues: fleet.ids.compactMap { id in fleet.endpoint(of: id).map { (id, $0) } })
        self.running = Mutex(running)
        var now = timespec()
        _ = unsafe clock_gettime(CLOCK_REALTIME, &now)
        started = Int64(now.tv_sec)
    }

    deinit { stop() }

    /// Opens the directory, or makes it, and serves it until ``stop()``. Blocks until clients can connect: a crash may
    /// have left much to check.
    package static func start(_ options: ClusterOptions) throws(LocalClusterError) -> LocalCluster {
        guard !options.directory.isEmpty else { throw .unsupported("the name of the data directory is empty") }
        var options = options
        try systemCall { () throws(SystemError) in
            try Unix.makeDirectories(options.directory, mode: 0o700)
            // The process may go to another directory later.
            options.directory = try Unix.absolutePath(options.directory)
        }
        var parts = ClusterParts(lock: try DirectoryLock(options.directory))
        let count = try SpuCount(wanted: options.spus, in: options.directory)
        let security = try options.security()
        let current = CurrentPost()
        let fleet = SpuFleet(options, security) { id, keys in
            guard let post = current.post else { return }
            post.run { $0.partitionsChanged(keys, on: id) }
        }
        parts.fleet = fleet
        let ids = (0..<count.number).map { ClusterOptions.firstSpu + $0 }
        for id in ids {
            try fleet.add(id)
            try fleet.make(id)
        }
        let post = try ControllerPost(options, fleet: fleet)
        parts.controller = post
        current.post = post
        options.faults?.onChange { [weak current] in current?.post?.run { $0.faultsChanged() } }
        try post.controller.openPartitions()
        for id in ids { try fleet.open(id) }
        try post.controller.begin()
        let port: PortReservation
        do throws(SystemError) {
            port = try PortReservation(host: options.bind, port: options.controllerPort)
        } catch {
            throw .listen(host: options.bind, port: options.controllerPort, error)
        }
        try post.listen(options, port: port.port, security)
        if let wanted = options.webSocketPort {
            parts.webSocket = try WebSocketPost(options, port: wanted, security, peers: post.controller.peers) {
                [own = port.port, weak current] port in
                guard let post = current?.post else { return .away }
                if let port, let found = fleet.find(port: port) { return found }
                // Clients that were not told where the controller is guess that it is where Fluvio has it.
                guard port == nil || port == own || port == 9003 else { return .nothing }
                return post.entrance.map { .listener($0) } ?? .away
            }
        }
        let webSocketPort = parts.webSocket?.port
        try count.save(in: options.directory)
        let cluster = LocalCluster(
            options: options, port: port, security: security, fleet: fleet, post: current,
            webSocketPort: webSocketPort, running: parts)
        try cluster.listenForCommands()
        options.warn()
        return cluster
    }

    /// Closes all connections, writes what is left to write and gives the directory free. Blocks until that is done.
    /// Calling it again does nothing.
    package func stop() {
        running.withLock { parts in
            guard let stopping = parts.take() else { return }
            stopping.stop()
            post.post = nil
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

    /// What it says of itself; nil: the controller does not run.
    package var status: ClusterStatus? {
        var status = post.post?.controller.summary(started: started, pid: getpid(), endpoint: endpoint)
        status?.webSocket = webSocket
        return status
    }

    /// Where clients come in by WebSocket, as they name it; nil: nowhere.
    package var webSocket: String? {
        webSocketPort.map { port in
            let scheme = options.tls == .none ? "ws" : "wss"
            return "\(scheme)://\(Endpoint(host: endpoint.host, port: port))/?addr=\(endpoint)"
        }
    }

    /// The server that leads a partition (`TOPIC-INDEX`), as the controller has it; nil: there is none of that name, or
    /// the controller does not run.
    package func leader(of partition: String) -> Int32? {
        post.post?.controller.registry.partitions[partition]?.spec.leader
    }

    /// The controller, while one runs.
    var controller: Controller? { post.post?.controller }

    /// Runs a job on the controller's thread, and returns when it is done.
    func perform(_ job: @escaping @Sendable (Controller) -> Void) { post.post?.perform(job) }

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
        do throws(LocalClusterError) {
            switch command {
            case "status":
                guard let status else { throw .unsupported("the controller does not run") }
                return status.json
            case "stop":
                stop()
                return #"{"stopped":true}"#
            default:
                guard let command = SpuCommand(command) else { throw .unsupported("unknown command '\(command)'") }
                try tell(command)
                return #"{"done":true}"#
            }
        } catch {
            return #"{"error":\#(ClusterStatus.quoted(error.description))}"#
        }
    }
}

// Servers that come and go.
extension LocalCluster {
    /// Stops, starts, kills or freezes a server of records. Blocks until that is done, and the controller has drawn its
    /// conclusions; of a frozen server it does not know at once, see ``ClusterOptions/spuTimeout``.
    package func tell(_ command: SpuCommand) throws(LocalClusterError) {
        let id = command.id
        try running.withLock { parts throws(LocalClusterError) in
            guard parts != nil else { throw .unsupported("the cluster has stopped") }
            guard let condition = fleet.condition(of: id) else {
                throw .unsupported(
                    "there is no SPU \(id); there are \(fleet.ids.map(String.init).joined(separator: ", "))")
            }
            switch (command.action, condition) {
            case (.stop, .running), (.stop, .frozen), (.kill, .running), (.kill, .frozen):
                if command.action == .stop { fleet.stop(id) } else { fleet.kill(id) }
                post.post?.perform { $0.lost(id) }
            case (.freeze, .running):
                _ = try fleet.freeze(id)
                post.post?.perform { $0.frozen(id) }
            case (.start, .frozen):
                _ = fleet.thaw(id)
                post.post?.welcomeLater(id)
            case (.start, .stopped):
                try fleet.make(id)
                post.post?.perform { $0.tellAll(id) }
                do throws(LocalClusterError) {
                    try fleet.open(id)
                } catch {
                    fleet.stop(id)
                    throw error
                }
                post.post?.perform { $0.returned(id) }
            case (.freeze, .stopped): throw .unsupported("SPU \(id) does not run")
            case (.stop, .stopped), (.kill, .stopped), (.start, .running), (.freeze, .frozen): break
            }
        }
    }

    /// Ends the controller and its connections as if its process had been killed, and starts another on the directory;
    /// the servers of records go on meanwhile. Blocks until clients can connect.
    /// - Parameter between: runs while there is no controller.
    package func restartController(_ between: () -> Void = {}) throws(LocalClusterError) {
        try running.withLock { parts throws(LocalClusterError) in
            guard parts != nil else { throw .unsupported("the cluster has stopped") }
            post.post = nil
            parts?.controller?.close()
            parts?.controller = nil
            between()
            let next = try ControllerPost(options, fleet: fleet)
            parts?.controller = next
            post.post = next
            try next.controller.openPartitions()
            try next.controller.begin()
            try next.listen(options, port: port.port, security)
        }
    }
}

/// The controller that runs at the moment, for those who outlive it.
private final class CurrentPost: Sendable {
    private let state = Mutex<ControllerPost?>(nil)

    var post: ControllerPost? {
        get { state.withLock { $0 } }
        set { state.withLock { $0 = newValue } }
    }
}
