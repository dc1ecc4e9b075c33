import ToolSupport

/// What a running sink shows of itself.
enum Figures {
    /// For Prometheus.
    static func text(_ totals: DatabaseWriter.Totals, id: String) -> MetricsText {
        var text = MetricsText()
        let prefix = "fluvio_sink_pg"
        text.add(
            .counter, "\(prefix)_records_total", "Records that are committed, dead letters included.", totals.records)
        text.add(.counter, "\(prefix)_dead_total", "Records that are dead letters.", totals.dead)
        text.add(.counter, "\(prefix)_transactions_total", "Transactions that are committed.", totals.batches)
        text.add(.counter, "\(prefix)_row_bytes_total", "Bytes of rows, as they were sent.", totals.bytes)
        text.add(
            .counter, "\(prefix)_commit_seconds_total", "Time from a full batch to its commit, over all of them.",
            Double(totals.commitNanoseconds) / 1e9)
        text.add(.counter, "\(prefix)_reconnects_total", "Connections that were made anew.", totals.reconnects)
        text.add(
            .gauge, "\(prefix)_up", "Whether the database takes rows: 0 while it is waited for.",
            totals.isWaiting ? 0 : 1)
        let positions = totals.positions.values.sorted { ($0.topic, $0.partition) < ($1.topic, $1.partition) }
        func samples(_ value: (DatabaseWriter.Position) -> Int64) -> [MetricsText.Sample] {
            positions.map { position in
                MetricsText.Sample(
                    Double(value(position)),
                    [("id", id), ("topic", position.topic), ("partition", "\(position.partition)")])
            }
        }
        text.add(.gauge, "\(prefix)_next_offset", "The first offset that is not committed.", samples(\.next))
        text.add(
            .gauge, "\(prefix)_lag_records", "Records in the log behind it, when it was last read.",
            samples { max(0, $0.highWatermark - $0.next) })
        return text
    }
}
