/// A SmartModule that the SPU is to run over records, the same in Produce and StreamFetch.
package struct SmartModuleInvocation: WireCodable, Equatable, Sendable {
    package var wasm = SmartModuleInvocationWasm()
    package var kind = SmartModuleKind()
    package var parameters = SmartModuleParameters()
    /// For messages; of a predefined one the official client says its name once more.
    package var name: String?

    package init() {}

    package init(
        wasm: SmartModuleInvocationWasm, kind: SmartModuleKind = .generic(.nothing),
        parameters: SmartModuleParameters = SmartModuleParameters(), name: String? = nil
    ) {
        self.wasm = wasm
        self.kind = kind
        self.parameters = parameters
        self.name = name
    }

    package mutating func code<C: WireCoder>(with coder: inout C) throws(WireError) {
        try coder.code(&wasm)
        try coder.code(&kind)
        try coder.code(&parameters)
        try coder.code(&name, since: 25)
    }
}

/// Which code runs.
package enum SmartModuleInvocationWasm: WireCodable, Equatable, Sendable {
    /// A SmartModule of the cluster, by its name.
    case predefined(String)
    /// gzip-compressed WASM.
    case adHoc([UInt8])

    package init() { self = .predefined(String()) }

    private var tag: UInt8 {
        switch self {
        case .predefined: 0
        case .adHoc: 1
        }
    }

    package mutating func code<C: WireCoder>(with coder: inout C) throws(WireError) {
        let at = coder.position
        switch try coder.codeTag(tag) {
        case 0: self = .predefined(try coder.payload(predefined))
        case 1: self = .adHoc(try coder.payload(adHoc))
        case let tag: throw WireError(.unknownTag(type: "SmartModuleInvocationWasm", tag: Int(tag)), at: at)
        }
    }

    private var predefined: String? { if case .predefined(let value) = self { value } else { nil } }
    private var adHoc: [UInt8]? { if case .adHoc(let value) = self { value } else { nil } }
}

/// What a SmartModule is told.
package struct SmartModuleParameters: WireCodable, Equatable, Sendable {
    /// Parameters by name.
    package var values: [String: String] = [:]
    /// The records that it sees before the first.
    package var lookback: Lookback?

    package init() {}

    package init(values: [String: String] = [:], lookback: Lookback? = nil) {
        self.values = values
        self.lookback = lookback
    }

    package mutating func code<C: WireCoder>(with coder: inout C) throws(WireError) {
        try coder.code(&values)
        try coder.code(&lookback, since: 20)
    }
}

/// The records that a SmartModule sees before the first: the last so many, or those not older than an age.
package struct Lookback: WireCodable, Equatable, Sendable {
    /// 0: no limit by number.
    package var last: UInt64 = 0
    /// Not older than this; nil: any age.
    package var age: Duration?

    package init() {}

    package init(last: UInt64, age: Duration? = nil) {
        self.last = last
        self.age = age
    }

    package mutating func code<C: WireCoder>(with coder: inout C) throws(WireError) {
        try coder.code(&last)
        try coder.code(&age, since: 21)
    }
}
