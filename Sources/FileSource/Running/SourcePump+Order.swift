import ToolSupport
import Unix

// Which file comes after which: those that rotation makes of one keep the order of their lines.
extension SourcePump {
    /// For so long, in milliseconds, a file waits for what an older one turns out to be.
    private static let patienceForSuspects: Int64 = 30_000

    /// A file becomes known. It waits for the one before it of the same family.
    func enlist(_ file: SourceFile) {
        // No two at the same time, as it says which of them came before.
        if file.record.seen == 0 { file.record.seen = max(Moment.present, lastSeen + 1) }
        lastSeen = max(lastSeen, file.record.seen)
        let family = file.family
        familySince[family] = min(familySince[family] ?? file.record.seen, file.record.seen)
        files[file.id] = file
        guard file.isLasting else { return }
        guard let before = families[family], let other = files[before], other.record.state != .finished else {
            families[family] = file.id
            return
        }
        if let next = firstBehind(file, from: other) {
            // It was found late, and nothing of what is newer has been sent.
            file.predecessor = next.predecessor
            file.record.seen = next.record.seen - 1
            next.predecessor = file.id
        } else {
            file.predecessor = before
            families[family] = file.id
        }
    }

    /// The first of the files that come after this one, from the last of its family backwards: those of which nothing was
    /// sent, and that are newer.
    private func firstBehind(_ file: SourceFile, from last: SourceFile) -> SourceFile? {
        var found: SourceFile?
        var other: SourceFile? = last
        while let one = other, !one.hasBegun, isOlder(file.record.path, file.facts.modified, than: one) {
            found = one
            other = one.predecessor.flatMap { files[$0] }
        }
        return found
    }

    /// For so long nothing must have come to a record of several lines at the end of a file that was rotated, once there
    /// are lines in the one in its place: who writes there is done with it.
    private var patienceForLines: Duration { min(options.groupTimeout ?? .seconds(1), options.closeAfter) }

    /// Whether what comes here waits for a record of several lines at the end of the rotated file before, of which more may
    /// come. Who goes on writing there is not waited for longer than for it to be closed.
    func holdsBack(_ file: SourceFile, _ reader: FileReader, _ before: SourceFile) throws -> Bool {
        // Half a row is none, whoever waits.
        guard options.format != .csv, before.record.state == .rotated, let other = before.reader, other.endsInGroup,
            !before.isFinished
        else { return false }
        guard try hasMore(reader, file) else { return true }
        let now = MonotonicTime.now
        let since = before.successorSince ?? now
        before.successorSince = since
        if now - max(before.quietSince, since) >= patienceForLines { return readEnd(of: before) }
        return now - since < options.closeAfter
    }

    /// Whether nothing of a file may be sent yet, as it is not known what an older one of its family is: it may be a copy,
    /// or have lines that come first.
    func waitsForSuspects(_ file: SourceFile) -> Bool {
        guard !suspects.isEmpty, !file.hasBegun, Moment.present - file.record.seen < Self.patienceForSuspects else {
            return false
        }
        return suspects.contains { path, suspect in
            family(of: path) == file.family && isOlder(path, suspect.modified, than: file)
        }
    }

    /// Whether more has come in what was before a file, and is to be read first. What has no name any more nobody tells of.
    func hasLateLines(before file: SourceFile) -> Bool {
        var next = file.predecessor
        var hasMore = false
        while let before = next, let other = files[before] {
            if let reader = other.reader, let facts = try? Unix.facts(of: reader.descriptor),
                grows(other, reader, facts)
            {
                hasMore = true
            }
            next = other.predecessor
        }
        return hasMore
    }

    /// Whether a file that was rotated is not as it was when it was looked at last: it is read on.
    func grows(_ file: SourceFile, _ reader: FileReader, _ facts: Unix.FileFacts) -> Bool {
        guard file.record.state == .rotated,
            facts.size != file.facts.size || facts.modified != file.facts.modified
        else { return false }
        // Its name may not be one that is looked at.
        if file.sighting.look(facts, isSame: { file.isInPlace }), reader.isPlain {
            cut(file)
        } else {
            file.quietSince = .now
            (file.isDrained, file.isEnding, file.isFlushed, file.isFinished) = (false, false, false, false)
            wake(file.id)
        }
        return true
    }

    /// Whether a file that rotation has moved away was written before another one of its family.
    private func isOlder(_ path: String, _ modified: Int64, than file: SourceFile) -> Bool {
        guard path != file.family else { return false }
        if file.record.path == file.family { return true }
        return modified == file.facts.modified
            ? RotationName.isOlder(path, file.record.path) : modified < file.facts.modified
    }
}
