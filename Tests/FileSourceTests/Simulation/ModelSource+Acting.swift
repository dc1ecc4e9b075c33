import TestSupport
import Unix

@testable import FileSource

// What it does about what was decided.
extension ModelSource {
    func act(on decision: Recognition<ModelContent>.Decision) {
        switch decision {
        case .opens(let id, let found, let content, _):
            files[id]?.path = found.path
            files[id]?.isFinished = false
            missing.remove(id)
            open(id, content.node)
            let isKnown = files[id].map { $0.evidence.head.length > 0 } ?? false
            let now = ModelContent.facts(of: content.node)
            update(id) { file in
                if let head = content.head(), head.length > file.evidence.head.length { file.evidence.head = head }
            }
            let size = content.size.map { isKnown ? $0 : now.size }
            between()
            files[id]?.sighting.move(ModelContent.facts(of: content.node), size: size)
            lookAtHead(of: id)
        case .rests(let id, let found, _):
            files[id]?.path = found.path
            files[id]?.sighting.move(found.facts, size: nil)
        case .wasCut(let id, _): leavePlace(id)
        case .goesOn(let id, let found, let content, _), .isReplaced(let id, let found, let content, _, _):
            files[id]?.path = found.path
            update(id) { file in
                (file.evidence.device, file.evidence.inode) = (1, content.node.number)
                file.evidence.born = content.node.born
                (file.isFinished, file.isGone, file.isCut) = (false, false, false)
            }
            missing.remove(id)
            open(id, content.node)
            files[id]?.sighting.move(ModelContent.facts(of: content.node), size: content.size)
        case .isLost(let id, let isAgain):
            guard let file = files[id] else { return }
            missing.remove(id)
            files[id]?.isGone = true
            if isAgain { files[id] = nil }
            // It is known by all that it had, or by enough: else what has its name may well be another file.
            let isProved = file.evidence.head.length >= min(Head.longest, file.sighting.largest)
            if disk.mode == .replacements, file.evidence.head.length < Head.longest {
                resent.formUnion(topic.filter { $0.id == id }.map(\.line))
            }
            if isAgain || disk.mode == .replacements && !isProved { return }
            told += file.sighting.lost(behind: file.position, file.evidence.head, isCut: file.isCut)
        case .isUnreadable: break
        case .changed(.renamed(let id, _, let path)): files[id]?.path = path
        case .changed(.touched(let id)): touched(id)
        case .changed: break
        case .begins(let id, let found, let content, _), .beginsAnew(let id, _, let found, let content, _):
            begin(id, found.path, content)
        case .copies(let id, let found, let content, let original, _):
            var file = File(
                id: id, path: found.path, seen: disk.now, evidence: Evidence(content.place),
                sighting: Sighting(content.place))
            file.original = original
            compared[Place(found.facts)] = (original, content.size ?? 0)
            enlist(file)
        case .waits(let found, let original, let common):
            suspects.insert(found.path)
            compared[Place(found.facts)] = (original, common)
        case .mustBeCut(let id): cut(id)
        }
    }

    func begin(_ id: FileID, _ path: String, _ content: ModelContent) {
        let head = content.head()
        let facts = ModelContent.facts(of: content.node)
        var file = File(
            id: id, path: path, seen: disk.now, evidence: Evidence(facts), sighting: Sighting(facts))
        if let head { file.evidence.head = head }
        enlist(file)
        open(id, content.node)
    }

    private func touched(_ id: FileID) {
        guard let file = files[id] else { return }
        if file.original != nil {
            files[id] = nil
            book.remove(id)
            return
        }
        guard let node = nodes[id] else {
            if file.isFinished { book.remove(id) }
            return
        }
        let isShorter = files[id]?.sighting.look(ModelContent.facts(of: node)) { isInPlace(file, node) }
        if isShorter == true { return cut(id) }
        between()
        lookAtHead(of: id)
    }

    private func isInPlace(_ file: File, _ node: ModelDisk.Node) -> Bool {
        let (head, mark) = (file.evidence.head, file.evidence.markLength)
        if head.length > 0, file.position == 0 {
            return ModelContent.number(of: head.length, before: head.length, in: node.units) == head.number
        }
        return ModelContent.number(of: mark, before: file.position, in: node.units) == file.evidence.mark
    }

    private func update(_ id: FileID, _ body: (inout File) -> Void) {
        guard var file = files[id] else { return }
        body(&file)
        files[id] = file
    }

    func cut(_ id: FileID) {
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
        begin(next, entry.path, ModelContent(node))
    }

    func leavePlace(_ id: FileID) {
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
