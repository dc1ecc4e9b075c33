/// A SmartModule as the SC keeps it.
public struct SmartModuleSpec: WatchableSpec, CreatableSpec, DeletableSpec {
    /// What it is at the moment.
    public typealias Status = SmartModuleStatus
    /// Its kind.
    public static let kind = ObjectKind.smartModule
    package static let createTag: UInt8 = 4

    /// Its package; nil: a bare module, named by its object alone.
    public var metadata: SmartModuleMetadata?
    /// In the place of the payload, where only a summary was asked for.
    public var summary: SmartModuleSummary?
    /// The code.
    public var wasm = SmartModuleWasm()
    /// What versions below 10 say instead of package and summary.
    package var legacy = SmartModuleLegacyFields()

    package init() {}

    package init(
        metadata: SmartModuleMetadata? = nil, summary: SmartModuleSummary? = nil,
        wasm: SmartModuleWasm = SmartModuleWasm(), legacy: SmartModuleLegacyFields = SmartModuleLegacyFields()
    ) {
        self.metadata = metadata
        self.summary = summary
        self.wasm = wasm
        self.legacy = legacy
    }

    /// Code as the official tools send it, compressed by gzip, or bare, and the package it came in.
    public init(metadata: SmartModuleMetadata? = nil, code: [UInt8]) {
        self.metadata = metadata
        wasm = SmartModuleWasm(payload: code)
    }

    package mutating func code<C: WireCoder>(with coder: inout C) throws(WireError) {
        if coder.carries(since: 10) {
            try coder.code(&metadata)
            try coder.code(&summary)
            try coder.code(&wasm)
        } else {
            try coder.code(&legacy.inputKind)
            try coder.code(&legacy.outputKind)
            try coder.code(&legacy.sourceCode)
            try coder.code(&wasm)
            try coder.code(&legacy.parameters)
        }
    }
}

/// Says nothing.
public struct SmartModuleStatus: WireCodable, Equatable, Sendable {

    package init() {}

    package mutating func code<C: WireCoder>(with coder: inout C) throws(WireError) {
    }
}

/// What stands for a payload that was left out.
public struct SmartModuleSummary: WireCodable, Equatable, Sendable {
    /// Bytes of the payload.
    public var wasmLength: UInt32 = 0

    package init() {}

    /// Sets what is given; what has a default may be left out.
    public init(wasmLength: UInt32) {
        self.wasmLength = wasmLength
    }

    package mutating func code<C: WireCoder>(with coder: inout C) throws(WireError) {
        try coder.code(&wasmLength)
    }
}

/// The code of a SmartModule.
public struct SmartModuleWasm: WireCodable, Equatable, Sendable {
    /// How it is written.
    public var format = SmartModuleWasmFormat()
    /// gzip-compressed by the official CLI, bare WASM from the Python client.
    public var payload: [UInt8] = []

    package init() {}

    /// Sets what is given; what has a default may be left out.
    public init(format: SmartModuleWasmFormat = .binary, payload: [UInt8] = []) {
        self.format = format
        self.payload = payload
    }

    package mutating func code<C: WireCoder>(with coder: inout C) throws(WireError) {
        try coder.code(&format)
        try coder.code(&payload)
    }
}

/// How the code is written.
public enum SmartModuleWasmFormat: UInt8, WireTag, CaseIterable {
    case binary = 0
    case text = 1

    package init() { self = .binary }
}
