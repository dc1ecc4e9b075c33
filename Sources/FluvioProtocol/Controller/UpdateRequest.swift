/// Changes an object. The official SC changes topics alone.
package struct UpdateRequest<Spec: DeletableSpec>: WireRequest, Equatable {
    package typealias Response = StatusResponse
    package static var apiKey: UInt16 { ControllerAPI.update.rawValue }
    package static var versions: ClosedRange<Int16> { 1...LocalVersions.controller }

    /// Names the object.
    package var key = Spec.Key()
    /// What is to be done.
    package var action = Spec.UpdateAction()

    package init() {}

    package init(key: Spec.Key, action: Spec.UpdateAction) {
        self.key = key
        self.action = action
    }

    package mutating func code<C: WireCoder>(with coder: inout C) throws(WireError) {
        // Unlike the others, this one has the length of its envelope in every version.
        let at = coder.position
        let label = try coder.payload(Spec.kind.rawValue)
        guard label == Spec.kind.rawValue else { throw WireError(.unknownLabel(label), at: at) }
        try coder.codeSized { coder throws(WireError) in
            try coder.code(&key)
            try coder.code(&action)
        }
    }
}
