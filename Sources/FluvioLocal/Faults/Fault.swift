package import FluvioProtocol

/// Something that goes wrong on demand: for tests of clients, which meet it rarely otherwise. There is no option that
/// leads here.
///
/// What goes wrong with a whole server is done to it (``SpuCommand``), and the controller is restarted with
/// ``LocalCluster/restartController(_:)``.
package enum Fault: Hashable, Sendable {
    /// A server stores what a request to produce brings; in place of the answer, the connection breaks.
    case answerLost(spu: Int32)
    /// The connection ends after the first half of a server's answer to produce, or of a stream's response.
    case answerCut(spu: Int32)
    /// A server takes this long over every request, one after the other.
    case slow(spu: Int32, Duration)
    /// A server takes itself for the leader of nothing: errors 6 and 3001.
    case wrongLeader(spu: Int32)
    /// The controller names this port of its host as that of a server.
    case wrongPort(spu: Int32, UInt16)
    /// The controller gets no further with new topics than this state, ``TopicResolution/initializing`` or
    /// ``TopicResolution/pending``, until it is over.
    case topicsStay(TopicResolution)
    /// Watchers are told nothing; when it is over, all that they have missed.
    case staleWatch
    /// Watchers are told everything twice.
    case doubledPushes
    /// What a watcher is told comes in pairs, the later one first; a last one that has none waits for it.
    case swappedPushes
}
