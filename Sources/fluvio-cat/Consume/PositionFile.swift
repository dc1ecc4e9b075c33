import FluvioClient
import ToolSupport

/// What `--state` keeps: for every partition where reading goes on, and the file that its records are in.
struct PositionFile: ~Copyable {
    /// What is kept of one partition.
    struct Entry: Equatable, Sendable {
        /// Offset of the first record that is not done with.
        var next: Int64
        /// The file, where records go to files.
        var file: PartitionFile.Kept?
        /// Producers whose records were read, so that what stands in the log twice is known again.
        var seen: [SeenProducer] = []
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
                entry.seen = member.value["seen"]?.elements.compactMap { SeenProducer($0) } ?? []
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
                        if !entry.seen.isEmpty { members.append(.init("seen", .array(entry.seen.map(\.object)))) }
                        return ObjectValue.Member("\(partition)", .object(members))
                    }))
        }
        try file.write(["version": 1, "command": "consume", "topics": .object(topics)])
    }
}

extension SeenProducer {
    /// Reads what ``object`` makes.
    init?(_ value: ObjectValue) {
        let numbers = value.elements.compactMap(\.number)
        guard numbers.count == 3, let epoch = Int16(exactly: numbers[1]), let last = Int32(exactly: numbers[2]) else {
            return nil
        }
        self.init(producerID: numbers[0], epoch: epoch, sequence: last)
    }

    /// Id, epoch, sequence.
    var object: ObjectValue { [.int(producerID), .int(Int64(epoch)), .int(Int64(sequence))] }
}
