/// The kinds of object that the SC keeps, under their labels on the wire (protocol: type envelope).
public enum ObjectKind: String, CaseIterable, Sendable {
    case topic = "Topic"
    case partition = "Partition"
    case spu = "SPU"
    case customSpu = "CustomSpu"
    case spuGroup = "SpuGroup"
    case smartModule = "SmartModule"
    case tableFormat = "TableFormat"
    case mirror = "Mirror"

    /// The type of the kind's spec, for code that is generic over it.
    package var specType: any WireSpec.Type {
        switch self {
        case .topic: TopicSpec.self
        case .partition: PartitionSpec.self
        case .spu: SpuSpec.self
        case .customSpu: CustomSpuSpec.self
        case .spuGroup: SpuGroupSpec.self
        case .smartModule: SmartModuleSpec.self
        case .tableFormat: TableFormatSpec.self
        case .mirror: MirrorSpec.self
        }
    }
}

/// What an object is to be.
public protocol ObjectSpec: Equatable, Sendable {
    /// What the object is at the moment.
    associatedtype Status: Equatable, Sendable
    /// The kind of object.
    static var kind: ObjectKind { get }
    /// The object that one goes with.
    static func owner(of object: Metadata<Self>) -> ObjectName?
    /// The names that stand for one.
    static func names(of object: Metadata<Self>) -> [String]
    /// Fluvio's word for how it is; nil where the kind has none.
    static func statusWord(of object: Metadata<Self>) -> String?
    /// The SPUs that have to do with it.
    static func spus(of object: Metadata<Self>) -> [Int32]
    /// Whether it belongs to the cluster.
    static func isSystem(_ object: Metadata<Self>) -> Bool
}

extension ObjectSpec {
    /// None.
    public static func owner(of object: Metadata<Self>) -> ObjectName? { nil }
    /// The object's name alone.
    public static func names(of object: Metadata<Self>) -> [String] { [object.name] }
    /// None.
    public static func statusWord(of object: Metadata<Self>) -> String? { nil }
    /// None.
    public static func spus(of object: Metadata<Self>) -> [Int32] { [] }
    /// No.
    public static func isSystem(_ object: Metadata<Self>) -> Bool { false }
}

extension TopicSpec {
    /// Its resolution.
    public static func statusWord(of object: Metadata<Self>) -> String? { object.status.resolution.word }
    /// Those that hold it.
    public static func spus(of object: Metadata<Self>) -> [Int32] { object.status.replicaMap.values.flatMap { $0 } }
    /// Whether its spec says so.
    public static func isSystem(_ object: Metadata<Self>) -> Bool { object.spec.system }
}

extension PartitionSpec {
    /// Its topic.
    public static func owner(of object: Metadata<Self>) -> ObjectName? {
        object.key.map { ObjectName(.topic, $0.topic) }
    }
    /// Its own, and its topic's.
    public static func names(of object: Metadata<Self>) -> [String] {
        [object.name] + (object.key.map { [$0.topic] } ?? [])
    }
    /// Its resolution.
    public static func statusWord(of object: Metadata<Self>) -> String? { object.status.resolution.word }
    /// Those that hold it.
    public static func spus(of object: Metadata<Self>) -> [Int32] { object.spec.replicas + [object.spec.leader] }
    /// Whether its spec says so.
    public static func isSystem(_ object: Metadata<Self>) -> Bool { object.spec.system }
}

extension SpuSpec {
    /// The group of a managed one, which is named `GROUP-NUMBER`.
    public static func owner(of object: Metadata<Self>) -> ObjectName? {
        guard object.spec.spuType == .managed, let dash = object.name.lastIndex(of: "-") else { return nil }
        return ObjectName(.spuGroup, String(object.name[..<dash]))
    }
    /// Its resolution.
    public static func statusWord(of object: Metadata<Self>) -> String? { object.status.resolution.word }
    /// Those that hold it.
    public static func spus(of object: Metadata<Self>) -> [Int32] { [object.spec.id] }
}

extension CustomSpuSpec {
    /// Its resolution.
    public static func statusWord(of object: Metadata<Self>) -> String? { object.status.resolution.word }
    /// Those that hold it.
    public static func spus(of object: Metadata<Self>) -> [Int32] { [object.spec.id] }
}

extension SpuGroupSpec {
    /// Its resolution.
    public static func statusWord(of object: Metadata<Self>) -> String? { object.status.resolution.word }
}

extension TableFormatSpec {
    /// Its resolution.
    public static func statusWord(of object: Metadata<Self>) -> String? { object.status.resolution.word }
}

extension SmartModuleSpec {
    /// Those of the package, too, as far as they are said: `NAME`, `GROUP/NAME`, `GROUP/NAME@VERSION`.
    public static func names(of object: Metadata<Self>) -> [String] {
        guard let package = object.spec.metadata?.package else { return [object.name] }
        let full = "\(package.group)/\(package.name)"
        return [object.name, package.name, full, "\(full)@\(package.version)"]
    }
}

// MARK: - On the wire

/// A spec as messages carry it. Every kind can be listed; what else can be done with it, the other protocols say.
package protocol WireSpec: ObjectSpec, WireCodable where Status: WireCodable {}

/// A kind that can be watched: all but CustomSpu and Mirror, for which the official SC closes the connection.
package protocol WatchableSpec: WireSpec {}

/// A kind that can be created.
package protocol CreatableSpec: WireSpec {
    /// The number that stands for the kind in a create request below version 11.
    static var createTag: UInt8 { get }
}

/// A kind that can be deleted, and that an update request may name (the official SC updates topics alone).
package protocol DeletableSpec: WireSpec {
    /// How a delete request names the object.
    associatedtype Key: WireCodable, Equatable, Sendable = String
    /// What an update request asks for.
    associatedtype UpdateAction: WireCodable, Equatable, Sendable = String
}
