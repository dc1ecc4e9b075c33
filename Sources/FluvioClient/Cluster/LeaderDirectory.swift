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
}
