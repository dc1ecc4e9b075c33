import Documents
import FluvioClient
import FluvioTransport
import ToolSupport

/// The file of profiles as a tree.
enum ProfileValue {
    /// What stands for a secret that is not shown.
    static let hidden = "(hidden)"

    /// All of the file, with the names that it has itself.
    static func file(_ file: ProfileFile, showsSecrets: Bool) -> ObjectValue {
        value(.table(file.document), showsSecrets, parent: TOMLTable())
    }

    private static func value(_ value: TOMLValue, _ showsSecrets: Bool, parent: TOMLTable) -> ObjectValue {
        switch value {
        case .string(let text), .literal(let text):
            // The query of a URL may hold a key.
            guard !showsSecrets, let address = try? ServerAddress(parsing: text), address.isWebSocket else {
                return .string(text)
            }
            return .string(address.description)
        case .integer(let number): return .int(number)
        case .real(let number): return .string("\(number)")
        case .boolean(let flag): return .bool(flag)
        case .array(let elements):
            return .array(elements.map { self.value($0, showsSecrets, parent: parent) })
        case .table(let table):
            return .object(
                table.entries.map { entry in
                    if !showsSecrets, isSecret(entry.key, in: parent), case .string = entry.value {
                        return .init(entry.key, .string(hidden))
                    }
                    return .init(entry.key, self.value(entry.value, showsSecrets, parent: table))
                })
        }
    }

    /// A private key that stands in the file itself, and what others may have put beside it. `parent` is the table
    /// around the one that holds the key.
    private static func isSecret(_ key: String, in parent: TOMLTable) -> Bool {
        if key == "key" { return parent[string: "tls_source"] != "files" }
        return ["token", "secret", "password"].contains { key.lowercased().hasSuffix($0) }
    }

    /// What the official `profile export` writes of a cluster.
    static func export(_ profile: ClusterProfile, showsSecrets: Bool) throws -> ObjectValue {
        let tls: ObjectValue
        switch profile.tls {
        case .disabled: tls = ["policy": "disabled"]
        case .anonymous: tls = ["policy": "anonymous"]
        case .verified(let settings):
            tls = [
                "policy": "verified", "domain": .optional(settings.domain),
                "key": .optional(try settings.key.map { showsSecrets ? try $0.contents("client key") : hidden }),
                "cert": .optional(try settings.certificate?.contents("client certificate")),
                "caCert": .optional(try settings.authority?.contents("authority")),
            ]
        }
        var value: [ObjectValue.Member] = [
            .init("endpoint", .string(showsSecrets ? profile.address.text : profile.address.description)),
            .init("tls", tls),
        ]
        if let token = profile.webSocketToken { value.append(.init("wsToken", .string(showsSecrets ? token : hidden))) }
        return .object(value)
    }
}
