/// One item of a watch: all objects, or the changes since the item before. If ``all`` is not empty, clients take it and
/// ignore ``changes``; if both are empty, nothing is said.
public struct MetadataUpdate<Spec: ObjectSpec>: Equatable, Sendable {
    /// Counts the changes of the kind's store.
    public var epoch: Int64 = 0
    /// What changed; nothing if all objects are told.
    public var changes: [MetadataChange<Spec>] = []
    /// All objects; none if only changes are told.
    public var all: [Metadata<Spec>] = []

    package init(epoch: Int64, changes: [MetadataChange<Spec>] = [], all: [Metadata<Spec>] = []) {
        self.epoch = epoch
        self.changes = changes
        self.all = all
    }
}

extension MetadataUpdate: WireCodable where Spec: WatchableSpec {
    package init() { self.init(epoch: 0) }

    package mutating func code<C: WireCoder>(with coder: inout C) throws(WireError) {
        try coder.codeEnvelope(Spec.kind.rawValue) { coder throws(WireError) in
            try coder.code(&epoch)
            try coder.code(&changes)
            try coder.code(&all)
        }
    }
}

/// A change of one object. A deleted object comes with its last spec and status.
public enum MetadataChange<Spec: ObjectSpec>: Equatable, Sendable {
    /// New or changed: the whole object.
    case update(Metadata<Spec>)
    case delete(Metadata<Spec>)

    /// The object, whatever became of it.
    public var object: Metadata<Spec> {
        switch self {
        case .update(let object), .delete(let object): object
        }
    }
}

extension MetadataChange: WireCodable where Spec: WatchableSpec {
    package init() { self = .update(Metadata()) }

    package mutating func code<C: WireCoder>(with coder: inout C) throws(WireError) {
        let at = coder.position
        let tag: UInt8 = if case .update = self { 0 } else { 1 }
        switch try coder.codeTag(tag) {
        case 0: self = .update(try coder.payload(object))
        case 1: self = .delete(try coder.payload(object))
        case let tag: throw WireError(.unknownTag(type: "MetadataChange", tag: Int(tag)), at: at)
        }
    }
}
