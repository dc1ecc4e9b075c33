import FluvioClient
import ToolSupport

/// How far a copy is: all of it as of one moment, at which everything read was acknowledged.
struct CopyState: Equatable, Sendable {
    /// How far one partition of the source is.
    struct Lane: Equatable, Sendable {
        /// Offset of its first record that was not read.
        var next: Int64
        /// Where its records are in the target: by partition, as a producer of its own.
        var targets: [UInt32: ProducerPosition] = [:]
        /// Producers of the source whose records were read.
        var seen: [SeenProducer] = []
    }

    /// Partitions of the target among which keys decide; nil: each goes to its own.
    var spread: UInt32?
    /// Nothing was sent after this was written: the process came to its end.
    var isAtRest = false
    var lanes: [UInt32: Lane] = [:]
}

/// The file of a copy.
final class CopyStateFile: Sendable {
    private let file: StateFile
    private let source: String
    private let target: String

    init(_ path: String, _ options: CopyOptions) throws {
        file = try StateFile(path)
        source = options.source.text
        target = options.target.text
    }

    /// What was written last; nil if nothing was.
    func read() throws -> CopyState? {
        guard let document = try file.read() else { return nil }
        guard document["version"]?.number == 1, document["command"]?.text == "copy" else {
            throw ToolError("\(file.path) is no state of 'fluvio-cat copy'")
        }
        guard document["source"]?.text == source, document["target"]?.text == target else {
            throw ToolError(
                "\(file.path) is the state of another copy, from \(document["source"]?.text ?? "?") to "
                    + "\(document["target"]?.text ?? "?")", .usage)
        }
        var state = CopyState(spread: document["spread"]?.number.flatMap { UInt32(exactly: $0) })
        state.isAtRest = document["at_rest"] == .bool(true)
        for member in document["partitions"]?.members ?? [] {
            guard let partition = UInt32(member.name), let lane = CopyState.Lane(member.value) else {
                throw ToolError("\(file.path) is damaged: partition \(member.name)")
            }
            state.lanes[partition] = lane
        }
        return state
    }

    /// Replaces it.
    func write(_ state: CopyState) throws {
        let lanes = state.lanes.sorted { $0.key < $1.key }.map { ObjectValue.Member("\($0.key)", $0.value.object) }
        try file.write([
            "version": 1, "command": "copy", "source": .string(source), "target": .string(target),
            "spread": .optional(state.spread.map { Int64($0) }), "at_rest": .bool(state.isAtRest),
            "partitions": .object(lanes),
        ])
    }
}

extension TopicPlace {
    var text: String { profile.map { "\($0)/\(topic)" } ?? topic }
}

extension CopyState.Lane {
    init?(_ value: ObjectValue) {
        guard let next = value["next"]?.number, next >= 0 else { return nil }
        self.next = next
        for member in value["targets"]?.members ?? [] {
            guard let partition = UInt32(member.name), let position = ProducerPosition(member.value) else { return nil }
            targets[partition] = position
        }
        for element in value["seen"]?.elements ?? [] {
            guard let producer = SeenProducer(element) else { return nil }
            seen.append(producer)
        }
    }

    var object: ObjectValue {
        let targets = targets.sorted { $0.key < $1.key }.map { ObjectValue.Member("\($0.key)", $0.value.object) }
        return ["next": .int(next), "targets": .object(targets), "seen": .array(seen.map(\.object))]
    }
}

extension ProducerPosition {
    init?(_ value: ObjectValue) {
        guard let id = value["producer"]?.number, let epoch = value["epoch"]?.number.flatMap({ Int16(exactly: $0) }),
            let sequence = value["sequence"]?.number.flatMap({ Int32(exactly: $0) }), let end = value["end"]?.number
        else { return nil }
        self.init(producerID: id, epoch: epoch, sequence: sequence, end: end)
    }

    var object: ObjectValue {
        [
            "producer": .int(producerID), "epoch": .int(Int64(epoch)), "sequence": .int(Int64(sequence)),
            "end": .int(end),
        ]
    }
}
