import FluvioProtocol
import FluvioTransport

/// What producers and consumers ask of the cluster.
protocol LeaderDirectory: Sendable {
    /// The loop that all connections are on.
    var loop: EventLoop { get }
    /// The SPU that leads a partition, by the latest metadata.
    ///
    /// - Throws: ``FluvioError/Code/topicNotFound``, ``FluvioError/Code/partitionNotFound``; while there is none, an
    ///   error that is retriable.
    func leader(of replica: ReplicaKey) async throws(FluvioError) -> Int32
    /// A new connection to an SPU, which belongs to the caller.
    func connect(to spu: Int32) async throws(FluvioError) -> ServerLink
    /// The connection to an SPU that requests and streams share; made when it is first asked for, and again when it is
    /// broken. Its user never closes it.
    func sharedLink(to spu: Int32) async throws(FluvioError) -> ServerLink
    /// Waits until there are news of who leads a partition or where that is, or for the time given, or until the task is
    /// cancelled.
    func news(of replica: ReplicaKey, within limit: Duration) async
    /// Calls `observer` with the leaders of a topic's partitions as they are and become, on the event loop's thread or
    /// this one; until it answers true or is forgotten.
    func observeLeaders(
        of topic: String, _ observer: @escaping @Sendable ([UInt32: Int32]) -> Bool
    ) -> TopologyStore.ObserverID
    /// Calls an observer no more.
    func forget(_ observer: TopologyStore.ObserverID)
}

extension LeaderDirectory {
    /// Asks the SPU that the SC names as the leader of a partition in place of `old`, until it says that it leads. News
    /// may be old, and a new leader takes a moment: what works is not given up for a name.
    ///
    /// - Parameter isWanted: asked before each try.
    /// - Returns: its id; nil if it is not wanted any more, or the SC names the old one again.
    func confirmedLeader(
        of replica: ReplicaKey, not old: Int32, while isWanted: @Sendable () -> Bool
    ) async -> Int32? {
        var backoff = Backoff(initial: .milliseconds(20), maximum: .seconds(1))
        var random = SystemRandomNumberGenerator()
        while isWanted(), !Task.isCancelled {
            do throws(FluvioError) {
                let leader = try await leader(of: replica)
                guard leader != old else { return nil }
                let link = try await sharedLink(to: leader)
                _ = try await link.offsets(of: replica)
                return leader
            } catch {
                guard error.mayPass else { return nil }
            }
            await news(of: replica, within: backoff.next(using: &random))
        }
        return nil
    }
}
