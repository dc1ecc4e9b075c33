/// The package of a SmartModule and its parameters.
package struct SmartModuleMetadata: WireCodable, Equatable, Sendable {
    package var package = SmartModulePackage()
    /// By name.
    package var parameters: [String: SmartModuleParameter] = [:]

    package init() {}

    package init(
        package: SmartModulePackage = SmartModulePackage(), parameters: [String: SmartModuleParameter] = [:]
    ) {
        self.package = package
        self.parameters = parameters
    }

    package mutating func code<C: WireCoder>(with coder: inout C) throws(WireError) {
        try coder.code(&package)
        try coder.code(&parameters)
    }
}

/// A parameter that a SmartModule takes.
package struct SmartModuleParameter: WireCodable, Equatable, Sendable {
    /// For people.
    package var description: String?
    package var optional = false

    package init() {}

    package init(description: String? = nil, optional: Bool = false) {
        self.description = description
        self.optional = optional
    }

    package mutating func code<C: WireCoder>(with coder: inout C) throws(WireError) {
        try coder.code(&description)
        try coder.code(&optional)
    }
}

/// The package that a SmartModule came in.
package struct SmartModulePackage: WireCodable, Equatable, Sendable {
    package var name = ""
    /// Who made it.
    package var group = ""
    /// A semantic version, as the next.
    package var version = ""
    package var apiVersion = ""
    /// For people.
    package var description: String?
    package var license: String?
    package var visibility = SmartModuleVisibility()
    /// Where its source is.
    package var repository: String?

    package init() {}

    package init(
        name: String, group: String, version: String, apiVersion: String, description: String? = nil,
        license: String? = nil, visibility: SmartModuleVisibility = SmartModuleVisibility(), repository: String? = nil
    ) {
        self.name = name
        self.group = group
        self.version = version
        self.apiVersion = apiVersion
        self.description = description
        self.license = license
        self.visibility = visibility
        self.repository = repository
    }

    package mutating func code<C: WireCoder>(with coder: inout C) throws(WireError) {
        try coder.code(&name)
        try coder.code(&group)
        try coder.code(&version)
        try coder.code(&apiVersion)
        try coder.code(&description)
        try coder.code(&license)
        try coder.code(&visibility, since: 19)
        try coder.code(&repository)
    }
}

/// Who may see a package.
package enum SmartModuleVisibility: UInt8, WireTag, CaseIterable {
    case `private` = 0
    case `public` = 1

    package init() { self = .private }
}
