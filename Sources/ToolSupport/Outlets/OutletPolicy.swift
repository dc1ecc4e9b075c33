package import FluvioClient

/// What is done with a record that a topic has no room for at the moment.
package enum WhenFull: String, CaseIterable, Sendable {
    /// Wait for room: a slow topic slows the input.
    case block
    /// Leave the record out.
    case dropNew = "drop-new"
    /// Leave out the oldest of what waits, and take the record.
    case dropOld = "drop-old"
    /// Write it to the spool.
    case spool
    /// Stop.
    case exit
}

/// What is done about a topic whose servers are lost.
package enum WhenDown: String, CaseIterable, Sendable {
    /// Try again for as long as `--retry-for` says, then give the topic up.
    case wait
    /// Keep its records in the spool until it is back.
    case spool
    /// Give it up, and go on with the others.
    case `continue`
    /// Stop.
    case exit
}

/// What is done with a record that the spool has no room for.
package enum WhenSpoolFull: String, CaseIterable, Sendable {
    case block, drop
}

/// How a topic's troubles are met.
package struct OutletPolicy: Sendable {
    package var whenFull = WhenFull.block
    package var whenSpoolFull = WhenSpoolFull.block
    /// Whether ``TopicOutlets/synchronizeSpools()`` will be called.
    package var syncsSpool = false
    /// Whether the input is not read any more when a topic has failed.
    package var stopsOnFailure = true
    package var partitioner = Partitioner.sip
    /// Whether it is to be known how far the records are acknowledged.
    package var tracksPrefix = false
    /// For how long a spool that does not become smaller is waited for at the end; nil: for ever.
    package var patience: Duration? = .seconds(30)

    package init() {}
}

/// What came of one topic.
package struct OutletReport: Sendable {
    package var topic: String
    /// Handed to the producer.
    package var appended = 0
    /// Stored.
    package var acknowledged = 0
    /// Left out as a policy asked.
    package var dropped = 0
    /// Not taken, as the topic had failed.
    package var lost = 0
    /// Left in the spool.
    package var spooled = 0
    /// Where that is.
    package var spool: String?
    /// Whether spool files are damaged, or could not be written.
    package var hasDamage = false
    package var failure: FluvioError?

    /// Handed to the producer, and neither acknowledged nor in the spool.
    package var unknown: Int { spool == nil ? appended - acknowledged : 0 }
    /// Whether every record is stored.
    package var isComplete: Bool {
        failure == nil && unknown == 0 && dropped == 0 && lost == 0 && spooled == 0 && !hasDamage
    }
}
