import FluvioProtocol

/// The objects of one kind, and which of them changed since when.
struct ObjectStore<Spec: WireSpec>: Sendable {
    /// An object with what is kept beside it.
    struct Entry: Sendable {
        var object: Metadata<Spec>
        var history: ObjectHistory
        /// The epoch that its last change began.
        fileprivate(set) var changed: Int64
    }

    /// Counts the changes. It begins at 1, as the official one does.
    private(set) var epoch: Int64 = 1
    private var entries: [String: Entry] = [:]
    /// By rising epochs; only those that some watcher may not know of.
    private var deletions: [(epoch: Int64, object: Metadata<Spec>)] = []

    var count: Int { entries.count }

    /// Sorted by name, for answers that can be compared.
    var objects: [Metadata<Spec>] {
        unsorted.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    }

    /// In no order, which is cheaper.
    var unsorted: some Sequence<Metadata<Spec>> { entries.values.lazy.map(\.object) }

    subscript(name: String) -> Metadata<Spec>? { entries[name]?.object }

    /// The object with its history, as it goes into its file.
    func entry(_ name: String) -> Entry? { entries[name] }

    /// Adds or replaces an object. To put what is there already changes nothing.
    mutating func put(_ object: Metadata<Spec>, history: ObjectHistory? = nil) {
        let old = entries[object.name]
        let history = history ?? old?.history ?? ObjectHistory(id: object.name)
        guard old?.object != object else {
            entries[object.name]?.history = history
            return
        }
        epoch += 1
        entries[object.name] = Entry(object: object, history: history, changed: epoch)
    }

    mutating func remove(_ name: String) {
        guard let entry = entries.removeValue(forKey: name) else { return }
        epoch += 1
        deletions.append((epoch, entry.object))
    }

    /// Forgets which objects went up to an epoch that all watchers have seen.
    mutating func forgetDeletions(through seen: Int64) {
        deletions.removeAll { $0.epoch <= seen }
    }
}

extension ObjectStore where Spec: WatchableSpec {
    /// What brings a watcher from an epoch to the present: each object at most once as it is now, and before all of
    /// them the objects that went, or an object that was made again would go.
    func changes(since seen: Int64) -> [MetadataChange<Spec>] {
        var gone: [String: Metadata<Spec>] = [:]
        for deletion in deletions where deletion.epoch > seen { gone[deletion.object.name] = deletion.object }
        let deletes = gone.values.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
        let updates = entries.values.filter { $0.changed > seen }.sorted { $0.changed < $1.changed }
        return deletes.map(MetadataChange.delete) + updates.map { MetadataChange.update($0.object) }
    }
}
