import FluvioClient
import FluvioTransport
import ToolSupport

struct AddProfileOptions: CommandOptions {
    var common = CommonOptions()
    var tls = TLSOptions()
    var name = ""
    var address = ServerAddress(Endpoint(host: "localhost", port: 9003))
    var installation: String?
    var replaces = false
    var staysCurrent = false
    var isInline = false
    var dryRun = DryRunOption()

    static func declare(_ table: inout OptionTable<Self>) {
        table.operand("PROFILE", to: \.name, as: .text("NAME"), help: "the profile's name, and its cluster's")
        table.operand(
            "ADDRESS", to: \.address, as: .serverAddress,
            help: "where the cluster's controller listens: HOST:PORT, or the URL of a WebSocket to it")
        table.optionalOperand(
            "KIND", to: \.installation, as: .text("KIND"),
            help: "how the cluster was made, as the official tools note it: local, cloud, k8")
        table.group("Profile")
        table.flag("--replace", to: \.replaces, help: "Replace what a profile of this name says now")
        table.flag("--no-switch", to: \.staysCurrent, help: "Leave the current profile the current one")
        table.flag(
            "--inline", to: \.isInline, help: "Copy certificates and key into the profile, in place of their paths")
        table.include(\.dryRun)
        table.group("TLS")
        table.include(\.tls)
    }
}

/// `fluvio-admin profile add`.
struct AddProfile: Sendable {
    let options: AddProfileOptions
    let context: ToolContext

    func run() async throws -> Outcome {
        let name = options.name
        guard !name.isEmpty else { throw UsageError("PROFILE: a profile needs a name") }
        let policy = try ProfilePolicy.make(options.tls, isInline: options.isInline)
        try Profiles.update(options.dryRun) { file throws(FluvioError) in
            if file.names.contains(name), !options.replaces {
                let same = try? file.profile(name)
                guard same?.fullAddress == options.address.text, same?.tls == policy else {
                    throw FluvioError(
                        .objectExists, "there is a profile '\(name)' already that says something else",
                        advice: "--replace replaces it")
                }
            }
            let current = file.current
            try file.add(
                name, address: options.address.text, installation: options.installation, tls: policy)
            if options.staysCurrent, let current { try file.switchTo(current) }
        }
        options.dryRun.tell(
            context,
            did: options.staysCurrent ? "profile '\(name)' added" : "profile '\(name)' is the current one now",
            would: "profile '\(name)' would be " + (options.staysCurrent ? "added" : "the current one"))
        return .exit(.success)
    }
}

struct SyncLocalOptions: CommandOptions {
    var common = CommonOptions()
    var tls = TLSOptions()
    var endpoint: Endpoint?
    var isInline = false
    var dryRun = DryRunOption()

    static func declare(_ table: inout OptionTable<Self>) {
        table.optionalOperand(
            "HOST:PORT", to: \.endpoint, as: .endpoint, help: "where it listens; localhost:9003 if left out")
        table.group("TLS")
        table.include(\.tls)
        table.flag(
            "--inline", to: \.isInline, help: "Copy certificates and key into the profile, in place of their paths")
        table.group("How")
        table.include(\.dryRun)
    }
}

/// `fluvio-admin profile sync local`.
struct SyncLocal: Sendable {
    let options: SyncLocalOptions
    let context: ToolContext

    func run() async throws -> Outcome {
        let endpoint = options.endpoint ?? Endpoint(host: "localhost", port: 9003)
        let policy = try ProfilePolicy.make(options.tls, isInline: options.isInline)
        try Profiles.update(options.dryRun) { file throws(FluvioError) in
            try file.add("local", address: "\(endpoint)", installation: "local", tls: policy)
        }
        options.dryRun.tell(
            context, did: "profile 'local' is the current one now: \(endpoint)",
            would: "profile 'local' would be the current one: \(endpoint)")
        return .exit(.success)
    }
}

/// What options for TLS make of a profile.
enum ProfilePolicy {
    static func make(_ options: TLSOptions, isInline: Bool) throws -> TLSPolicy {
        guard var settings = try options.settings() else {
            guard !isInline else { throw UsageError("--inline goes with options for TLS") }
            return .disabled
        }
        // The file has one word for it, and nothing beside it.
        guard settings.checksServers else {
            guard settings.certificate == nil, settings.authority == nil, settings.domain == nil else {
                throw UsageError("a profile with --tls-insecure has no certificates and no domain")
            }
            return .anonymous
        }
        if isInline {
            settings.authority = try settings.authority.map { .inline(try $0.contents("authority")) }
            settings.certificate = try settings.certificate.map { .inline(try $0.contents("client certificate")) }
            settings.key = try settings.key.map { .inline(try $0.contents("client key")) }
        } else {
            settings.authority = try settings.authority?.absolute()
            settings.certificate = try settings.certificate?.absolute()
            settings.key = try settings.key?.absolute()
        }
        return .verified(settings)
    }
}
