/// How a partition's log is cut into files, and when old ones go.
package struct LogConfiguration: Equatable, Sendable {
    /// A segment is closed when the next batch would make it longer than so many bytes (default 1 GiB; 1,024 or more,
    /// below 4 GiB: positions in an index are 32 bits wide).
    package var segmentBytes: Int = 1_073_741_824
    /// Closed segments are deleted when nothing was written to them for so long (default 7 days); nil keeps them.
    package var retention: Duration? = .seconds(604_800)
    /// The oldest closed segments are deleted when the log is longer than so many bytes (default 100 GiB).
    package var maximumBytes: Int = 107_374_182_400

    /// The defaults of Fluvio.
    package init() {}
}

/// What an acknowledged record survives. write(2) comes before the answer in every mode, so the end of the process,
/// however it comes, loses nothing.
package enum Durability: Equatable, Sendable {
    /// Power cuts may lose what the kernel has not written yet, as with Fluvio itself.
    case os
    /// Nothing is acknowledged, nor handed to COMMITTED readers, before fsync(2). Requests that wait share one.
    case batch
    /// fsync(2) of what is new, so often; answers do not wait for it.
    case interval(Duration)
}
