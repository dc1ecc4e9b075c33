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
            update(id) { file in
                if let head = content.head(), head.length > file.evidence.head.length { file.evidence.head = head }
            }
            sizes[id] = content.node.units.count * 16
            lookAtHead(of: id)
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
            sizes[id] = content.node.units.count * 16
        case .isLost(let id):
            guard let file = files[id] else { return }
            missing.remove(id)
            files[id]?.isGone = true
            let isKnown = !file.isCut || file.evidence.head.length > 0
            if isKnown { told += max(0, max(file.largest, file.evidence.size) - file.position) }
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

    func begin(_ id: FileID, _ path: String, _ content: ModelContent, from: Int) {
        var file = File(id: id, path: path, seen: disk.now, evidence: Evidence(content.place))
        if let head = content.head() { file.evidence.head = head }
        (file.position, file.settled) = (from, from)
        if from > 0 { file.evidence = evidence(file.evidence, content.node.units, at: from) }
        sizes[id] = content.node.units.count * 16
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
        let size = node.units.count * ModelDisk.unit
        let isShorter = size < sizes[id, default: 0]
        sizes[id] = size
        files[id]?.largest = max(file.largest, size)
        if isShorter { return cut(id) }
        between()
        lookAtHead(of: id)
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
        begin(next, entry.path, ModelContent(node), from: 0)
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
