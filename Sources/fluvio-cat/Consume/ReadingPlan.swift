import FluvioClient
import ToolSupport

/// Where the partitions of a topic begin and end to be read.
struct ReadingPlan: Sendable {
    var starts: [UInt32: StartPosition] = [:]
    var stops: [UInt32: Int64] = [:]
    var stopsAtEnd = false

    /// Works it out for one topic.
    ///
    /// - Parameters:
    ///   - stored: where partitions go on, in place of what the options say.
    ///   - now: the present, in milliseconds since 1970.
    init(
        _ options: ConsumeOptions, topic: String, partitions: [UInt32], stored: [UInt32: Int64], now: Int64,
        _ client: Fluvio
    ) async throws(FluvioError) {
        stopsAtEnd = options.stopsAtEnd
        let ranges = options.ranges
        let pinned: [UInt32: Int64]
        if !stopsAtEnd, partitions.contains(where: { ranges[$0].stop == .end }) {
            let offsets = try await client.admin.offsets(of: topic)
            pinned = Dictionary(uniqueKeysWithValues: offsets.map { ($0.partition, $0.end) })
        } else {
            pinned = [:]
        }
        for partition in partitions {
            let range = ranges[partition]
            var begin: Int64?
            if range.start == nil, let next = stored[partition] {
                starts[partition] = .offset(next)
            } else {
                switch range.start {
                case nil: break
                case .position(let position): starts[partition] = position
                case .time(let moment):
                    let time = moment.milliseconds(now: now)
                    begin = time
                    starts[partition] = .offset(
                        try await client.offset(
                            of: topic, partition: partition, at: time, isolation: options.isolation))
                }
            }
            var stop: Int64?
            switch range.stop {
            case .never: break
            case .end: stop = pinned[partition]
            case .offset(let offset): stop = offset
            case .time(let moment): stop = moment.milliseconds(now: now)
            case .after(let duration):
                stop = begin.map { $0 - Moment.ago(duration).milliseconds(now: 0) }
            }
            switch range.stop {
            case .time, .after:
                // What is still to come ends with the clock: see ``ConsumeOptions/endOfTime(now:)``.
                if let time = stop, time <= now {
                    stops[partition] = try await client.offset(
                        of: topic, partition: partition, at: time, isolation: options.isolation)
                }
            default: if let stop { stops[partition] = stop }
            }
        }
    }
}

extension ConsumeOptions {
    /// The ranges, with `--since` and `--until`.
    var ranges: OffsetRanges {
        var ranges = from
        if let since { ranges.all.start = .time(since) }
        if let until { ranges.all.stop = .time(until) }
        return ranges
    }

    /// When reading ends by the clock, in milliseconds since 1970; nil: never.
    func endOfTime(now: Int64) -> Int64? {
        guard case .time(let moment) = ranges.all.stop else { return nil }
        let time = moment.milliseconds(now: now)
        return time > now ? time : nil
    }
}
