/// Asks for the objects of a kind and for every change from then on.
package struct WatchRequest<Spec: WatchableSpec>: WireRequest, Equatable {
    package typealias Response = MetadataUpdate<Spec>
    package static var apiKey: UInt16 { ControllerAPI.watch.rawValue }
    package static var versions: ClosedRange<Int16> { LocalVersions.envelope...LocalVersions.controller }

    /// Ignored by the official SC.
    package var epoch: Int64 = 0
    /// Leaves out the code of SmartModules.
    package var summary = false

    package init() {}

    package init(epoch: Int64 = 0, summary: Bool = false) {
        self.epoch = epoch
        self.summary = summary
    }

    package mutating func code<C: WireCoder>(with coder: inout C) throws(WireError) {
        try coder.codeEnvelope(Spec.kind.rawValue) { coder throws(WireError) in
            try coder.code(&epoch)
            try coder.code(&summary, since: 10)
        }
    }
}
