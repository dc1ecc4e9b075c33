/// How far a producer has come in one partition: enough for the next process to go on as the same producer, and to find
/// out from the log what the last one had sent.
public struct ProducerPosition: Equatable, Sendable {
    /// Names its batches in the log.
    public var producerID: Int64
    /// The epoch of ``sequence``.
    public var epoch: Int16
    /// The number of the next record.
    public var sequence: Int32
    /// Offset in the log before which there is nothing of ours from ``sequence`` on.
    public var end: Int64

    /// A position.
    public init(producerID: Int64, epoch: Int16 = 0, sequence: Int32 = 0, end: Int64) {
        self.producerID = producerID
        self.epoch = epoch
        self.sequence = sequence
        self.end = end
    }
}
