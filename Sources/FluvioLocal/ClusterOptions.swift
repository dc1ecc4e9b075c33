import Unix

/// How a cluster on this machine is to run.
package struct ClusterOptions: Sendable {
    /// Where everything is kept. It is made if it is missing, and read if it is there, also if Fluvio's own servers
    /// wrote it.
    package var directory: String
    /// The name or address that all servers listen on.
    package var bind = "127.0.0.1"
    /// The host that clients are told; nil: `localhost` if ``bind`` is the machine itself, its host name if it is every
    /// address, else ``bind``.
    package var advertised: String?
    /// Where clients begin; 0 takes any free one.
    package var controllerPort: UInt16 = 9003
    /// The port of the first server of records; each further one has a port ten higher. 0 takes any free ones.
    package var spuPort: UInt16 = 9010
    /// Where clients may come by WebSocket, for the controller and all servers of records; 0 takes any free one; nil:
    /// nowhere.
    package var webSocketPort: UInt16?
    /// Number of servers of records, from 1; nil: as many as the directory had before, at first 1. Their ids begin at
    /// 5001.
    package var spus: Int?
    /// How long a frozen server goes unnoticed (90 s on a real cluster).
    package var spuTimeout: Duration = .seconds(2)
    /// How connections are protected.
    package var tls = ClusterTLS.none
    /// What an acknowledged record survives.
    package var durability: Durability = .os
    /// For the rest of a request once its first byte has come: who sends a byte now and then must not keep a connection
    /// for ever. Idle connections may live as long as they like.
    package var frameDeadline: Duration = .seconds(60)
    /// Whether SPU groups get the ids they ask for reserved, or are found invalid, as where Fluvio runs on Kubernetes;
    /// elsewhere they stay as they were created.
    package var reservesGroups = false
    /// What goes wrong on demand, for tests; nil: nothing does.
    package var faults: FaultBoard?
    /// Takes one line for every event that people should know of. Called from any thread.
    package var say: @Sendable (String) -> Void

    /// A cluster on the ports that Fluvio uses, reachable from this machine alone.
    package init(directory: String, say: @escaping @Sendable (String) -> Void = { _ in }) {
        self.directory = directory
        self.say = say
    }

    /// A cluster on free ports, for tests and for several clusters side by side.
    package static func onFreePorts(
        directory: String, say: @escaping @Sendable (String) -> Void = { _ in }
    ) -> ClusterOptions {
        var options = ClusterOptions(directory: directory, say: say)
        options.controllerPort = 0
        options.spuPort = 0
        return options
    }

    /// Id of the first server of records (Fluvio: custom SPUs begin here).
    package static let firstSpu: Int32 = 5001
}

extension ClusterOptions {
    /// The host that clients are told.
    var advertisedHost: String {
        if let advertised { return advertised }
        if isLocal { return "localhost" }
        return ["0.0.0.0", "::"].contains(bind) ? Unix.hostName : bind
    }

    /// Whether only this machine can connect.
    var isLocal: Bool { bind == "localhost" || bind == "::1" || bind.hasPrefix("127.") }

    /// Says what is dangerous.
    func warn() {
        guard !isLocal, !knowsClients else { return }
        let without = tls == .none ? "without TLS" : "without asking clients for a certificate"
        say("listening on \(bind) \(without): whoever reaches it can read and change everything")
    }
}
