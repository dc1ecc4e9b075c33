/// Numbers the records of one producer id in one partition, as Kafka does: the first is 0, and what stands in a
/// batch header is the number of the batch's first record. 31 bits wide on the wire: before they run out, the epoch
/// goes up by one and the sequence starts again at 0, so that numbers only ever rise.
struct RecordSequence: Hashable, Sendable {
    /// `producer_epoch` of the batch header.
    var epoch: Int16
    /// `first_sequence` of the batch header.
    var sequence: Int32

    init(epoch: Int16 = 0, sequence: Int32 = 0) {
        self.epoch = epoch
        self.sequence = sequence
    }

    /// The number `count` records further within the epoch. A batch never crosses epochs (see ``room``).
    func advanced(by count: Int32) -> RecordSequence { RecordSequence(epoch: epoch, sequence: sequence &+ count) }

    /// Records that may still be numbered in this epoch.
    var room: Int32 { Int32.max - sequence }

    /// The start of the next epoch. Epochs do not run out in practice: each holds two thousand million records.
    var nextEpoch: RecordSequence { RecordSequence(epoch: epoch &+ 1, sequence: 0) }
}

extension RecordSequence: Comparable {
    static func < (a: RecordSequence, b: RecordSequence) -> Bool { (a.epoch, a.sequence) < (b.epoch, b.sequence) }
}
