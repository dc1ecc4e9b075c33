import FluvioClient
import Glibc
package import ToolSupport
import Unix

/// `fluvio-source-file status`.
package struct StatusOptions: CommandOptions {
    package var common = CommonOptions()
    var topic: String?
    var stateDirectory: String?

    package init() {}

    package static func declare(_ table: inout OptionTable<Self>) {
        table.optionalOperand("TOPIC", to: \.topic, as: .topic, help: "the topic, for the usual state directory")
        table.value(
            "--state-dir", to: \.stateDirectory, as: .directory, environment: "FLUVIO_SOURCE_STATE_DIR",
            help: "The directory of the checkpoint")
    }

    package func validate() throws(UsageError) {
        if topic == nil, stateDirectory == nil, Unix.environment("STATE_DIRECTORY") == nil {
            throw UsageError("a TOPIC or --state-dir is wanted")
        }
    }
}

/// Prints the checkpoint as JSON, with what the files are now. Disturbs nobody.
package struct StatusCommand: Sendable {
    let options: StatusOptions
    let context: ToolContext

    package init(options: StatusOptions, context: ToolContext) { (self.options, self.context) = (options, context) }

    package func run() throws -> Outcome {
        let directory = try StateDirectory.path(options.stateDirectory, topic: options.topic ?? "")
        guard let checkpoint = try CheckpointStore.peek(directory) else {
            throw ToolError("there is no checkpoint in \(directory)")
        }
        var (lag, lost, holes) = (0, 0, 0)
        let files = checkpoint.files.sorted { ($0.path, $0.id) < ($1.path, $1.id) }.map { record -> ObjectValue in
            let facts = (try? Unix.facts(of: record.path)).flatMap { $0 }
            let isThere = facts.map { record.evidence.isPlace(of: $0) != false } ?? false
            let size = isThere ? facts?.size ?? 0 : record.evidence.size
            let behind = record.state == .finished || record.state == .gone ? 0 : max(0, size - record.position)
            lag += behind
            lost += record.lost
            holes += record.holes
            return Self.object(record, size: size, lag: behind, isThere: isThere)
        }
        let document: ObjectValue = [
            "directory": .string(directory), "topic": .string(checkpoint.topic),
            "running": .bool(CheckpointStore.isTaken(directory)), "written": .int(checkpoint.written),
            "clean": .bool(checkpoint.isClean), "lag_bytes": .int(Int64(lag)), "lost_bytes": .int(Int64(lost)),
            "hole_bytes": .int(Int64(holes)), "files": .array(files),
        ]
        try StandardOutput.write(String(decoding: document.json(isIndented: true), as: UTF8.self) + "\n")
        return .exit(.success)
    }

    private static func object(_ record: FileRecord, size: Int, lag: Int, isThere: Bool) -> ObjectValue {
        let acknowledged = (record.lane?.positions ?? [:]).sorted { $0.key < $1.key }.map { partition, position in
            ObjectValue.Member("\(partition)", .int(position.end))
        }
        return [
            "fid": .string(record.id.description), "path": .string(Unix.display(record.path)),
            "state": .string(record.state.rawValue),
            "present": .bool(isThere), "generation": .int(Int64(record.generation)), "size": .int(Int64(size)),
            "committed": .int(Int64(record.position)), "line": .int(Int64(record.line)), "lag_bytes": .int(Int64(lag)),
            "lost_bytes": .int(Int64(record.lost)), "hole_bytes": .int(Int64(record.holes)),
            "touched": .int(record.touched), "ends": .object(acknowledged),
        ]
    }
}
