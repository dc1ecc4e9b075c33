/// An object of the SC: its name, what it is to be and what it is.
public struct Metadata<Spec: ObjectSpec>: Equatable, Sendable {
    /// Unique in its kind.
    public var name: String
    /// What it is to be.
    public var spec: Spec
    /// What it is at the moment. The SC alone changes it.
    public package(set) var status: Spec.Status

    package init(name: String, spec: Spec, status: Spec.Status) {
        self.name = name
        self.spec = spec
        self.status = status
    }
}

extension Metadata: WireCodable where Spec: WireSpec {
    package init() { self.init(name: "") }

    package init(name: String, spec: Spec = Spec()) { self.init(name: name, spec: spec, status: Spec.Status()) }

    package mutating func code<C: WireCoder>(with coder: inout C) throws(WireError) {
        try coder.code(&name)
        try coder.code(&spec)
        try coder.code(&status)
    }
}

/// What an object is called among those of its kind.
public struct ObjectName: Hashable, Sendable {
    /// Its kind.
    public let kind: ObjectKind
    /// Its name.
    public let name: String

    package init(_ kind: ObjectKind, _ name: String) {
        self.kind = kind
        self.name = name
    }
}

extension Metadata {
    /// The object that it goes with, as its name tells: of a partition the topic, of a managed SPU the SPU group. It
    /// cannot be changed or deleted but through that one.
    public var owner: ObjectName? { Spec.owner(of: self) }
    /// Fluvio's word for how it is, such as `Provisioned` or `Online`; nil where the kind has none.
    public var statusWord: String? { Spec.statusWord(of: self) }
}

extension Metadata where Spec == PartitionSpec {
    /// The topic and the number that the name says; nil if it is not the name of a partition.
    public var key: ReplicaKey? { ReplicaKey(name: name) }
}
