/// The request that took too long.
package enum RequestKind: UInt8, WireTag, CaseIterable {
    case produce = 0

    package init() { self = .produce }
}

/// Where and why a SmartModule failed.
package struct SmartModuleRuntimeError: WireCodable, Equatable, Sendable {
    /// What the SmartModule said.
    package var hint = ""
    /// Of the record it failed on.
    package var offset: Int64 = 0
    package var kind = SmartModuleKindName()
    /// The record's key.
    package var key: RecordData?
    /// The record's value.
    package var value = RecordData()

    package init() {}

    package init(
        hint: String, offset: Int64, kind: SmartModuleKindName = SmartModuleKindName(), key: RecordData? = nil,
        value: RecordData = RecordData()
    ) {
        self.hint = hint
        self.offset = offset
        self.kind = kind
        self.key = key
        self.value = value
    }

    package mutating func code<C: WireCoder>(with coder: inout C) throws(WireError) {
        try coder.code(&hint)
        try coder.code(&offset)
        try coder.code(&kind)
        try coder.code(&key)
        try coder.code(&value)
    }
}

/// The kind of SmartModule that failed.
package enum SmartModuleKindName: UInt8, WireTag, CaseIterable {
    case filter = 0
    case map = 1
    case arrayMap = 2
    case aggregate = 3
    case filterMap = 4
    case join = 5
    case generic = 6

    package init() { self = .filter }
}

/// Bytes of a record in front of which their number stands as a varint.
package struct RecordData: WireCodable, Equatable, Sendable {
    package var bytes: [UInt8] = []

    package init() {}

    package init(bytes: [UInt8]) { self.bytes = bytes }

    package mutating func code<C: WireCoder>(with coder: inout C) throws(WireError) {
        let at = coder.position
        var length = Int64(bytes.count)
        try coder.codeVarint(&length)
        guard let count = Int(exactly: length), count >= 0 else {
            throw WireError(.negativeLength(Int(clamping: length)), at: at)
        }
        try coder.codeRaw(&bytes, count: count)
    }
}
