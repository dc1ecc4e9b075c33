import FluvioProtocol
import FluvioTransport

/// A stream of changes that a client asked for.
struct Watcher: Sendable {
    let connection: ServedConnection
    let correlationID: Int32
    let version: Int16
    let kind: ObjectKind
    /// Leaves out what makes SmartModules long.
    let summary: Bool
    /// The epoch of its store up to which it knows everything.
    var seen: Int64

    /// While so many bytes wait for the client to take them, it is told nothing. What changes meanwhile it gets at once
    /// afterwards, each object once: a client that never reads costs no more than this and one update.
    static let lowWaterMark = 256 * 1024

    /// Whether it can be told something now.
    var isReady: Bool { connection.queuedBytes < Self.lowWaterMark }

    /// What makes the frames of two watchers equal but for the correlation id.
    struct Sort: Hashable {
        let kind: ObjectKind
        let version: Int16
        let summary: Bool
        let seen: Int64
    }

    var sort: Sort { Sort(kind: kind, version: version, summary: summary, seen: seen) }
}

extension Registry {
    /// The kinds in the order in which a client should hear of their changes: whoever sees a topic finds its
    /// partitions, whoever sees a partition finds its server.
    static let pushOrder: [ObjectKind] = [.spu, .partition, .topic, .spuGroup, .smartModule, .tableFormat]

    /// Counts the changes of the kind's store; nil: the kind cannot be watched.
    func epoch(_ kind: ObjectKind) -> Int64? {
        switch kind {
        case .topic: topics.epoch
        case .partition: partitions.epoch
        case .spu: spus.epoch
        case .spuGroup: spuGroups.epoch
        case .smartModule: smartModules.epoch
        case .tableFormat: tableFormats.epoch
        case .customSpu, .mirror: nil
        }
    }

    /// The frame that brings a watcher up to date; `first`: it gets all objects.
    func frame(for watcher: Watcher, first: Bool) throws(WireError) -> [UInt8] {
        switch watcher.kind {
        case .topic: try frame(TopicSpec.self, watcher, first)
        case .partition: try frame(PartitionSpec.self, watcher, first)
        case .spu: try frame(SpuSpec.self, watcher, first)
        case .spuGroup: try frame(SpuGroupSpec.self, watcher, first)
        case .smartModule: try frame(SmartModuleSpec.self, watcher, first)
        case .tableFormat: try frame(TableFormatSpec.self, watcher, first)
        case .customSpu, .mirror: throw WireError(.unknownLabel(watcher.kind.rawValue), at: 0)
        }
    }

    private func frame<Spec: StoredSpec & WatchableSpec>(
        _: Spec.Type, _ watcher: Watcher, _ first: Bool
    ) throws(WireError) -> [UInt8] {
        let store = Spec.store(in: self)
        let show = { Spec.shown($0, version: watcher.version, summary: watcher.summary) }
        var update = MetadataUpdate<Spec>(epoch: store.epoch)
        if first {
            update.all = store.objects.map(show)
        } else {
            update.changes = store.changes(since: watcher.seen).map { change in
                switch change {
                case .update(let object): .update(show(object))
                case .delete(let object): .delete(show(object))
                }
            }
        }
        return try update.responseFrame(version: watcher.version, correlationID: watcher.correlationID)
    }

    /// Forgets what went before every watcher of a kind had seen it; `seen` is the earliest epoch of any of them.
    mutating func forgetDeletions(_ kind: ObjectKind, through seen: Int64) {
        switch kind {
        case .topic: topics.forgetDeletions(through: seen)
        case .partition: partitions.forgetDeletions(through: seen)
        case .spu: spus.forgetDeletions(through: seen)
        case .spuGroup: spuGroups.forgetDeletions(through: seen)
        case .smartModule: smartModules.forgetDeletions(through: seen)
        case .tableFormat: tableFormats.forgetDeletions(through: seen)
        case .customSpu, .mirror: break
        }
    }
}
