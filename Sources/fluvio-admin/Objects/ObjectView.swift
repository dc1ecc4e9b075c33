import FluvioClient
import FluvioProtocol
import ToolSupport

/// A kind of object as this tool shows it.
protocol ObjectView: Sendable {
    associatedtype Spec: ObjectSpec
    static var type: ObjectType<Spec> { get }
    /// What the official tools write of one: a name, what it is to be, what it is.
    static func value(_ object: Metadata<Spec>) -> ObjectValue
    /// One line an object.
    static func table(_ objects: [Metadata<Spec>]) -> ObjectTable
    /// What `-O name` writes of an object's tree.
    static func name(_ value: ObjectValue) -> String?
    /// Whether it is one of those that this view is of.
    static func isShown(_ spec: Spec) -> Bool
    /// Whether the SC does not let the kind be watched, so that a watch must ask now and then.
    static var isPolled: Bool { get }
}

extension ObjectView {
    static func name(_ value: ObjectValue) -> String? { ObjectOutput.nameMember(value) }
    static func isShown(_: Spec) -> Bool { true }
    static var isPolled: Bool { false }
}
