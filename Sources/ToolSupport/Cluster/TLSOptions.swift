package import FluvioClient

/// The options for TLS, with Fluvio's names: of every command that talks to a cluster, where they go with `--cluster`
/// as a profile says the same by itself, and of those that make a profile.
package struct TLSOptions: OptionGroup {
    /// Whether TLS is used. Any other of these options says so, too.
    package var isOn = false
    /// The name in the certificate of the SC.
    package var domain: String?
    /// The file of the authority.
    package var authority: String?
    /// Whether the client has a certificate. Said by the certificate alone; Fluvio's tools want both.
    package var hasCertificate = false
    /// The file of the client's certificate.
    package var certificate: String?
    /// The file of its key.
    package var key: String?
    /// Whether servers may be anybody.
    package var isInsecure = false

    /// The defaults.
    package init() {}

    package static func declare(_ table: inout OptionTable<Self>) {
        table.flag(
            "--tls", to: \.isOn, help: "Connect with TLS",
            manual:
                "Connect with TLS. Every server must prove to be the host that it is reached under, or what `--domain` "
                + "says, by a certificate of an authority that the system or `--ca-cert` knows. A `wss://` address has TLS "
                + "by itself; with `ws://` it goes through the WebSocket, up to the cluster. Where a command "
                + "connects, the options for TLS go with `--cluster` alone: a profile has its own.")
        table.value(
            "--domain", to: \.domain, as: .text("NAME"), help: "The name in the certificate of the cluster",
            manual: "The name in the certificate of the cluster's controller. The SPU `s` must prove to be `s.NAME`.")
        table.value(
            "--ca-cert", to: \.authority, as: .file, fallback: "those of the system",
            help: "The authority that certificates are checked against")
        table.flag("--enable-client-cert", to: \.hasCertificate, help: "Show a certificate to the cluster")
        table.value("--client-cert", to: \.certificate, as: .file, help: "The certificate to show")
        table.value("--client-key", to: \.key, as: .file, help: "The private key of that certificate")
        table.flag(
            "--tls-insecure", to: \.isInsecure, help: "Connect with TLS to whoever answers",
            manual: "Connect with TLS, and take any certificate for any name. What is sent is encrypted, but whoever "
                + "stands in between can read and change it. Each run warns of it.")
    }

    /// The same for the client library; nil: no TLS, or what the profile says.
    func settings(for common: CommonOptions) throws(UsageError) -> TLSSettings? {
        let settings = try settings()
        guard settings == nil || common.cluster != nil else {
            throw UsageError("the options for TLS go with --cluster; a profile says by itself how to connect")
        }
        return settings
    }

    /// The same for the client library; nil: no TLS.
    package func settings() throws(UsageError) -> TLSSettings? {
        let hasAny = isOn || domain != nil || authority != nil || hasCertificate || certificate != nil || key != nil
        guard hasAny || isInsecure else { return nil }
        if (certificate == nil) != (key == nil) {
            throw UsageError("--client-cert and --client-key are wanted together")
        }
        if hasCertificate, certificate == nil {
            throw UsageError("--enable-client-cert needs --client-cert and --client-key")
        }
        var settings = TLSSettings(
            domain: domain, key: key.map { .file($0) }, certificate: certificate.map { .file($0) },
            authority: authority.map { .file($0) })
        settings.checksServers = !isInsecure
        return settings
    }
}
