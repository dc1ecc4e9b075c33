package import FluvioTransport

/// What a running cluster says of itself.
package struct ClusterStatus: Equatable, Sendable {
    /// Its process.
    package var pid: Int32
    /// When it began to serve: seconds since 1970.
    package var started: Int64
    /// Where clients begin.
    package var endpoint: Endpoint
    /// Where clients come in by WebSocket, as they name it; nil: nowhere.
    package var webSocket: String?
    /// The servers of records, by rising id.
    package var spus: [SpuSummary]
    /// Number of topics, system topics among them.
    package var topics: Int
    /// Number of partitions.
    package var partitions: Int
    /// Number of partitions that take and give no records at the moment.
    package var offlinePartitions: Int

    /// One server of records.
    package struct SpuSummary: Equatable, Sendable {
        /// Its id.
        package var id: Int32
        /// Where clients find it.
        package var endpoint: Endpoint
        /// Whether the controller takes it for running. Of a frozen server it does so for a while.
        package var online: Bool
        /// How it is.
        package var condition: SpuCondition
    }
}
