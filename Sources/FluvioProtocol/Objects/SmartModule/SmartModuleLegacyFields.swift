/// What a SmartModule's spec said below version 10.
package struct SmartModuleLegacyFields: Equatable, Sendable {
    /// Where its input comes from.
    package var inputKind = SmartModuleInputKind()
    /// Where its output goes.
    package var outputKind = SmartModuleOutputKind()
    package var sourceCode: SmartModuleSourceCode?
    package var parameters: [SmartModuleLegacyParameter]?

    package init() {}

    package init(
        inputKind: SmartModuleInputKind = SmartModuleInputKind(),
        outputKind: SmartModuleOutputKind = SmartModuleOutputKind(), sourceCode: SmartModuleSourceCode? = nil,
        parameters: [SmartModuleLegacyParameter]? = nil
    ) {
        self.inputKind = inputKind
        self.outputKind = outputKind
        self.sourceCode = sourceCode
        self.parameters = parameters
    }
}

/// Where a SmartModule's input came from.
package enum SmartModuleInputKind: UInt8, WireTag, CaseIterable {
    case stream = 0
    case external = 1

    package init() { self = .stream }
}

/// Where a SmartModule's output went.
package enum SmartModuleOutputKind: UInt8, WireTag, CaseIterable {
    case stream = 0
    case external = 1
    case table = 2

    package init() { self = .stream }
}

/// The source of a SmartModule.
package struct SmartModuleSourceCode: WireCodable, Equatable, Sendable {
    package var language = SmartModuleSourceLanguage()
    package var payload = ""

    package init() {}

    package init(language: SmartModuleSourceLanguage = SmartModuleSourceLanguage(), payload: String) {
        self.language = language
        self.payload = payload
    }

    package mutating func code<C: WireCoder>(with coder: inout C) throws(WireError) {
        try coder.code(&language)
        try coder.code(&payload)
    }
}

/// The language of a source.
package enum SmartModuleSourceLanguage: UInt8, WireTag, CaseIterable {
    case rust = 0

    package init() { self = .rust }
}

/// A parameter without more than its name.
package struct SmartModuleLegacyParameter: WireCodable, Equatable, Sendable {
    package var name = ""

    package init() {}

    package init(name: String) {
        self.name = name
    }

    package mutating func code<C: WireCoder>(with coder: inout C) throws(WireError) {
        try coder.code(&name)
    }
}
