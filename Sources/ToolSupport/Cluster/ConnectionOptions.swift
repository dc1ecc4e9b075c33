package import FluvioClient
import FluvioTransport

/// The options of every command that talks to a cluster.
package struct ConnectionOptions: OptionGroup {
    /// For how long a server that cannot be reached is tried.
    package var retryFor = TimeLimit.within(.seconds(30))
    /// How the connections to the cluster of `--cluster` are protected.
    package var tls = TLSOptions()

    /// The defaults.
    package init() {}

    package static func declare(_ table: inout OptionTable<Self>) {
        table.value(
            "--retry-for", to: \.retryFor, as: .timeLimit(bare: .seconds),
            help: "Try a server that cannot be reached for this long",
            manual:
                "Try a server that cannot be reached, or was lost, for this long: at the start, and each time again. "
                + "`0` tries once, `forever` never gives up.")
        table.include(\.tls)
    }

    /// The same for the client library.
    package var retryLimit: RetryLimit {
        switch retryFor {
        case .within(let duration): .duration(duration)
        case .forever: .forever
        }
    }

    /// Connects to the cluster that the command line, the environment or the profile file names.
    ///
    /// - Parameter profile: overrides them all.
    package func connect(_ context: ToolContext, profile: String? = nil) async throws -> Fluvio {
        let tls = try tls.settings(for: context.common)
        let target: Target
        switch (context.common.cluster, context.common.profile) {
        case _ where profile != nil: target = .profile(profile ?? "")
        case (.some, .some): throw UsageError("--cluster and --profile exclude each other")
        case (let cluster?, nil): target = .address(cluster.text, tls: tls)
        case (nil, let profile?): target = .profile(profile)
        case (nil, nil): target = .currentProfile
        }
        var settings = ClientSettings()
        settings.clientID = context.tool
        settings.retry = retryLimit
        let diagnostics = context.diagnostics
        return try await Fluvio.connect(to: target, settings: settings) { event in
            switch event {
            case .unverified(let server):
                diagnostics.error(
                    "\(server) and its SPUs need not prove who they are: what is sent may be read by others")
            case .lost(let error): diagnostics.note("\(error.message); trying again")
            case .recovered(let server): diagnostics.detail("\(server) is back")
            }
        }
    }
}
