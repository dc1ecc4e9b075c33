package import FluvioTransport

/// The options that every tool has, before and after the command's name.
package struct CommonOptions: OptionGroup {
    /// The profile to use in place of the current one.
    package var profile: String?
    /// The cluster to use in place of a profile's.
    package var cluster: ServerAddress?
    /// Whether notes are silenced; errors are not.
    package var isQuiet = false
    /// Whether details are told.
    package var isVerbose = false
    /// What said each option that was given, by its long name: the option as it was typed, or a variable of the
    /// environment.
    package var origins: [String: String] = [:]

    /// Variables that count for nothing where the command line names the cluster in another way.
    static let rivals = ["FLUVIO_PROFILE": "--cluster", "FLUVIO_CLUSTER": "--profile"]

    /// The defaults.
    package init() {}

    package static func declare(_ table: inout OptionTable<Self>) {
        table.group("Common options")
        table.value(
            "-P", "--profile", to: \.profile, as: .profile, environment: "FLUVIO_PROFILE",
            help: "Use this profile in place of the current one")
        table.value(
            "-c", "--cluster", to: \.cluster, as: .serverAddress, environment: "FLUVIO_CLUSTER",
            help: "Use the cluster at this address in place of a profile's",
            manual: "Use the cluster whose controller listens at this address, in place of a profile's. "
                + "An IPv6 address stands in brackets, as in `[::1]:9003`. Where only HTTP passes, it is the URL of a "
                + "WebSocket, as `wss://example.org/path` (see ENVIRONMENT).")
        table.flag("-q", "--quiet", to: \.isQuiet, help: "Print errors only, no notes")
        table.flag("-v", "--verbose", to: \.isVerbose, help: "Print details of what is done")
        table.special("-h", "--help", role: .help, help: "Print this help")
        table.special("--version", aliases: ["-V"], role: .version, help: "Print name and version")
        table.special(
            "--generate", role: .generate, argument: .required("WHAT"),
            completion: .choices(Artifact.allCases.map(\.rawValue)), help: "Print what is made of the option table",
            isHidden: true)
    }
}

extension ValueKind where Value == Endpoint {
    /// `HOST:PORT`, with brackets around an IPv6 address.
    package static var endpoint: ValueKind {
        ValueKind("HOST:PORT", format: { $0.description }) { text throws(ValueError) in
            do throws(Endpoint.ParseError) {
                return try Endpoint(parsing: text)
            } catch {
                throw ValueError(error.description)
            }
        }
    }
}

extension ValueKind where Value == ServerAddress {
    /// `HOST:PORT`, or the URL of a WebSocket. Everybody on the machine sees it, so it must hold no token.
    package static var serverAddress: ValueKind {
        ValueKind("ADDRESS", format: { $0.description }) { text throws(ValueError) in
            let address: ServerAddress
            do throws(Endpoint.ParseError) {
                address = try ServerAddress(parsing: text)
            } catch {
                // What is a number of records in kcat.
                let isNumber = !text.isEmpty && text.utf8.allSatisfy { (0x30...0x39).contains($0) }
                throw ValueError(
                    error.description + (isNumber ? "; -c names a cluster; a number is -n N or --count N" : ""))
            }
            guard address.queryValue("token") == nil else {
                throw ValueError("a token in an address can be seen by others: FLUVIO_WS_TOKEN or the profile has it")
            }
            return address
        }
    }
}
