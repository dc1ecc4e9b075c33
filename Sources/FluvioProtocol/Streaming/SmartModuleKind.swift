/// What a SmartModule does with records. Clients of today say generic, and the SPU finds out.
package enum SmartModuleKind: WireCodable, Equatable, Sendable {
    case filter
    case map
    case arrayMap
    /// With the accumulator to begin with.
    case aggregate([UInt8])
    case filterMap
    /// With a topic.
    case join(String)
    case joinStream(JoinStream)
    case generic(SmartModuleContext)

    package init() { self = .filter }

    private var tag: UInt8 {
        switch self {
        case .filter: 0
        case .map: 1
        case .arrayMap: 2
        case .aggregate: 3
        case .filterMap: 4
        case .join: 5
        case .joinStream: 6
        case .generic: 7
        }
    }

    package mutating func code<C: WireCoder>(with coder: inout C) throws(WireError) {
        let at = coder.position
        switch try coder.codeTag(tag) {
        case 0: self = .filter
        case 1: self = .map
        case 2: self = .arrayMap
        case 3: self = .aggregate(try coder.payload(aggregate))
        case 4: self = .filterMap
        case 5: self = .join(try coder.payload(join))
        case 6: self = .joinStream(try coder.payload(joinStream))
        case 7: self = .generic(try coder.payload(generic))
        case let tag: throw WireError(.unknownTag(type: "SmartModuleKind", tag: Int(tag)), at: at)
        }
    }

    private var aggregate: [UInt8]? { if case .aggregate(let value) = self { value } else { nil } }
    private var join: String? { if case .join(let value) = self { value } else { nil } }
    private var joinStream: JoinStream? { if case .joinStream(let value) = self { value } else { nil } }
    private var generic: SmartModuleContext? { if case .generic(let value) = self { value } else { nil } }
}

/// What a generic SmartModule is given beside its records.
package enum SmartModuleContext: WireCodable, Equatable, Sendable {
    case nothing
    /// The accumulator to begin with.
    case aggregate([UInt8])
    /// A topic.
    case join(String)
    case joinStream(JoinStream)

    package init() { self = .nothing }

    private var tag: UInt8 {
        switch self {
        case .nothing: 0
        case .aggregate: 1
        case .join: 2
        case .joinStream: 3
        }
    }

    package mutating func code<C: WireCoder>(with coder: inout C) throws(WireError) {
        let at = coder.position
        switch try coder.codeTag(tag) {
        case 0: self = .nothing
        case 1: self = .aggregate(try coder.payload(aggregate))
        case 2: self = .join(try coder.payload(join))
        case 3: self = .joinStream(try coder.payload(joinStream))
        case let tag: throw WireError(.unknownTag(type: "SmartModuleContext", tag: Int(tag)), at: at)
        }
    }

    private var aggregate: [UInt8]? { if case .aggregate(let value) = self { value } else { nil } }
    private var join: String? { if case .join(let value) = self { value } else { nil } }
    private var joinStream: JoinStream? { if case .joinStream(let value) = self { value } else { nil } }
}

/// A topic and a derived stream of it.
package struct JoinStream: WireCodable, Equatable, Sendable {
    package var topic = ""
    package var derivedStream = ""

    package init() {}

    package init(topic: String, derivedStream: String) {
        self.topic = topic
        self.derivedStream = derivedStream
    }

    package mutating func code<C: WireCoder>(with coder: inout C) throws(WireError) {
        try coder.code(&topic)
        try coder.code(&derivedStream)
    }
}
