/// Sends records to one topic.
///
/// Records are copied into the open batch of their partition. Batches leave when they are full, when the linger is
/// over, or at ``flush()``. Each partition has one request under way, and after trouble the log is asked what arrived,
/// so that nothing is lost and nothing is stored twice. All methods may be called from any thread; records appended
/// from one thread to one partition keep their order.
public final class Producer: Sendable {
    /// The topic.
    public let topic: String
    /// What it was made with.
    public let configuration: Configuration

    init(topic: String, configuration: Configuration) {
        self.topic = topic
        self.configuration = configuration
    }

    /// What became of an appended record.
    @frozen public enum AppendOutcome: Hashable, Sendable {
        /// It is copied, and will be sent.
        case appended
        /// There is no room: nothing was copied. ``Producer/waitForRoom()``, then append it again.
        case full
    }

    /// What has become of a producer's records.
    public struct Counts: Hashable, Sendable {
        /// Records appended.
        public var appended = 0
        /// Records acknowledged.
        public var acknowledged = 0
        /// Bytes of keys and values acknowledged.
        public var acknowledgedBytes = 0
        /// Requests that were sent again, in whole or in part.
        public var retries = 0

        /// Records whose fate is not known (yet).
        public var pending: Int { appended - acknowledged }

        /// All zero.
        public init() {}
    }

    /// What has become of its records.
    public var counts: Counts { Counts() }

    /// The number of partitions that the topic has now.
    public var partitionCount: Int { 0 }

    // MARK: - Appending

    /// Appends a record: a copy under a lock, no waiting.
    ///
    /// - Parameters:
    ///   - key: nil for none, which an empty one is not.
    ///   - timestamp: milliseconds since 1970; -1 for none.
    ///   - partition: counted from 0; nil: as ``Configuration/partitioning`` says.
    ///   - tag: given back by the acknowledgement of its batch, if it is the batch's last.
    /// - Throws: ``FluvioError/Code/recordTooLarge`` and ``FluvioError/Code/partitionNotFound`` for this record alone;
    ///   any other error is the one that has ended the producer.
    package func append(
        key: UnsafeRawBufferPointer?, value: UnsafeRawBufferPointer, timestamp: Int64, partition: Int? = nil,
        tag: UInt64 = 0
    ) throws(FluvioError) -> AppendOutcome {
        throw notYet
    }

    /// Appends a record, as ``append(key:value:timestamp:partition:tag:)-([UInt8]?,_,_,_,_)`` does.
    public func append(
        key: Span<UInt8>?, value: Span<UInt8>, timestamp: Int64, partition: Int? = nil, tag: UInt64 = 0
    ) throws(FluvioError) -> AppendOutcome {
        throw notYet
    }

    /// Appends a record: a copy under a lock, no waiting.
    ///
    /// - Parameters:
    ///   - key: nil for none, which an empty one is not.
    ///   - timestamp: milliseconds since 1970; -1 for none.
    ///   - partition: counted from 0; nil: as ``Configuration/partitioning`` says.
    ///   - tag: given back by the acknowledgement of its batch, if it is the batch's last.
    /// - Throws: ``FluvioError/Code/recordTooLarge`` and ``FluvioError/Code/partitionNotFound`` for this record alone;
    ///   any other error is the one that has ended the producer.
    public func append(
        key: [UInt8]? = nil, value: [UInt8], timestamp: Int64, partition: Int? = nil, tag: UInt64 = 0
    ) throws(FluvioError) -> AppendOutcome {
        throw notYet
    }

    /// Appends a record with the present time, waiting for room if there is none. Sends nothing by itself.
    public func send(key: [UInt8]? = nil, value: [UInt8], partition: Int? = nil) async throws(FluvioError) {
        throw notYet
    }

    /// Returns when ``append(key:value:timestamp:partition:tag:)-([UInt8]?,_,_,_,_)`` may find room again.
    ///
    /// - Throws: the error that has ended the producer, or ``FluvioError/Code/cancelled``.
    public func waitForRoom() async throws(FluvioError) { throw notYet }

    /// ``waitForRoom()`` for a thread that may block. Not for threads of the concurrency pool.
    package func waitForRoomBlocking() throws(FluvioError) { throw notYet }

    // MARK: - Sending

    /// Sends what has been appended so far, without waiting for anything.
    public func flush() {}

    /// Sends what has been appended so far and returns when all of it is acknowledged.
    ///
    /// - Throws: ``FluvioError/Code/unacknowledged`` with the number of records if it cannot be, within what
    ///   ``Configuration/retryFor`` allows; ``FluvioError/Code/cancelled``.
    public func drain() async throws(FluvioError) { throw notYet }

    /// ``drain()`` for a thread that may block. Ends after `timeout`, if there is one, with
    /// ``FluvioError/Code/unacknowledged``.
    package func drainBlocking(timeout: Duration? = nil) throws(FluvioError) { throw notYet }

    /// ``drain()``, then closes the producer.
    public func finish() async throws(FluvioError) { throw notYet }

    /// Ends the producer now. What is not acknowledged may or may not be stored.
    public func close() {}

    private var notYet: FluvioError { FluvioError(.closed, "the producer of topic \(topic) is closed") }
}
