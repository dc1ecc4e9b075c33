/// Creates an object.
package struct CreateRequest<Spec: CreatableSpec>: WireRequest, Equatable {
    package typealias Response = StatusResponse
    package static var apiKey: UInt16 { ControllerAPI.create.rawValue }
    package static var versions: ClosedRange<Int16> { 9...LocalVersions.controller }

    package var common = CommonCreate()
    /// What it is to be.
    package var spec = Spec()

    package init() {}

    package init(name: String, dryRun: Bool = false, timeout: UInt32? = nil, spec: Spec) {
        common = CommonCreate(name: name, dryRun: dryRun, timeout: timeout)
        self.spec = spec
    }

    package mutating func code<C: WireCoder>(with coder: inout C) throws(WireError) {
        if coder.version >= LocalVersions.envelope {
            try coder.codeEnvelope(Spec.kind.rawValue) { coder throws(WireError) in
                try coder.code(&common)
                try coder.code(&spec)
            }
        } else {
            try coder.code(&common)
            let at = coder.position
            let tag = try coder.codeTag(Spec.createTag)
            guard tag == Spec.createTag else {
                throw WireError(.unknownTag(type: "\(Spec.kind.rawValue)", tag: Int(tag)), at: at)
            }
            try coder.code(&spec)
        }
    }
}

/// What every create request says, whatever the kind.
package struct CommonCreate: WireCodable, Equatable, Sendable {
    package var name = ""
    /// Only checks whether it would work: honoured for Topic and CustomSpu.
    package var dryRun = false
    /// Milliseconds, for SPU groups.
    package var timeout: UInt32?

    package init() {}

    package init(name: String, dryRun: Bool = false, timeout: UInt32? = nil) {
        self.name = name
        self.dryRun = dryRun
        self.timeout = timeout
    }

    package mutating func code<C: WireCoder>(with coder: inout C) throws(WireError) {
        try coder.code(&name)
        try coder.code(&dryRun)
        try coder.code(&timeout, since: 7)
    }
}
