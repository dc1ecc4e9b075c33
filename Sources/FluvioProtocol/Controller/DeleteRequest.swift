/// Deletes an object.
package struct DeleteRequest<Spec: DeletableSpec>: WireRequest, Equatable {
    package typealias Response = StatusResponse
    package static var apiKey: UInt16 { ControllerAPI.delete.rawValue }
    package static var versions: ClosedRange<Int16> { 1...LocalVersions.controller }

    /// Names the object.
    package var key = Spec.Key()
    /// Deletes system topics too.
    package var force = false

    package init() {}

    package init(key: Spec.Key, force: Bool = false) {
        self.key = key
        self.force = force
    }

    package mutating func code<C: WireCoder>(with coder: inout C) throws(WireError) {
        try coder.codeEnvelope(Spec.kind.rawValue) { coder throws(WireError) in
            try coder.code(&key)
            try coder.code(&force, since: 13)
        }
    }
}
