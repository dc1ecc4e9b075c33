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
        var largest = 0
        /// Whether the checkpoint knows it, so that it may send.
        var isAnnounced = false
        var predecessor: FileID?
        var original: FileID?

        var family: String { RotationName.base(ofPath: path) }
    }

    private let disk: ModelDisk
    private var random: SeededRandom
    private var book = FileBook()
    private(set) var files: [FileID: File] = [:]
    private var nodes: [FileID: ModelDisk.Node] = [:]
    private(set) var missing: Set<FileID> = []
    private(set) var suspects: Set<String> = []
    private var compared: [Place: (original: FileID, common: Int)] = [:]
    private var families: [String: FileID] = [:]
    private var familySince: [String: Int64] = [:]
    private var checkpoint: [File] = []
    /// Open while a look goes on.
    private var probed: [ModelDisk.Node] = []
    private var nextID: UInt64 = 1
    private var lastSeen: Int64 = 0
    /// Lines by the file that sent them.
    private(set) var topic: [(id: FileID, line: UInt32)] = []
    private(set) var stored: [FileID: Int] = [:]
    /// Lines told to be lost.
    private(set) var told = 0
    private(set) var history: [String] = []
    private var cuts = 0

    /// Whether ``history`` is kept.
    private let isTold: Bool

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

    // MARK: what a source does

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

    private func evidence(_ before: Evidence, _ units: [UInt32], at position: Int) -> Evidence {
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
            var file = file
            lookAtHead(&file)
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
            if !file.isCut, let node = nodes[id] {
                file.evidence.size = node.units.count * 16
                file.evidence.modified = node.modified
            }
            file.predecessor = nil
            checkpoint.append(file)
        }
    }

    /// What it begins with, before anything of it is sent.
    private func lookAtHead(_ file: inout File) {
        guard let node = nodes[file.id], file.evidence.head.length < Head.longest,
            node.units.count * ModelDisk.unit != file.evidence.head.length
        else { return }
        let before = file.evidence.head
        guard
            before.length == 0
                || ModelContent.number(of: before.length, before: before.length, in: node.units) == before.number
        else { return }
        file.evidence.head = ModelContent.head(of: node.units)
    }

    /// Evidence as it was written last.
    private var kept: [FileID: Evidence] = [:]

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
        for file in checkpoint.sorted(by: { $0.seen < $1.seen }) {
            kept[file.id] = file.evidence
            enlist(file)
            if !file.isFinished, !file.isGone { missing.insert(file.id) }
        }
    }

    private func enlist(_ new: File) {
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

    private func close(_ id: FileID) { if let node = nodes.removeValue(forKey: id) { disk.close(node) } }

    private func open(_ id: FileID, _ node: ModelDisk.Node) {
        disk.open(node)
        close(id)
        nodes[id] = node
    }

    // MARK: what it sees

    /// False: it is to be taken again.
    func look() -> Bool {
        let first = takeLook()
        let look = takeLook()
        guard look.agrees(with: first) else { return false }
        let siblings = look.siblings.filter { file in
            familySince[RotationName.base(ofPath: file.path)].map { file.facts.modified >= $0 }
                ?? false
        }
        var recognition = Recognition(
            look, known: known(), book: book,
            open: { [self] path in
                between()
                guard let node = disk.names[path] else { return nil }
                disk.open(node)
                probed.append(node)
                return ModelContent(node, between)
            },
            newID: { [self] in
                nextID += 1
                return FileID(number: nextID)
            })
        defer {
            for node in probed { disk.close(node) }
            probed = []
        }
        let now = disk.now
        recognition.decide(
            candidates: siblings + look.named.filter { book.file(at: $0.facts) == nil },
            isQuiet: { now - $0.facts.modified > 60 },
            compared: { [self] file, id in
                compared[Place(file.facts)].flatMap { $0.original == id ? min($0.common, file.facts.size) : nil } ?? 0
            })
        book = recognition.book
        suspects = []
        let before = cuts
        var isStale = false
        for decision in recognition.decisions {
            if let new = decision.new, cuts != before {
                book.remove(new)
                isStale = true
                continue
            }
            if isTold { history.append("\(disk.now) \(Self.text(decision))") }
            act(on: decision)
        }
        return recognition.isWhole && !isStale
    }

    private func between() { if Int.random(in: 0..<8, using: &random) == 0 { disk.step() } }

    private func takeLook() -> Look {
        var look = Look()
        // Names that come while it goes on are seen or not.
        for name in disk.names.keys.sorted() {
            between()
            guard let node = disk.names[name] else { continue }
            let found = Walk.Found(path: name, facts: ModelContent.facts(of: node))
            if name == "app.log" { look.named.append(found) } else { look.siblings.append(found) }
        }
        look.siblings.sort(by: Look.isOlder)
        return look
    }

    private func known() -> [Recognition<ModelContent>.Known] {
        for id in files.keys { update(id) { lookAtHead(&$0) } }
        return files.values.filter { $0.original == nil }.sorted { $0.seen < $1.seen }.map { file in
            let state: Recognition<ModelContent>.State =
                if nodes[file.id] != nil {
                    .open
                } else if missing.contains(file.id) {
                    file.isCut ? .cut : .missing
                } else {
                    file.isGone ? .gone : .closed
                }
            return .init(
                id: file.id, family: file.family, evidence: file.evidence, position: file.position, state: state
            ) { [self] in
                if let node = nodes[file.id] { return ModelContent(node, between) }
                guard !file.isCut, let node = disk.names[file.path],
                    file.evidence.isPlace(of: ModelContent.facts(of: node)) == true
                else { return nil }
                return ModelContent(node, between)
            }
        }
    }

    private static func text(_ decision: Recognition<ModelContent>.Decision) -> String {
        switch decision {
        case .opens(let id, let found, _, _): "\(id.number) opens \(found.path)"
        case .rests(let id, let found, _): "\(id.number) rests \(found.path)"
        case .wasCut(let id, let found): "\(id.number) was cut \(found.path)"
        case .goesOn(let id, let found, _, _): "\(id.number) goes on in \(found.path)"
        case .isLost(let id): "\(id.number) is lost"
        case .isUnreadable(_, let found, _): "unreadable \(found.path)"
        case .changed(let change): "\(change)"
        case .begins(let id, let found, _, let from, _): "\(id.number) begins \(found.path) from \(from)"
        case .beginsAnew(let id, let before, let found, _, _): "\(id.number) after \(before.number) \(found.path)"
        case .copies(_, let found, _, let id, _): "\(found.path) is a copy of \(id.number)"
        case .waits(let found, let id, let common): "\(found.path) waits, of \(id.number), \(common)"
        case .mustBeCut(let id): "\(id.number) must be cut"
        }
    }

    // MARK: what it does about it

    private func act(on decision: Recognition<ModelContent>.Decision) {
        switch decision {
        case .opens(let id, let found, let content, _):
            files[id]?.path = found.path
            files[id]?.isFinished = false
            missing.remove(id)
            open(id, content.node)
        case .rests(let id, let found, _): files[id]?.path = found.path
        case .wasCut(let id, _): leavePlace(id)
        case .goesOn(let id, let found, let content, _):
            files[id]?.path = found.path
            update(id) { file in
                (file.evidence.device, file.evidence.inode) = (1, content.node.number)
                file.evidence.born = content.node.born
                (file.isFinished, file.isGone, file.isCut) = (false, false, false)
            }
            missing.remove(id)
            open(id, content.node)
        case .isLost(let id):
            guard let file = files[id] else { return }
            missing.remove(id)
            files[id]?.isGone = true
            told += max(0, max(file.largest, file.evidence.size) - file.position)
        case .isUnreadable: break
        case .changed(.renamed(let id, _, let path)): files[id]?.path = path
        case .changed(.touched(let id)): touched(id)
        case .changed: break
        case .begins(let id, let found, let content, let from, _):
            begin(id, found.path, content, from: from)
        case .beginsAnew(let id, _, let found, let content, _): begin(id, found.path, content, from: 0)
        case .copies(let id, let found, let content, let original, _):
            var file = File(id: id, path: found.path, seen: disk.now, evidence: Evidence(content.place))
            file.original = original
            compared[Place(found.facts)] = (original, content.size ?? 0)
            enlist(file)
        case .waits(let found, let original, let common):
            suspects.insert(found.path)
            compared[Place(found.facts)] = (original, common)
        case .mustBeCut(let id): cut(id)
        }
    }

    private func begin(_ id: FileID, _ path: String, _ content: ModelContent, from: Int) {
        var file = File(id: id, path: path, seen: disk.now, evidence: Evidence(content.place))
        if let head = content.head() { file.evidence.head = head }
        (file.position, file.settled) = (from, from)
        if from > 0 { file.evidence = evidence(file.evidence, content.node.units, at: from) }
        enlist(file)
        open(id, content.node)
    }

    private func touched(_ id: FileID) {
        guard let file = files[id] else { return }
        if file.original != nil {
            files[id] = nil
            book.remove(id)
        } else if let node = nodes[id], node.units.count * 16 < file.largest || node.units.count * 16 < file.position {
            cut(id)
        } else if nodes[id] == nil, file.isFinished {
            book.remove(id)
        }
        update(id) { lookAtHead(&$0) }
        if let node = nodes[id] { files[id]?.largest = node.units.count * 16 }
    }

    private func update(_ id: FileID, _ body: (inout File) -> Void) {
        guard var file = files[id] else { return }
        body(&file)
        files[id] = file
    }

    private func cut(_ id: FileID) {
        guard let node = nodes[id] else { return }
        cuts += 1
        if isTold { history.append("\(disk.now) cut \(id)") }
        let entry = book.entries[id]
        disk.open(node)
        defer { disk.close(node) }
        leavePlace(id)
        book.remove(id)
        missing.insert(id)
        for copy in files.values where copy.original == id {
            files[copy.id] = nil
            book.remove(copy.id)
        }
        guard let entry, node.links > 0 else { return }
        nextID += 1
        let next = FileID(number: nextID)
        book.add(next, entry.path, ModelContent.facts(of: node), isNamed: entry.isNamed)
        begin(next, entry.path, ModelContent(node), from: 0)
    }

    private func leavePlace(_ id: FileID) {
        update(id) { file in
            file.isCut = true
            (file.evidence.device, file.evidence.inode, file.evidence.born) = (0, 0, nil)
        }
        if var last = kept[id] {
            (last.device, last.inode, last.born) = (0, 0, nil)
            kept[id] = last
        }
        close(id)
    }
}
