import TestSupport
import Unix

@testable import FileSource

/// A source as far as it recognises files: it looks, reads, is acknowledged, writes checkpoints and is killed; what it does
/// about a decision is what the real one does.
final class ModelSource {
    struct File {
        var id: FileID
        var path: String
        var seen: Int64
        /// As of ``settled``; as of ``position`` where it is read.
        var evidence: Evidence
        var settled = 0
        var position = 0
        var isFinished = false
        var isGone = false
        var isCut = false
        var sighting: Sighting
        /// Whether the checkpoint knows it, so that it may send.
        var isAnnounced = false
        var predecessor: FileID?
        var original: FileID?

        var family: String { RotationName.base(ofPath: path) }
    }

    let disk: ModelDisk
    var random: SeededRandom
    var book = FileBook()
    var files: [FileID: File] = [:]
    var nodes: [FileID: ModelDisk.Node] = [:]
    var missing: Set<FileID> = []
    var suspects: Set<String> = []
    var compared: [Place: (original: FileID, common: Int)] = [:]
    var families: [String: FileID] = [:]
    var familySince: [String: Int64] = [:]
    var checkpoint: [File] = []
    /// Open while a look goes on.
    var probed: [ModelDisk.Node] = []
    var nextID: UInt64 = 1
    var lastSeen: Int64 = 0
    /// Lines by the file that sent them.
    var topic: [(id: FileID, line: UInt32)] = []
    var stored: [FileID: Int] = [:]
    /// Lines of files that were replaced before enough was known of them.
    var resent: Set<UInt32> = []
    /// Lines told to be lost.
    var told = 0
    var history: [String] = []
    var cuts = 0

    /// Whether ``history`` is kept.
    let isTold: Bool

    init(_ disk: ModelDisk, seed: UInt64, isTold: Bool) {
        (self.disk, self.isTold) = (disk, isTold)
        random = SeededRandom(seed: seed)
        // Before its family is known, what was rotated is nobody's.
        while !look() || files.isEmpty { disk.step() }
        disk.begin()
        write()
    }

    /// Changes when something happens.
    var progress: Int {
        files.values.reduce(missing.count + topic.count) { $0 + $1.position + ($1.isAnnounced ? 1 : 0) }
    }

    /// What it knows now.
    var state: String {
        files.values.sorted { $0.seen < $1.seen }.map { file in
            let size = nodes[file.id].map { "\($0.units.count * ModelDisk.unit)" } ?? "closed"
            return "\(file.id.number) \(file.path): \(file.position) of \(size), "
                + "after \(file.predecessor?.number ?? 0)\(file.isAnnounced ? "" : ", silent")"
        }.joined(separator: "\n")
    }

    func read() {
        for id in files.keys.sorted() where Int.random(in: 0..<3, using: &random) > 0 { read(id) }
    }

    /// Reads all that there is.
    func readAll() { for id in files.keys.sorted() { read(id, atMost: .max) } }

    private func read(_ id: FileID, atMost most: Int? = nil) {
        guard var file = files[id], let node = nodes[id], file.original == nil, file.isAnnounced else { return }
        if let before = file.predecessor, let other = files[before] {
            guard !missing.contains(before), nodes[before].map({ $0.units.count / 2 * 32 == other.position }) ?? true
            else { return }
            file.predecessor = nil
            files[id] = file
        }
        // Head and mark are read with what follows.
        let content = ModelContent(node)
        let head = file.evidence.head
        guard head.length <= file.position || content.number(ofFirst: head.length) == head.number,
            file.position == 0
                || content.number(of: file.evidence.markLength, before: file.position) == file.evidence.mark
        else { return cut(id) }
        let from = file.position / 32
        let last = min(node.units.count / 2, most ?? (from + Int.random(in: 0...20, using: &random)))
        guard last > from else { return }
        for line in from..<last {
            // What the topic has already is not sent again.
            if line >= stored[id, default: 0] {
                topic.append((id, node.units[2 * line] >> 1))
                stored[id] = line + 1
            }
        }
        file.position = 32 * last
        file.evidence = evidence(file.evidence, node.units, at: file.position)
        files[id] = file
    }

    func evidence(_ before: Evidence, _ units: [UInt32], at position: Int) -> Evidence {
        var evidence = before
        let known = min(position, Head.longest)
        if known > evidence.head.length { evidence.head = ModelContent.head(of: Array(units[..<(known / 16)])) }
        evidence.markLength = min(Evidence.longestMark, position)
        evidence.mark = ModelContent.number(of: evidence.markLength, before: position, in: units) ?? 0
        let passed = evidence.past.all.last?.position ?? 32
        evidence.past = evidence.past.upTo(position)
        for place in stride(from: passed + 32, through: position, by: 32) {
            if let number = ModelContent.number(of: PastMarks.length, before: place, in: units) {
                evidence.past.add(place, number)
            }
        }
        return evidence
    }

    /// Some of what was read is acknowledged; the checkpoint is written.
    func write() {
        checkpoint = []
        for (id, file) in files.sorted(by: { $0.key < $1.key }) where file.original == nil {
            lookAtHead(of: id)
            var file = files[id] ?? file
            // With no more than what all of them begin with, a file cannot be told from others.
            let common = disk.mode == .headers ? ModelDisk.headerLength : 0
            file.isAnnounced = file.isAnnounced || file.evidence.head.length > common
            files[id] = file
            if let node = nodes[id], isUnchanged(file, node) {
                let settled = 32 * Int.random(in: (file.settled / 32)...(file.position / 32), using: &random)
                files[id]?.settled = settled
                file.evidence = evidence(file.evidence, node.units, at: settled)
                file.position = settled
            } else {
                // Nothing is acknowledged.
                file.position = file.settled
                if let last = kept[id] { file.evidence = last }
            }
            // The beginning is known, however far it is read.
            if let head = files[id]?.evidence.head, head.length > file.evidence.head.length {
                file.evidence.head = head
            }
            kept[id] = file.evidence
            file.settled = file.position
            file.evidence.size = file.isCut ? file.sighting.largest : file.sighting.facts.size
            if !file.isCut { file.evidence.modified = file.sighting.facts.modified }
            file.predecessor = nil
            checkpoint.append(file)
        }
    }

    /// What it begins with, before anything of it is sent; its size after that.
    func lookAtHead(of id: FileID) {
        guard let before = files[id]?.evidence.head, let node = nodes[id], before.length < Head.longest,
            node.units.count * ModelDisk.unit > before.length,
            before.length == 0
                || ModelContent.number(of: before.length, before: before.length, in: node.units) == before.number
        else { return }
        files[id]?.evidence.head = ModelContent.head(of: node.units)
        between()
        files[id]?.sighting.lookAfterHead(ModelContent.facts(of: node), isFirst: before.length == 0)
    }

    /// Evidence as it was written last.
    var kept: [FileID: Evidence] = [:]

    private func isUnchanged(_ file: File, _ node: ModelDisk.Node) -> Bool {
        ModelContent.number(of: file.evidence.markLength, before: file.position, in: node.units) == file.evidence.mark
    }

    /// Files that were rotated and are read to their ends are closed.
    func finish() {
        for (id, file) in files.sorted(by: { $0.key < $1.key }) where file.original == nil && !file.isFinished {
            guard let node = nodes[id], let entry = book.entries[id], !entry.isNamed,
                node.units.count * 16 == file.position, file.position == file.settled, disk.now - node.modified > 5
            else { continue }
            files[id]?.isFinished = true
            close(id)
        }
    }

    func killed() {
        defer { restart() }
        guard isTold else { return }
        let known = checkpoint.sorted { $0.seen < $1.seen }.map {
            "\($0.id.number):\($0.path)@\($0.position)/\($0.evidence.head.length)\($0.isCut ? " cut" : "")\($0.isAnnounced ? "" : "?")"
        }
        history.append("\(disk.now) kill, \(known.joined(separator: ", "))")
    }

    private func restart() {
        for id in nodes.keys.sorted() { close(id) }
        (book, files, missing, suspects, compared) = (FileBook(), [:], [], [], [:])
        (families, familySince, kept, lastSeen) = ([:], [:], [:], 0)
        for var file in checkpoint.sorted(by: { $0.seen < $1.seen }) {
            kept[file.id] = file.evidence
            file.sighting = Sighting(file.evidence.facts)
            enlist(file)
            if !file.isFinished, !file.isGone { missing.insert(file.id) }
        }
    }

    func enlist(_ new: File) {
        var file = new
        if file.seen <= lastSeen { file.seen = lastSeen + 1 }
        lastSeen = file.seen
        familySince[file.family] = min(familySince[file.family] ?? file.seen, file.seen)
        if file.original == nil {
            if let before = families[file.family], let other = files[before], !other.isFinished {
                file.predecessor = before
            }
            families[file.family] = file.id
        }
        files[file.id] = file
    }

    func close(_ id: FileID) { if let node = nodes.removeValue(forKey: id) { disk.close(node) } }

    func open(_ id: FileID, _ node: ModelDisk.Node) {
        disk.open(node)
        close(id)
        nodes[id] = node
    }
}
