/// The package of a SmartModule and its parameters.
public struct SmartModuleMetadata: WireCodable, Equatable, Sendable {
    /// The package.
    public var package = SmartModulePackage()
    /// By name.
    public var parameters: [String: SmartModuleParameter] = [:]

    package init() {}

    /// Sets what is given; what has a default may be left out.
    public init(
        package: SmartModulePackage, parameters: [String: SmartModuleParameter] = [:]
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
public struct SmartModuleParameter: WireCodable, Equatable, Sendable {
    /// For people.
    public var description: String?
    /// Whether it may be left out.
    public var optional = false

    package init() {}

    /// Sets what is given; what has a default may be left out.
    public init(description: String? = nil, optional: Bool = false) {
        self.description = description
        self.optional = optional
    }

    package mutating func code<C: WireCoder>(with coder: inout C) throws(WireError) {
        try coder.code(&description)
        try coder.code(&optional)
    }
}

/// The package that a SmartModule came in.
public struct SmartModulePackage: WireCodable, Equatable, Sendable {
    /// Its name.
    public var name = ""
    /// Who made it.
    public var group = ""
    /// A semantic version, as the next.
    public var version = ""
    /// The version of the interface that it was built for.
    public var apiVersion = ""
    /// For people.
    public var description: String?
    /// For people.
    public var license: String?
    /// Who may see it.
    public var visibility = SmartModuleVisibility()
    /// Where its source is.
    public var repository: String?

    package init() {}

    /// Sets what is given; what has a default may be left out.
    public init(
        name: String, group: String, version: String, apiVersion: String, description: String? = nil,
        license: String? = nil, visibility: SmartModuleVisibility = .private, repository: String? = nil
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
public enum SmartModuleVisibility: UInt8, WireTag, CaseIterable {
    case `private` = 0
    case `public` = 1

    package init() { self = .private }
}
