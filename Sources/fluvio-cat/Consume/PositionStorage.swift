import FluvioClient
import Synchronization
import ToolSupport
import Unix

/// A ``PositionFile`` that is opened by one thread and used by another, later.
final class SharedFile: Sendable {
    private let file: Mutex<PositionFile>

    init(_ file: consuming sending PositionFile) { self.file = Mutex(file) }

    var entries: [String: [UInt32: PositionFile.Entry]] { file.withLock { $0.entries } }

    func entry(of slot: Slot) -> PositionFile.Entry? { entries[slot.topic]?[slot.partition] }

    /// Keeps entries, on the disk.
    func write(_ changes: [(Slot, PositionFile.Entry)]) throws {
        let changes = changes.map { ($0.topic, $0.partition, $1) }
        try file.withLock { file in
            for (topic, partition, entry) in changes { file.keep(entry, topic: topic, partition: partition) }
            try file.write()
        }
    }
}

/// Stores how far partitions are written: in a file, on the servers, in both, or not at all. Lives on the thread that
/// writes.
final class PositionStorage {
    private let server: ServerPositions?
    private let file: SharedFile?
    private let files: PartitionFile.Settings?
    private let interval: Duration
    private let diagnostics: Diagnostics
    private var last = MonotonicTime.now
    /// Paths of files in use.
    private var paths: Set<String> = []

    init(_ options: ConsumeOptions, server: ServerPositions?, file: SharedFile?, _ diagnostics: Diagnostics) {
        self.server = server
        self.file = file
        self.diagnostics = diagnostics
        interval = options.commitEvery
        files = options.out.map {
            PartitionFile.Settings($0, rotateSize: options.rotateSize, rotateAfter: options.rotateAfter)
        }
    }

    /// Positions are stored, or files are.
    var isWanted: Bool { server != nil || file != nil || files != nil }

    /// Gives a slot the file that its records go to.
    ///
    /// - Parameter start: where the partition begins to be read.
    func prepare(_ slot: Slot, from start: Int64?, _ reader: inout ChunkReader) throws {
        let entry = file?.entry(of: slot)
        // Who reads again from an earlier offset wants to see the records again.
        if let entry, start == entry.next { reader.expect(entry.seen, in: slot.partition) }
        slot.stored = entry?.next
        slot.written = entry?.next
        guard let files else { return }
        let target = PartitionFile(files) { [weak self] slot, kept, offset in try self?.announce(slot, kept, offset) }
        if let kept = entry?.file { try target.resume(kept, diagnostics) }
        slot.file = target
    }

    /// Writes down that from an offset on a partition goes to another file, which is empty.
    private func announce(_ slot: Slot, _ kept: PartitionFile.Kept, _ offset: Int64) throws {
        guard paths.insert(kept.path).inserted else {
            throw ToolError("\(kept.path) would be the file of several partitions: {topic} or {partition} is missing")
        }
        // What was seen before is better than nothing, until more is stored.
        let seen = file?.entry(of: slot)?.seen ?? []
        try file?.write([(slot, PositionFile.Entry(next: offset, file: kept, seen: seen))])
        slot.written = offset
        slot.stored = offset
    }

    /// Makes files anew that were moved away, or removed: what was written is in the old ones.
    func renewFiles(_ sources: [Source]) throws {
        for slot in slots(of: sources) {
            guard let target = slot.file, let next = slot.appended, try target.isMoved else { continue }
            if let path = target.kept?.path { paths.remove(path) }
            try target.begin(slot, at: next)
        }
        // They are a beginning: what was stored before speaks of the old ones.
        _ = try store(sources)
    }

    /// When something is to be stored next; nil: nothing.
    func nextTime(_ sources: [Source]) -> MonotonicTime? {
        isWanted && slots(of: sources).contains { $0.appended ?? -1 > $0.stored ?? -1 }
            ? last + interval : nil
    }

    /// Stores what is written, if it is time.
    func storeIfDue(_ sources: [Source], _ output: inout RecordOutput) throws {
        guard isWanted, MonotonicTime.now - last >= interval, server?.isIdle ?? true else { return }
        last = .now
        output.settle()
        let positions = try store(sources)
        if let server, !positions.isEmpty { try server.begin(positions) }
    }

    /// Stores what is written, for the last time. The servers' part is handed back.
    func last(_ sources: [Source]) throws -> ServerPositions.Positions {
        guard isWanted else { return [] }
        return try store(sources)
    }

    private func slots(of sources: [Source]) -> [Slot] { sources.flatMap { $0.slots.values } }

    private func store(_ sources: [Source]) throws -> ServerPositions.Positions {
        if files != nil {
            for slot in slots(of: sources) {
                // Where writing failed within a chunk, what is sure may be ahead of the last whole one: a new file.
                guard let appended = slot.appended, appended > slot.written ?? -1 else { continue }
                try slot.file?.flush()
                slot.written = appended
            }
        }
        let dirty = slots(of: sources).filter(\.isDirty)
        guard !dirty.isEmpty else { return [] }
        try file?.write(
            sources.flatMap { source in
                source.slots.values.filter(\.isDirty).compactMap { slot in entry(of: slot, source).map { (slot, $0) } }
            })
        var positions: ServerPositions.Positions = []
        for source in sources {
            let changed = source.slots.compactMapValues { $0.isDirty ? $0.written : nil }
            if server != nil, !changed.isEmpty { positions.append((source.consumer, changed)) }
        }
        for slot in dirty { slot.stored = slot.written }
        return positions
    }

    /// What the file keeps of a slot.
    private func entry(of slot: Slot, _ source: Source) -> PositionFile.Entry? {
        guard let next = slot.written else { return nil }
        var entry = PositionFile.Entry(next: next, file: slot.file?.kept)
        // What the reader has seen goes as far as it has read, so it holds only where all of that is written.
        if slot.isWhole, slot.written == slot.appended { entry.seen = source.reader.seen(in: slot.partition) }
        return entry
    }
}
