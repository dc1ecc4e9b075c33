import TestSupport
import Unix

@testable import FileSource

// What it sees.
extension ModelSource {
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

    func between() { if Int.random(in: 0..<8, using: &random) == 0 { disk.step() } }

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
        for id in files.keys.sorted() { lookAtHead(of: id) }
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
                id: file.id, family: file.family, evidence: file.evidence, position: file.position, state: state,
                isLive: file.path == file.family, facts: { [self] in nodes[file.id].map(ModelContent.facts) }
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
        case .isLost(let id, let isAgain): "\(id.number) is lost\(isAgain ? ", and is sent again" : "")"
        case .isUnreadable(_, let found, _): "unreadable \(found.path)"
        case .changed(let change): "\(change)"
        case .isReplaced(let id, let found, _, let common, _): "\(id.number) is replaced by \(found.path), \(common)"
        case .begins(let id, let found, _, _): "\(id.number) begins \(found.path)"
        case .beginsAnew(let id, let before, let found, _, _): "\(id.number) after \(before.number) \(found.path)"
        case .copies(_, let found, _, let id, _): "\(found.path) is a copy of \(id.number)"
        case .waits(let found, let id, let common): "\(found.path) waits, of \(id.number), \(common)"
        case .mustBeCut(let id): "\(id.number) must be cut"
        }
    }
}
