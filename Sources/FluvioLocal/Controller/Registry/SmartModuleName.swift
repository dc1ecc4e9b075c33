import FluvioProtocol

/// How people name a SmartModule: `[GROUP/]NAME[@VERSION]`.
struct SmartModuleName: Equatable, Sendable {
    var group: String?
    var name: String
    var version: String?

    /// Reads the text; nil: there is no name in it, or the version is not a semantic one.
    init?(_ text: String) {
        let parts = text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
        if parts.count == 2 {
            guard SemanticVersion.isOne(parts[1]) else { return nil }
            version = String(parts[1])
        }
        let path = parts[0].split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        if path.count == 2 { group = String(path[0]) }
        name = String(path[path.count - 1])
        guard !name.isEmpty, group != "" else { return nil }
    }

    /// Whether it names the object: by its package where it has one, else by its name alone.
    func matches(_ object: Metadata<SmartModuleSpec>) -> Bool {
        guard let package = object.spec.metadata?.package else { return object.name == name }
        return package.name == name && (group == nil || group == package.group)
            && (version == nil || version == package.version)
    }

    /// The name under which a SmartModule is kept; nil: its package lacks name or group.
    static func storeName(_ name: String, _ spec: SmartModuleSpec) -> String? {
        guard let package = spec.metadata?.package else { return name.isEmpty ? nil : name }
        guard !package.name.isEmpty, !package.group.isEmpty else { return nil }
        return "\(package.name)-\(package.group)-\(package.version)"
    }
}
