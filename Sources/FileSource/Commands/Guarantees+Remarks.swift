import FluvioClient

extension Guarantees {
    /// What is said at the start where records may come twice after a crash.
    ///
    /// - Parameter topic: nil: the cluster does not say.
    static func remarks(_ options: SourceOptions, _ topic: TopicSpec?) -> [String] {
        var remarks: [String] = []
        if options.dependsOnTime {
            remarks.append(
                "where records end depends on the clock (--group-timeout, --partial-timeout): after a crash, some may come "
                    + "twice")
        }
        if topic?.deduplication != nil {
            remarks.append(
                "topic '\(options.topic)' has deduplication, which changes what it is sent: after a crash, some may come "
                    + "twice")
        }
        return remarks
    }
}
