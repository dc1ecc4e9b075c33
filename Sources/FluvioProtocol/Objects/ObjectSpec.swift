/// The kinds of object that the SC keeps, under their labels on the wire (protocol: type envelope).
package enum ObjectKind: String, CaseIterable, Sendable {
    case topic = "Topic"
    case partition = "Partition"
    case spu = "SPU"
    case customSpu = "CustomSpu"
    case spuGroup = "SpuGroup"
    case smartModule = "SmartModule"
    case tableFormat = "TableFormat"
    case mirror = "Mirror"

    /// The type of the kind's spec, for code that is generic over it.
    package var specType: any ObjectSpec.Type {
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

/// What an object is to be. Every kind can be listed; what else can be done with it, the other protocols say.
package protocol ObjectSpec: WireCodable, Equatable, Sendable {
    /// What the object is at the moment.
    associatedtype Status: WireCodable, Equatable, Sendable
    static var kind: ObjectKind { get }
}

/// A kind that can be watched: all but CustomSpu and Mirror, for which the official SC closes the connection.
package protocol WatchableSpec: ObjectSpec {}

/// A kind that can be created.
package protocol CreatableSpec: ObjectSpec {
    /// The number that stands for the kind in a create request below version 11.
    static var createTag: UInt8 { get }
}

/// A kind that can be deleted, and that an update request may name (the official SC updates topics alone).
package protocol DeletableSpec: ObjectSpec {
    /// How a delete request names the object.
    associatedtype Key: WireCodable, Equatable, Sendable = String
    /// What an update request asks for.
    associatedtype UpdateAction: WireCodable, Equatable, Sendable = String
}

/// Names a kind where the type follows from it: `WatchRequest(.topic)` is a `WatchRequest<TopicSpec>`.
package struct ObjectType<Spec: ObjectSpec>: Sendable {
    init() {}
}

extension ObjectType where Spec == TopicSpec { package static var topic: Self { Self() } }
extension ObjectType where Spec == PartitionSpec { package static var partition: Self { Self() } }
extension ObjectType where Spec == SpuSpec { package static var spu: Self { Self() } }
extension ObjectType where Spec == CustomSpuSpec { package static var customSpu: Self { Self() } }
extension ObjectType where Spec == SpuGroupSpec { package static var spuGroup: Self { Self() } }
extension ObjectType where Spec == SmartModuleSpec { package static var smartModule: Self { Self() } }
extension ObjectType where Spec == TableFormatSpec { package static var tableFormat: Self { Self() } }
extension ObjectType where Spec == MirrorSpec { package static var mirror: Self { Self() } }
