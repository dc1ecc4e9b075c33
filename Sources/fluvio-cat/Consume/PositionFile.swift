import ToolSupport

/// What `--state` keeps: for every partition where reading goes on, and the file that its records are in.
struct PositionFile: ~Copyable {
    /// What is kept of one partition.
    struct Entry: Equatable, Sendable {
        /// Offset of the first record that is not done with.
        var next: Int64
        /// The file, where records go to files.
        var file: PartitionFile.Kept?
    }

    private let file: StateFile
    private(set) var entries: [String: [UInt32: Entry]] = [:]

    /// Opens it, locked against other processes.
    init(_ path: String) throws {
        let file = try StateFile(path)
        let entries = try Self.entries(in: try file.read(), path)
        self.file = file
        self.entries = entries
    }

    private static func entries(in document: ObjectValue?, _ path: String) throws -> [String: [UInt32: Entry]] {
        guard let document else { return [:] }
        guard document["version"]?.number == 1, document["command"]?.text == "consume",
            let topics = document["topics"]
        else { throw ToolError("\(path) is no state of 'fluvio-cat consume'") }
        var entries: [String: [UInt32: Entry]] = [:]
        for topic in topics.members {
            for member in topic.value.members {
                guard let partition = UInt32(member.name), let next = member.value["next"]?.number, next >= 0 else {
                    throw ToolError("\(path) is damaged: topic \(topic.name)")
                }
                var entry = Entry(next: next)
                if let path = member.value["file"]?.text, let length = member.value["length"]?.number {
                    entry.file = PartitionFile.Kept(path: path, length: Int(length))
                }
                entries[topic.name, default: [:]][partition] = entry
            }
        }
        return entries
    }

    /// Where the partitions of a topic go on.
    func positions(of topic: String) -> [UInt32: Int64] { (entries[topic] ?? [:]).mapValues(\.next) }

    /// Changes what is kept of a partition, until ``write()`` in memory only.
    mutating func keep(_ entry: Entry, topic: String, partition: UInt32) {
        entries[topic, default: [:]][partition] = entry
    }

    /// Writes it.
    func write() throws {
        let topics = entries.sorted { $0.key < $1.key }.map { topic, partitions in
            ObjectValue.Member(
                topic,
                .object(
                    partitions.sorted { $0.key < $1.key }.map { partition, entry in
                        var members = [ObjectValue.Member("next", .int(entry.next))]
                        if let file = entry.file {
                            members.append(.init("file", .string(file.path)))
                            members.append(.init("length", .int(Int64(file.length))))
                        }
                        return ObjectValue.Member("\(partition)", .object(members))
                    }))
        }
        try file.write(["version": 1, "command": "consume", "topics": .object(topics)])
    }
}
