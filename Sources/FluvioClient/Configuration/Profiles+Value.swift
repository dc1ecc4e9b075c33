import Documents
import FluvioTransport

extension Profiles {
    /// All of the file as a tree, with the names that it has itself. Keys and tokens are shown only if that is asked for.
    public func value(showsSecrets: Bool = false) -> ObjectValue {
        Self.value(.table(document), showsSecrets, parent: TOMLTable())
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
            return .array(elements.map { Self.value($0, showsSecrets, parent: parent) })
        case .table(let table):
            return .object(
                table.entries.map { entry in
                    if !showsSecrets, isSecret(entry.key, in: parent), case .string = entry.value {
                        return .init(entry.key, .string(ClusterProfile.hidden))
                    }
                    return .init(entry.key, Self.value(entry.value, showsSecrets, parent: table))
                })
        }
    }

    /// A private key that stands in the file itself, and what others may have put beside it. `parent` is the table
    /// around the one that holds the key.
    private static func isSecret(_ key: String, in parent: TOMLTable) -> Bool {
        if key == "key" { return parent[string: "tls_source"] != "files" }
        return ["token", "secret", "password"].contains { key.lowercased().hasSuffix($0) }
    }
}

extension ClusterProfile {
    /// What stands for a secret that is not shown.
    public static let hidden = "(hidden)"

    /// What the official `profile export` writes of a cluster.
    ///
    /// - Throws: ``FluvioError/Code/tlsFailed`` for a file that cannot be read.
    public func value(showsSecrets: Bool = false) throws(FluvioError) -> ObjectValue {
        let tls: ObjectValue
        switch self.tls {
        case .disabled: tls = ["policy": "disabled"]
        case .anonymous: tls = ["policy": "anonymous"]
        case .verified(let settings):
            let key = showsSecrets ? try settings.key?.contents("client key") : settings.key.map { _ in Self.hidden }
            tls = [
                "policy": "verified", "domain": .optional(settings.domain), "key": .optional(key),
                "cert": .optional(try settings.certificate?.contents("client certificate")),
                "caCert": .optional(try settings.authority?.contents("authority")),
            ]
        }
        var value: [ObjectValue.Member] = [
            .init("endpoint", .string(showsSecrets ? fullAddress : address)),
            .init("tls", tls),
        ]
        if let token = webSocketToken { value.append(.init("wsToken", .string(showsSecrets ? token : Self.hidden))) }
        return .object(value)
    }
}
