/// Asks for the objects of a kind.
package struct ListRequest<Spec: WireSpec>: WireRequest, Equatable {
    package typealias Response = ListResponse<Spec>
    package static var apiKey: UInt16 { ControllerAPI.list.rawValue }
    package static var versions: ClosedRange<Int16> { LocalVersions.envelope...LocalVersions.controller }

    /// Any of them must be part of the name; none: all objects. For SmartModules `[GROUP/]NAME[@VERSION]`; ignored for
    /// partitions and mirrors.
    package var nameFilters: [String] = []
    /// Leaves out the code of SmartModules.
    package var summary = false
    /// System topics and partitions only; else all but these.
    package var system = false

    package init() {}

    package init(nameFilters: [String] = [], summary: Bool = false, system: Bool = false) {
        self.nameFilters = nameFilters
        self.summary = summary
        self.system = system
    }

    package mutating func code<C: WireCoder>(with coder: inout C) throws(WireError) {
        try coder.codeEnvelope(Spec.kind.rawValue) { coder throws(WireError) in
            try coder.code(&nameFilters)
            try coder.code(&summary, since: 10)
            try coder.code(&system, since: 13)
        }
    }
}

/// The objects of a kind, in no order.
package struct ListResponse<Spec: WireSpec>: WireCodable, Equatable, Sendable {
    package var objects: [Metadata<Spec>] = []

    package init() {}

    package init(objects: [Metadata<Spec>] = []) {
        self.objects = objects
    }

    package mutating func code<C: WireCoder>(with coder: inout C) throws(WireError) {
        try coder.codeEnvelope(Spec.kind.rawValue) { coder throws(WireError) in try coder.code(&objects) }
    }
}
