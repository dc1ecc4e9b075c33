import FluvioClient
import FluvioProtocol
import ToolSupport

/// Where a consumer is to go on.
enum OffsetTarget: Sendable {
    case earliest
    case latest
    /// With the record of this offset.
    case offset(Int64)
    /// With the first record that is not older.
    case time(Moment)
}

extension ValueKind where Value == OffsetTarget {
    static var offsetTarget: ValueKind {
        ValueKind("POSITION", completion: .choices(["earliest", "latest"])) { text throws(ValueError) in
            switch text {
            case "earliest", "beginning": return .earliest
            case "latest", "end": return .latest
            case _ where text.hasPrefix("@"):
                guard let moment = Moments.parse(String(text.dropFirst())) else {
                    throw ValueError("'\(text.dropFirst())' is not a time")
                }
                return .time(moment)
            default:
                guard let offset = Int64(text), offset >= 0 else {
                    throw ValueError("'\(text)' is neither earliest, latest, an offset nor @TIME")
                }
                return .offset(offset)
            }
        }
    }
}

struct SetOffsetsOptions: CommandOptions {
    static let manual = """
        The consumer should not run meanwhile: it would store its own positions over these. A position at offset 0 is no \
        stored offset at all, which is how servers have it: a consumer that begins elsewhere without one does so then.
        """

    var common = CommonOptions()
    var connection = ConnectionOptions()
    var what = OffsetOperands()
    var target: OffsetTarget?
    var isDryRun = false

    static func declare(_ table: inout OptionTable<Self>) {
        table.operand("CONSUMER", to: \.what.consumer, as: .object(listedBy: "consumer list"), help: "the consumer")
        table.optionalOperand("TOPIC", to: \.what.topic, as: .topic, help: "the topic; all it has read if left out")
        table.optionalOperand(
            "PARTITION", to: \.what.partition, as: .integer("PARTITION"), help: "the partition; all if left out")
        table.group("Position")
        table.value(
            "--to", to: \.target, as: .offsetTarget, help: "Go on there: earliest, latest, an offset, or @TIME",
            manual: "Go on there: `earliest`, `latest`, with the record of this offset, or with `@TIME` with the first "
                + "record that is not older, where the time is as in `@2026-01-31T12:00:00Z` or `@-1h`.")
        table.flag("-d", "--dry-run", to: \.isDryRun, help: "Only tell what would be done")
        table.include(\.connection)
    }

    func validate() throws(UsageError) {
        guard target != nil else { throw UsageError("--to is missing") }
    }
}

/// `fluvio-admin offset set` and `fluvio-admin offset reset`.
struct SetOffsets: Sendable {
    let options: SetOffsetsOptions
    let context: ToolContext
    /// Also in partitions of the topic where the consumer has none.
    let makesNew: Bool

    func run() async throws -> Outcome {
        guard let target = options.target else { throw UsageError("--to is missing") }
        let client = try await options.connection.connect(context)
        defer { client.close() }
        let all = try await client.admin.consumerOffsets()
        let stored = all.filter { options.what.matches($0) }
        var topics: [String: [UInt32: Int64?]] = [:]
        for offset in stored {
            topics[offset.replica.topic, default: [:]][offset.replica.partition] = offset.offset + 1
        }
        if makesNew, let topic = options.what.topic {
            for partition in try await client.admin.offsets(of: topic)
            where (options.what.partition ?? partition.partition) == partition.partition {
                if topics[topic]?[partition.partition] == nil {
                    topics[topic, default: [:]].updateValue(nil, forKey: partition.partition)
                }
            }
            if let partition = options.what.partition, topics[topic]?[partition] == nil {
                throw ToolError("topic '\(topic)' has no partition \(partition)")
            }
        }
        guard !topics.isEmpty else { throw ToolError(ConsumerOffset.noConsumer(options.what.consumer, among: all)) }
        let now = Moment.present
        // Everything is found out before anything is changed.
        var changes: [(replica: ReplicaKey, old: Int64?, new: Int64)] = []
        for (topic, positions) in topics.sorted(by: { $0.key < $1.key }) {
            let ends = try await client.admin.offsets(of: topic)
            for (partition, old) in positions.sorted(by: { $0.key < $1.key }) {
                guard let end = ends.first(where: { $0.partition == partition }) else { continue }
                let new = try await position(target, end, topic, now, client)
                changes.append((ReplicaKey(topic: topic, partition: partition), old, new))
            }
        }
        for change in changes { try await make(change, client) }
        return .exit(.success)
    }

    private func position(
        _ target: OffsetTarget, _ range: PartitionOffsets, _ topic: String, _ now: Int64, _ client: Fluvio
    ) async throws -> Int64 {
        switch target {
        case .earliest: return range.start
        case .latest: return range.end
        case .time(let moment):
            return try await client.offset(of: topic, partition: range.partition, at: moment.milliseconds(now: now))
        case .offset(let offset):
            guard (range.start...range.end).contains(offset) else {
                throw ToolError(
                    "\(topic)/\(range.partition) has offsets \(range.start) to \(range.end), not \(offset)")
            }
            return offset
        }
    }

    private func make(_ change: (replica: ReplicaKey, old: Int64?, new: Int64), _ client: Fluvio) async throws {
        let (replica, old, new) = change
        let words = "\(replica.topic)/\(replica.partition): \(old.map { "\($0)" } ?? "none") -> \(new)"
        guard !options.isDryRun else { return context.diagnostics.note("\(words) (dry run)") }
        if new == 0 {
            // The offset before the first record cannot be stored.
            if old != nil { try await client.admin.deleteConsumerOffset(options.what.consumer, of: replica) }
        } else {
            var settings = ConsumerSettings()
            settings.consumerID = options.what.consumer
            settings.partitions = [replica.partition]
            settings.start = .offset(new)
            let consumer = try await client.consumer(of: replica.topic, settings: settings)
            defer { consumer.close() }
            try await consumer.commit([replica.partition: new])
        }
        context.diagnostics.note(words)
    }
}
