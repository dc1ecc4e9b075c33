import FluvioProtocol

// Going on as the producer that another process was.
extension Producer {
    /// Where every partition is, once everything is acknowledged: what to give to the next process, as
    /// ``ProducerSettings/resume``. Nil while something is open.
    ///
    /// Numbers of records that are half used up begin anew in the next epoch: so they never run out between two calls,
    /// and what a later process finds in the log can be counted.
    public func checkpoint() -> [UInt32: ProducerPosition]? {
        var positions: [UInt32: ProducerPosition] = [:]
        for queue in usedQueues {
            guard let position = queue.checkpoint() else { return nil }
            positions[queue.partition] = position
        }
        return positions
    }

    /// Records that the log held already when the producer began: of those after the ``ProducerPosition`` that it was
    /// given, the first so many of each partition. They must not be appended again.
    public var alreadyStored: [UInt32: Int] {
        queues.reduce(into: [:]) { counts, queue in
            if queue.alreadyStored > 0 { counts[queue.partition] = queue.alreadyStored }
        }
    }
}

extension PartitionQueue {
    /// Where it is; nil while something is open.
    func checkpoint() -> ProducerPosition? {
        settled { identity, end in
            if identity.nextSequence > Int32.max / 2 { identity = identity.nextEpoch }
            return ProducerPosition(
                producerID: identity.producerID, epoch: identity.producerEpoch, sequence: identity.nextSequence,
                end: end)
        }
    }
}
