import FluvioTransport
import Testing

@testable import FluvioClient

@Suite struct ProfileFileTests {
    static let base = """
        version = "2.0"
        current_profile = "one"

        [profile.one]
        cluster = "one"

        [cluster.one]
        endpoint = "192.0.2.10:9003"
        """

    private func read(_ text: String) throws(FluvioError) -> Profiles {
        try Profiles(path: "/etc/config", parsing: Array(text.utf8))
    }

    private func code(_ text: String) -> FluvioError.Code? {
        do throws(FluvioError) {
            _ = try read(text).profile()
            return nil
        } catch {
            return error.code
        }
    }

    @Test func `A profile without TLS`() throws {
        let text = """
            version = "2.0"
            current_profile = "bench"

            [profile.bench]
            cluster = "other"

            [cluster.other]
            endpoint = "192.0.2.10:9003"
            use_spu_local_address = false

            [cluster.other.tls]
            tls_policy = "disabled"

            [cluster.other.metadata]
            installation = "local"
            """
        let profile = try read(text).profile()
        #expect(profile.profile == "bench")
        #expect(profile.cluster == "other")
        #expect(profile.endpoint == Endpoint(host: "192.0.2.10", port: 9003))
        #expect(!profile.usesLocalSPUAddress)
        #expect(profile.tls == .disabled)
        #expect(profile.installation == "local")
    }

    @Test(arguments: ["endpoint", "addr"])
    func `The endpoint has two names, and TLS and local addresses are off if not said`(key: String) throws {
        let text = Self.base.split(separator: "endpoint").joined(separator: key)
        let profile = try read(text).profile("one")
        #expect(profile.endpoint == Endpoint(host: "192.0.2.10", port: 9003))
        #expect(profile.tls == .disabled)
        #expect(!profile.usesLocalSPUAddress)
        #expect(profile.installation == nil)
    }

    @Test(arguments: [("disabled", TLSPolicy.disabled), ("disable", .disabled), ("anonymous", .anonymous)])
    func `TLS policies without certificates`(word: String, policy: TLSPolicy) throws {
        let text = Self.base + "\nuse_spu_local_address = true\n[cluster.one.tls]\ntls_policy = \"\(word)\""
        let profile = try read(text).profile()
        #expect(profile.tls == policy)
        #expect(profile.usesLocalSPUAddress)
    }

    @Test(arguments: ["verified", "verify"], ["files", "file", "inline"])
    func `Verified TLS, by files and in the profile`(word: String, source: String) throws {
        let text =
            Self.base + """

                [cluster.one.tls]
                tls_policy = "\(word)"
                tls_source = "\(source)"

                [cluster.one.tls.certs]
                domain = "stream.example.test"
                key = "k"
                cert = "c"
                ca_cert = \"\"\"
                a
                \"\"\"
                """
        let pem: (String) -> PEM = source == "inline" ? { .inline($0) } : { .file($0) }
        #expect(
            try read(text).profile().tls
                == .verified(
                    TLSSettings(
                        domain: "stream.example.test", key: pem("k"), certificate: pem("c"), authority: pem("a\n"))))
    }

    @Test func `A key in the profile is not shown`() {
        let certificates = TLSSettings(
            domain: "d", key: .inline("SECRET"), certificate: .inline("SECRET"), authority: .file("/a"))
        #expect(!"\(TLSPolicy.verified(certificates))".contains("SECRET"))
        #expect(!String(reflecting: TLSPolicy.verified(certificates)).contains("SECRET"))
    }

    /// Text (after the base if it begins with `+`) and error.
    static let wrong: [(String, FluvioError.Code)] = [
        ("a = = 1", .profileSyntax),
        ("profile = 1", .invalidProfile),
        ("cluster = []", .invalidProfile),
        ("", .noCurrentProfile),
        ("version = \"2.0\"\n[profile.a]\ncluster = \"a\"", .noCurrentProfile),
        ("current_profile = \"a\"", .profileNotFound),
        ("current_profile = \"a\"\n[profile.a]\n", .invalidProfile),
        ("current_profile = \"a\"\n[profile.a]\ncluster = \"b\"", .invalidProfile),
        ("current_profile = \"a\"\n[profile.a]\ncluster = \"b\"\n[cluster.b]", .invalidProfile),
        ("+\ntls = 1", .invalidProfile),
        ("+\nuse_spu_local_address = 1", .invalidProfile),
        ("+\n[cluster.one.tls]", .invalidProfile),
        ("+\n[cluster.one.tls]\ntls_policy = \"maybe\"", .invalidProfile),
        ("+\n[cluster.one.tls]\ntls_policy = \"verified\"", .invalidProfile),
        (
            "+\n[cluster.one.tls]\ntls_policy = \"verified\"\ntls_source = \"files\"\n[cluster.one.tls.certs]\ndomain = 1",
            .invalidProfile
        ),
        ("current_profile=\"a\"\n[profile.a]\ncluster=\"a\"\n[cluster.a]\nendpoint=\"here\"", .invalidProfile),
    ]

    @Test(arguments: wrong)
    func `What a profile may not say`(text: String, code: FluvioError.Code) {
        let text = text.hasPrefix("+") ? Self.base + text.dropFirst() : text
        #expect(self.code(text) == code)
        #expect(code.category == .usage)
    }

    @Test func `Errors name the file, the place and what there is`() throws {
        let syntax = #expect(throws: FluvioError.self) { try read("version = \"2.0\"\n[profile\n") }
        #expect(syntax?.description.hasPrefix("profile file /etc/config:2:") == true)
        let unknown = #expect(throws: FluvioError.self) { try read(Self.base).profile("two") }
        #expect(unknown?.description == "the profile file /etc/config has no profile 'two'; there are: one")
        let near = #expect(throws: FluvioError.self) { try read(Self.base).profile("oen") }
        #expect(near?.description == "the profile file /etc/config has no profile 'oen'; did you mean 'one'?")
    }
}
