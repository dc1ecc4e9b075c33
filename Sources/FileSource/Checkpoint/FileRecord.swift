import FluvioClient
import ToolSupport

/// The name of a file in the checkpoint: random, given when it is seen first.
struct FileID: Hashable, Sendable, Comparable, CustomStringConvertible {
    let number: UInt64

    /// As 16 hexadecimal digits.
    var description: String {
        let digits = String(number, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    static func < (a: FileID, b: FileID) -> Bool { a.number < b.number }
}

/// All that is kept of one file: everything as of ``position``.
struct FileRecord: Equatable, Sendable {
    /// What becomes of it.
    enum State: String, CaseIterable, Sendable {
        /// It has the name it is to have, and may grow.
        case active
        /// Its name is another's, or is gone; what is left in it is read.
        case rotated
        /// All of it is acknowledged and nothing more is to come.
        case finished
        /// It could not be found again.
        case gone
    }

    /// What is passed over.
    enum Excess: String, Sendable {
        /// The rest of a line that was too long, and was cut or left out (`--oversize`).
        case line
        /// Lines that go on with a record that was.
        case record
        /// Zeros behind a hole.
        case hole
    }

    /// Where its records go.
    struct Lane: Equatable, Sendable {
        /// Partitions among which keys decide; 1 and ``first`` where there are no keys.
        var spread: UInt32
        /// The partition of records without a key.
        var first: UInt32
        /// Where each of them is, by partition.
        var positions: [UInt32: ProducerPosition]
        /// Where the topic for what is refused is.
        var dead: ProducerPosition?
        /// The newest record that each of them is known to hold, and that of the topic for what is refused: offsets.
        var newest: [UInt32: Int64] = [:]
        var newestDead: Int64?

        /// So many partitions the topic had, at least.
        var partitions: UInt32 { max(spread, first + 1, (positions.keys.max() ?? 0) + 1) }

        /// All of its partitions, if not all of its records went to this one.
        func partitions(besides partition: UInt32) -> Set<UInt32> {
            positions.keys.contains { $0 != partition } ? Set(positions.keys) : []
        }
    }

    let id: FileID
    /// Counts how often it was cut in place.
    var generation = 0
    /// The name that it was found by.
    var path: String
    /// The name that it had before rotation, as far as is known: its lines keep their order with those of files that have
    /// the same one.
    var family = ""
    var evidence: Evidence
    /// Bytes (decompressed) before which every record is acknowledged.
    var position = 0
    /// Records before the position.
    var line = 0
    /// What is passed over behind the position.
    var excess: Excess?
    var state = State.active
    /// Nil: nothing of it was ever sent.
    var lane: Lane?
    /// A process ended before it knew which of the records behind the position are in the topic, though it had nothing
    /// under way itself.
    var isDoubtful = false
    /// What made records of the bytes behind the position that may be in the topic, where it is not what the checkpoint
    /// says: they can be counted only so.
    var rules: String?
    /// Bytes that were there to be read and are known to be lost: it was cut before they were read.
    var lost = 0
    /// Bytes of holes that were passed over.
    var holes = 0
    /// When it was seen first, in milliseconds since 1970.
    var seen: Int64 = 0
    /// When it was last seen to change, in milliseconds since 1970.
    var touched: Int64 = 0
}

extension FileRecord {
    /// Its place has other content now: only by its own can it be known again.
    mutating func leavePlace() { (evidence.device, evidence.inode, evidence.born) = (0, 0, nil) }

    /// Reads what ``object`` writes; nil if it is something else.
    init?(_ value: ObjectValue) {
        func int(_ name: String) -> Int? { value[name]?.number.flatMap { Int(exactly: $0) } }
        func bits(_ name: String) -> UInt64? { value[name]?.text.flatMap { UInt64($0, radix: 16) } }
        guard let id = bits("fid"), let path = value["path"]?.text, let position = int("committed"), position >= 0,
            let line = int("line"), let generation = int("gen"),
            let state = value["state"]?.text.flatMap({ State(rawValue: $0) }), let device = bits("dev"),
            let inode = bits("ino"), let headLength = int("head_len"), let head = bits("head"),
            let markLength = int("mark_len"), let mark = bits("mark"), let size = int("size_seen"),
            let modified = value["mtime"]?.number
        else { return nil }
        self.id = FileID(number: id)
        self.path = path
        family = value["family"]?.text ?? RotationName.base(ofPath: path)
        evidence = Evidence(device: device, inode: inode, born: value["btime"]?.number)
        (evidence.head.length, evidence.head.number) = (headLength, head)
        evidence.head.shorter = (value["heads"]?.elements ?? []).compactMap {
            $0.text.flatMap { UInt64($0, radix: 16) }
        }
        (evidence.markLength, evidence.mark) = (markLength, mark)
        (evidence.size, evidence.modified) = (size, modified)
        evidence.past = PastMarks(
            (value["past"]?.elements ?? []).compactMap { pair in
                guard pair.elements.count == 2, let position = pair.elements[0].number,
                    let number = pair.elements[1].text.flatMap({ UInt64($0, radix: 16) })
                else { return nil }
                return PastMarks.Mark(position: Int(position), number: number)
            })
        (self.position, self.line, self.generation, self.state) = (position, line, generation, state)
        (lost, holes) = (int("lost") ?? 0, int("holes") ?? 0)
        touched = value["touched"]?.number ?? 0
        seen = value["seen"]?.number ?? 0
        isDoubtful = value["doubtful"] == .bool(true)
        rules = value["rules"]?.text
        excess = value["excess"]?.text.flatMap(Excess.init)
        if let object = value["lane"], object != .null {
            guard let lane = Lane(object) else { return nil }
            self.lane = lane
        }
    }

    /// As it stands in the checkpoint.
    var object: ObjectValue {
        func bits(_ number: UInt64) -> ObjectValue { .string(String(number, radix: 16)) }
        func int(_ number: Int) -> ObjectValue { .int(Int64(number)) }
        let object: ObjectValue = [
            "fid": .string(id.description), "gen": int(generation), "path": .string(path),
            "state": .string(state.rawValue), "committed": int(position), "line": int(line),
            "dev": bits(evidence.device), "ino": bits(evidence.inode), "btime": .optional(evidence.born),
            "head_len": int(evidence.head.length), "head": bits(evidence.head.number),
            "heads": .array(evidence.head.shorter.map(bits)), "mark_len": int(evidence.markLength),
            "mark": bits(evidence.mark), "size_seen": int(evidence.size), "mtime": .int(evidence.modified),
            "seen": .int(seen), "touched": .int(touched), "lost": int(lost), "holes": int(holes),
            "lane": lane?.object ?? .null,
        ]
        // What its name says anyway takes no room.
        let isOther = family != RotationName.base(ofPath: path)
        var others: [ObjectValue.Member] = isOther ? [.init("family", .string(family))] : []
        if let rules { others.append(.init("rules", .string(rules))) }
        if let excess { others.append(.init("excess", .string(excess.rawValue))) }
        if isDoubtful { others.append(.init("doubtful", .bool(true))) }
        // The last is the mark itself.
        let past = evidence.past.all.filter { $0.position < position }
        if !past.isEmpty {
            others.append(.init("past", .array(past.map { .array([int($0.position), bits($0.number)]) })))
        }
        return others.isEmpty ? object : .object(object.members + others)
    }
}

extension FileRecord.Lane {
    init?(_ value: ObjectValue) {
        guard let spread = value["spread"]?.number.flatMap({ UInt32(exactly: $0) }), spread > 0,
            let first = value["first"]?.number.flatMap({ UInt32(exactly: $0) })
        else { return nil }
        (self.spread, self.first) = (spread, first)
        positions = [:]
        for member in value["partitions"]?.members ?? [] {
            guard let partition = UInt32(member.name), let position = ProducerPosition(member.value) else { return nil }
            positions[partition] = position
        }
        if let object = value["dead"], object != .null {
            guard let position = ProducerPosition(object) else { return nil }
            dead = position
        }
        for member in value["newest"]?.members ?? [] {
            if let partition = UInt32(member.name) { newest[partition] = member.value.number }
        }
        newestDead = value["newest_dead"]?.number
    }

    var object: ObjectValue {
        let partitions = positions.sorted { $0.key < $1.key }.map { ObjectValue.Member("\($0.key)", $0.value.object) }
        var members: [ObjectValue.Member] = [
            .init("spread", .int(Int64(spread))), .init("first", .int(Int64(first))),
            .init("partitions", .object(partitions)), .init("dead", dead?.object ?? .null),
        ]
        if !newest.isEmpty {
            let offsets = newest.sorted { $0.key < $1.key }.map { ObjectValue.Member("\($0.key)", .int($0.value)) }
            members.append(.init("newest", .object(offsets)))
        }
        if let newestDead { members.append(.init("newest_dead", .int(newestDead))) }
        return .object(members)
    }
}

extension ProducerPosition {
    init?(_ value: ObjectValue) {
        let numbers = value.elements.compactMap(\.number)
        guard numbers.count == 4, let epoch = Int16(exactly: numbers[1]), let sequence = Int32(exactly: numbers[2])
        else { return nil }
        self.init(producerID: numbers[0], epoch: epoch, sequence: sequence, end: numbers[3])
    }

    /// Producer id, epoch, sequence and end.
    var object: ObjectValue {
        .array([.int(producerID), .int(Int64(epoch)), .int(Int64(sequence)), .int(end)])
    }
}
