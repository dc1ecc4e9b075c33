import Documents
import FluvioTransport
import Glibc
import Unix

/// The profile file of all Fluvio tools: profiles, each of which names a cluster, and one of which is current.
///
/// It is read as the official tools read it, and rewritten so that what is not known here stays (comments do not).
public struct Profiles: Equatable, Sendable {
    /// Where it is.
    public let path: String
    /// All of it.
    var document: TOMLTable

    /// What a new file holds.
    init(newAt path: String) {
        self.path = path
        document = TOMLTable()
        complete()
    }

    /// Reads a document that was at `path`.
    init(path: String, parsing bytes: [UInt8]) throws(FluvioError) {
        self.path = path
        do throws(TOMLError) {
            document = try TOMLTable(parsing: bytes)
        } catch {
            let place = error.line > 0 ? ":\(error.line):\(error.column)" : ""
            throw FluvioError(.profileSyntax, "profile file \(path)\(place): \(error.text)", underlying: error)
        }
        for key in ["profile", "cluster"] {
            switch document[key] {
            case .table?, nil: break
            default: throw invalid("'\(key)' is no table")
            }
        }
    }

    /// Where the file is: what `FLV_PROFILE_PATH` says, or `~/.fluvio/config`.
    public static func defaultPath() throws(FluvioError) -> String {
        if let path = Unix.environment("FLV_PROFILE_PATH"), !path.isEmpty { return path }
        guard let home = Unix.homeDirectory() else {
            throw FluvioError(
                .profileFileMissing, "there is no home directory to look for .fluvio/config in",
                advice: "set HOME or FLV_PROFILE_PATH")
        }
        return "\(home)/.fluvio/config"
    }

    /// Reads the file at `path`, by default the one at ``defaultPath()``.
    public static func load(_ path: String? = nil) throws(FluvioError) -> Profiles {
        let path = if let path { path } else { try defaultPath() }
        guard let file = try loadIfPresent(path) else {
            throw FluvioError(
                .profileFileMissing, "there is no profile file \(path)",
                advice: "name the cluster as HOST:PORT, or make a profile with 'fluvio-admin profile add' or "
                    + "'fluvio-admin cluster start'")
        }
        return file
    }

    /// Reads the file as ``load(_:)`` does; one that is not there is an empty one.
    public static func loadOrNew(_ path: String? = nil) throws(FluvioError) -> Profiles {
        let path = if let path { path } else { try defaultPath() }
        return try loadIfPresent(path) ?? Profiles(newAt: path)
    }

    static func loadIfPresent(_ path: String) throws(FluvioError) -> Profiles? {
        let bytes: [UInt8]
        do throws(SystemError) {
            bytes = try Unix.contents(of: path)
        } catch {
            if error.code == ENOENT { return nil }
            throw FluvioError(
                .invalidProfile, "cannot read the profile file \(path): \(error.reason)", underlying: error)
        }
        return try Profiles(path: path, parsing: bytes)
    }

    func invalid(_ what: String) -> FluvioError {
        FluvioError(.invalidProfile, "profile file \(path): \(what)")
    }
}

// MARK: - What it says

extension Profiles {
    /// The name of the current profile; nil if there is none.
    public var current: String? { document[string: "current_profile"] }

    /// The names of all profiles, in the order of the file.
    public var names: [String] { document[table: "profile"].entries.map(\.key) }

    /// The names of all clusters, in the order of the file.
    public var clusterNames: [String] { document[table: "cluster"].entries.map(\.key) }

    /// The cluster that a profile names; nil if there is no such profile.
    public func clusterName(ofProfile name: String) -> String? {
        document[table: "profile"][table: name][string: "cluster"]
    }

    static let directoryKey = "data_directory"
    /// What a cluster's entry says of who asks its WebSocket server.
    static let tokenKey = "ws_token"

    /// Where the cluster of a profile keeps its data, if it runs on this machine and was started by these tools; nil for
    /// the current profile.
    public func directory(ofProfile name: String?) -> String? {
        guard let name = name ?? current, let cluster = clusterName(ofProfile: name) else { return nil }
        return document[table: "cluster"][table: cluster][table: "metadata"][string: Self.directoryKey]
    }

    /// The name of the current profile.
    ///
    /// - Throws: ``FluvioError/Code/noCurrentProfile``.
    public func currentProfile() throws(FluvioError) -> String {
        if let current { return current }
        throw FluvioError(
            .noCurrentProfile, "the profile file \(path) names no current profile",
            advice: names.isEmpty
                ? "make one with 'fluvio-admin profile add'"
                : "choose one with 'fluvio-admin profile switch': \(names.joined(separator: ", "))")
    }

    /// What the named profile says, or the current one.
    public func profile(_ name: String? = nil) throws(FluvioError) -> ClusterProfile {
        let name = if let name { name } else { try currentProfile() }
        guard case .table(let profile)? = document[table: "profile"][name] else { throw unknown("profile", name) }
        guard let clusterName = profile[string: "cluster"] else { throw invalid("profile '\(name)' names no cluster") }
        return try cluster(clusterName, ofProfile: name)
    }

    private func cluster(_ name: String, ofProfile profile: String) throws(FluvioError) -> ClusterProfile {
        guard case .table(let cluster)? = document[table: "cluster"][name] else {
            throw invalid("profile '\(profile)' names cluster '\(name)', which is not there")
        }
        // `addr` is the name that version 1 of the file had for it.
        guard let address = cluster[string: "endpoint"] ?? cluster[string: "addr"] else {
            throw invalid("cluster '\(name)' has no endpoint")
        }
        let server: ServerAddress
        do throws(Endpoint.ParseError) {
            server = try ServerAddress(parsing: address)
        } catch {
            throw invalid("endpoint of cluster '\(name)': \(error)")
        }
        let token: String?
        switch cluster[Self.tokenKey] {
        case .string(let text)?: token = text.isEmpty ? nil : text
        case nil: token = nil
        default: throw invalid("\(Self.tokenKey) of cluster '\(name)' is no text")
        }
        let usesLocal: Bool
        switch cluster["use_spu_local_address"] {
        case .boolean(let value)?: usesLocal = value
        case nil: usesLocal = false
        default: throw invalid("use_spu_local_address of cluster '\(name)' is neither true nor false")
        }
        return ClusterProfile(
            profile: profile, cluster: name, address: server, webSocketToken: token, usesLocalSPUAddress: usesLocal,
            tls: try tlsPolicy(of: cluster, named: name),
            installation: cluster[table: "metadata"][string: "installation"])
    }

    private func tlsPolicy(of cluster: TOMLTable, named name: String) throws(FluvioError) -> TLSPolicy {
        let tls: TOMLTable
        switch cluster["tls"] {
        case .table(let table)?: tls = table
        case nil: return .disabled
        default: throw invalid("tls of cluster '\(name)' is no table")
        }
        switch tls[string: "tls_policy"] {
        case "disabled", "disable": return .disabled
        case "anonymous": return .anonymous
        case "verified", "verify": break
        case let other:
            throw invalid(
                "tls_policy of cluster '\(name)' is \(other.map { "'\($0)'" } ?? "missing"), "
                    + "not disabled, anonymous or verified")
        }
        let pem: (String) -> PEM
        switch tls[string: "tls_source"] {
        case "files", "file": pem = { .file($0) }
        case "inline": pem = { .inline($0) }
        default: throw invalid("tls_source of cluster '\(name)' is neither files nor inline")
        }
        let certificates = tls[table: "certs"]
        // The official tools want all four. Here what is missing is not asked for, or known by the system.
        func text(_ key: String) throws(FluvioError) -> String? {
            switch certificates[key] {
            case .string(let text)?: return text
            case nil: return nil
            default: throw invalid("\(key) in tls of cluster '\(name)' is no text")
            }
        }
        return .verified(
            TLSSettings(
                domain: try text("domain"), key: try text("key").map(pem), certificate: try text("cert").map(pem),
                authority: try text("ca_cert").map(pem)))
    }

    func unknown(_ kind: String, _ name: String) -> FluvioError {
        let names = kind == "profile" ? names : clusterNames
        let list: String? = names.isEmpty ? nil : "there are: \(names.joined(separator: ", "))"
        let advice = Suggestion.question(for: name, among: names) ?? list
        return FluvioError(
            .profileNotFound, "the profile file \(path) has no \(kind) '\(name)'", advice: advice)
    }
}
