import FluvioProtocol
import FluvioTransport
import Glibc
import Synchronization
import Unix

// What can befall a server.
extension Spu {
    /// How long the threads have to come to rest. One may be inside an fsync(2).
    private static let freezeDeadline: Duration = .seconds(5)

    /// Ends as a process ends that is killed: connections break, nothing more is read, written or told, and what only
    /// memory knew is lost. What is in the files stays. Calling it again does nothing.
    func kill() {
        let (isFirst, listener) = state.withLock { state in
            defer { state.isStopped = true }
            return (!state.isStopped, state.listener.take())
        }
        guard isFirst else { return }
        listener?.close()
        service.breakConnections()
        // A loop that has been told to stop looks at no socket any more, but must run to end.
        service.loop.end()
        thaw()
        endThreads()
        leavePartitions { _ in }
    }

    /// Does nothing any more until ``thaw()``, like a process that is stopped: sockets stay open and mute, and new
    /// connections are accepted by the system alone. Blocks until that is so.
    func freeze() throws(SpuError) {
        let ice: Latch
        do throws(SystemError) { ice = try Latch() } catch { throw .system(error) }
        let isFirst = state.withLock { state in
            guard !state.isStopped, state.ice == nil else { return false }
            state.ice = ice
            return true
        }
        guard isFirst else { return }
        var threads = 2
        service.loop.run { ice.wait() }
        disk.run { ice.wait() }
        if copies.run({ ice.wait() }) { threads += 1 }
        let deadline = ContinuousClock.now + Self.freezeDeadline
        while ice.arrived < threads, ContinuousClock.now < deadline { usleep(200) }
    }

    /// Ends ``freeze()``: first of all, what has come meanwhile is seen to.
    func thaw() { state.withLock { $0.ice.take() }?.open() }

    /// Another server can be reached, or cannot any more.
    func peersChanged() { copies.poke() }

    /// The keys of all partitions that it holds.
    var keys: [ReplicaKey] { service.all.map(\.key) }

    /// Deletes the files that a server which does not run has of a partition.
    static func discard(_ key: ReplicaKey, of id: Int32, in dataDirectory: String) throws(SystemError) {
        let path = "\(directory(of: id, in: dataDirectory))/\(key)"
        guard try Unix.status(of: path) != nil else { return }
        for name in try Unix.names(in: path) { try Unix.removeFile("\(path)/\(name)") }
        try Unix.removeDirectory(path)
    }
}
