/// What one gets for a record that was handed to a producer: the promise of an acknowledgement.
public struct Receipt: Sendable {
    /// The partition that the record goes to.
    public var partition: UInt32 { queue.partition }

    let producer: Producer
    let queue: PartitionQueue
    /// Counts the records of the partition.
    let record: Int

    /// Waits until the record is stored as safely as was asked for, and says where.
    ///
    /// - Returns: its offset; nil if it is known to be stored, but not where (any more).
    /// - Throws: what the partition has failed with; `cancelled`.
    @discardableResult
    public func offset() async throws(FluvioError) -> Int64? {
        // It would wait for others to fill its request otherwise.
        queue.flush()
        producer.dispatch(queue)
        while true {
            switch queue.fate(of: record) {
            case .stored(let offset): return offset
            case .failed(let error): throw error
            case .open:
                if Task.isCancelled { throw FluvioError(.cancelled, "cancelled") }
                await producer.waitForProgress()
            }
        }
    }
}
