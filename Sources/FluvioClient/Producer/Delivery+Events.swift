import Unix

// What a delivery is told, and what it asks for.
extension Delivery {
    /// Records that were sent as one batch.
    struct Batch: Equatable, Sendable {
        /// The number of its first record.
        var first: RecordSequence
        /// Number of records, at least 1.
        var count: Int32

        /// The number of its last record.
        var last: RecordSequence { first.advanced(by: count - 1) }
    }

    /// A batch of ours that was found in the log.
    struct Found: Equatable, Sendable {
        var batch: Batch
        /// Offset of its first record.
        var offset: Int64
    }

    /// The end of the log, as one look at it shows.
    struct Tail: Equatable, Sendable {
        /// What is of ours, in the order of the log.
        var found: [Found] = []
        /// What lies below it is committed.
        var highWatermark: Int64
        /// Offset behind the last batch of all; nil: nothing was there.
        var end: Int64?
        /// The offset that reading really began at, if what lay before is not kept any more.
        var evictedTo: Int64?
    }

    enum Event: Sendable {
        /// The delivery begins.
        case begin
        /// A request is being built. Only while ready.
        case building
        /// The request is built: these batches, so many bytes.
        case request([Batch], bytes: Int)
        /// The leader stored all that was sent of a request, from the offset on.
        case stored(request: UInt64, at: Int64)
        /// The connection broke, an answer did not come in time or was a refusal, or another leader was heard of.
        ///
        /// - isConnected: there is a connection that a request went over.
        /// - isAnnounced: people are told of it.
        case trouble(isConnected: Bool, isAnnounced: Bool = true)
        /// The old connection is at its end: its server is done with all that it received, or is not heard of.
        case drained(isDone: Bool)
        /// A connection to the leader stands.
        case connected
        /// The leader's high watermark; answers ``Action/askEnd``.
        case began(end: Int64)
        /// What the leader's log holds; answers ``Action/readTail(from:)``.
        case tail(Tail)
        /// The leader's log ends before the offset that it was to be read from.
        case logIsShorter(logEnd: Int64?)
        /// The moment that ``Action/pause(_:)`` asked for is over, or there are news of the leader.
        case resumed
        /// What was asked for could not be done.
        case failed(isRetriable: Bool)
        /// The leader is asked whether what is kept is committed.
        case confirming
        /// What stands at the offset that ``Delivery/newestUnconfirmed`` gave, and how far the log is committed; nil if
        /// nothing was heard.
        case confirmed(Found?, highWatermark: Int64?)
        /// Nobody waits for the replicas any more: what they lack is not kept.
        case letGo
        /// The leader refuses for good, or the producer is closed.
        case refused
    }

    enum Action: Equatable, Sendable {
        case nothing
        /// Send a request to the leader, without the batches in front that it has; then ``Event/stored(request:at:)``
        /// or ``Event/trouble(isConnected:isAnnounced:)``.
        case transmit(request: UInt64, skipping: Int)
        /// Send no more over the old connection, and hear its server out.
        case drain
        /// Find the leader and connect to it.
        case seek
        /// Ask for the high watermark.
        case askEnd
        /// Read the log to its end, what is not committed too.
        case readTail(from: Int64)
        case pause(Duration)
        /// New requests are taken.
        case ready
        case giveUp(Defeat)
    }

    /// Why a delivery gives up.
    enum Defeat: Equatable, Sendable {
        /// What was tried failed for good, or for too long.
        case unreachable
        /// The batches are stored, and not by all replicas for too long.
        case notCommitted
        /// The log ends before what was committed of ours.
        case logIsShorter(than: Int64, logEnd: Int64?)
        /// What may have been stored is not kept any more.
        case evicted(from: Int64, to: Int64)
    }

    /// A batch that is acknowledged.
    struct Acknowledged: Equatable, Sendable {
        var batch: Batch
        /// Offset of its first record; nil if it is known to be stored, but not where.
        var offset: Int64?
        var request: UInt64
        /// It is the last batch of its request.
        var endsRequest: Bool
    }

    /// What is worth telling people.
    enum Notice: Equatable, Sendable {
        case lost
        case resending
        case recovered
        /// What another process has sent as this producer is known: the next record has this number.
        case tookOver(next: RecordSequence)
        /// So many records stand in the log twice: a server appended them late.
        case twins(records: Int)
        /// So many acknowledged records are not watched over any more, before all replicas have them.
        case leaderAlone(records: Int)
    }

    /// What follows from an event.
    struct Step: Equatable, Sendable {
        var action: Action
        var acknowledged: [Acknowledged] = []
        var notices: [Notice] = []
        /// Requests up to this number are not sent again.
        var released: UInt64?

        init(_ action: Action) { self.action = action }
    }
}
