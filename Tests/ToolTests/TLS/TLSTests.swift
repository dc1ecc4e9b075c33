import TestSupport
import Testing

/// A cluster with TLS and the tools, as processes: each test has directories and a profile file of its own.
@Suite("TLS", .onOwnThreads, .timeLimit(.minutes(60)))
struct TLSTests {
    let shell: Shell
    let certificates: TestCertificates

    init() throws {
        shell = try Shell(nil)
        certificates = try TestCertificates.shared.get()
    }

    /// Runs a script with `start`, which starts a cluster in `data` on free ports and says where in `$at`; `with` are the
    /// options that reach it without its profile. `$1` is the directory of certificates.
    private func run(_ script: String) throws -> Shell.Ran {
        try shell.run(
            """
            trap 'fluvio-admin -q cluster stop --data-dir data' EXIT
            start() {
                fluvio-admin -q cluster start --data-dir data --port 0 --spu-port 0 "$@" || exit 98
                at=$(fluvio-admin cluster status --data-dir data -O json | jq -r .endpoint)
                own="-c $at --retry-for 0 --ca-cert data/tls/ca.crt"
                client="--client-cert data/tls/client.crt --client-key data/tls/client.key"
            }
            \(script)
            """, certificates.directory)
    }

    @Test func `A cluster makes its certificates, and its profile is enough for everything`() throws {
        let ran = try run(
            """
            start --tls auto
            seq 200000 | fluvio-cat produce -q --create=3 t
            fluvio-cat consume -e --raw t | sort -n | cmp - <(seq 200000) && echo same
            head -c 3000000 /dev/urandom > big
            fluvio-cat produce -q --create --max-record 8M --raw whole big; fluvio-cat consume -e --raw -n 1 whole > got
            cmp <(head -c 3000000 got) big && echo big
            stat -c %a data/tls data/tls/*.key | sort -u
            sha256sum data/tls/* > before
            fluvio-admin -q cluster stop
            start --tls auto
            sha256sum --quiet -c before && fluvio-cat consume -e --raw -n 1 whole | cmp - got && echo kept
            grep -h 'encryption: SSL' data/metadata/SPU/*.yaml
            """)
        #expect(ran.lines.prefix(5) == ["same", "big", "600", "700", "kept"], "\(ran.lines) \(ran.errors)")
        #expect(ran.text.contains("encryption: SSL"))
        #expect(ran.errors == "")
    }

    @Test func `Options in the place of the profile`() throws {
        let ran = try run(
            """
            start --tls auto
            echo 1 | fluvio-cat produce -q --create t
            rm "$FLV_PROFILE_PATH"
            fluvio-cat consume -e --raw t $own $client
            fluvio-cat consume -e --raw t $own $client --tls --enable-client-cert --domain fluvio.local
            fluvio-cat consume -e --raw t -c 127.0.0.1:${at#*:} --ca-cert data/tls/ca.crt $client
            fluvio-cat consume -e --raw t -c $at --tls-insecure $client
            """)
        #expect(ran.lines == ["1", "1", "1", "1"])
        // The one warning.
        #expect(ran.errors.hasSuffix("need not prove who they are: what is sent may be read by others\n"))
        #expect(ran.errors.split(separator: "\n").count == 1)
    }

    /// What is wrong, options, and a part of the one line that says so.
    static let refusals: [(String, String, String)] = [
        ("no TLS", "-c $at --retry-for 0", "speaks TLS, and this connection does not; --tls"),
        ("no authority", "-c $at --retry-for 0 --tls", "an authority that is not known here; give the authority"),
        ("another authority", "-c $at --retry-for 0 --ca-cert $1/ca.crt", "not known here"),
        ("no client certificate", "$own", "wants a client certificate; give one: --client-cert"),
        (
            "an unknown client certificate", "$own --client-cert $1/client.crt --client-key $1/client.key",
            "does not accept the certificate of this side"
        ),
        (
            "another name", "$own $client --domain other.local",
            "is not for 'other.local' but for localhost, fluvio.local"
        ),
        (
            "no such file", "$own --client-cert gone --client-key gone",
            "cannot read the client certificate gone: No such"
        ),
        ("no certificate", "-c $at --ca-cert data/tls/ca.key", "data/tls/ca.key: no certificate in PEM form"),
        ("half a certificate", "$own --client-cert $1/client.crt", "are wanted together"),
        ("no key", "$own --enable-client-cert", "--enable-client-cert needs --client-cert and --client-key"),
        ("no cluster", "--tls", "the options for TLS go with --cluster"),
    ]

    @Test func `What is wrong is said in one line, and is no reason to try again`() throws {
        let calls = Self.refusals.map { "fluvio-admin topic list \($0.1); echo $?" }.joined(separator: "\n")
        let ran = try run("start --tls auto\n" + calls)
        let lines = ran.errors.split(separator: "\n").filter { !$0.hasPrefix("Try '") }
        #expect(ran.lines.allSatisfy { $0 == "2" }, "\(ran.lines)")
        try #require(lines.count == Self.refusals.count, "\(ran.errors)")
        for (line, refusal) in zip(lines, Self.refusals) {
            #expect(line.contains(refusal.2), "\(refusal.0): \(line)")
        }
    }

    @Test func `TLS to a server without it ends, and says what may be the reason`() throws {
        let ran = try run(
            """
            start
            fluvio-admin topic list -c $at --tls --retry-for 0; echo $?
            """)
        #expect(ran.lines == ["3"])
        #expect(ran.errors.contains("ended the connection during the TLS handshake; a server without TLS does so"))
    }

    @Test func `A certificate of one's own, for names or for the host`() throws {
        let ran = try run(
            """
            start --tls-cert $1/server.crt --tls-key $1/server.key
            grep -c '^domain = "fluvio.test"' "$FLV_PROFILE_PATH"
            seq 3 | fluvio-cat produce -q --create t; fluvio-cat consume -e --raw -n 1 t
            fluvio-cat consume -e --raw -n 1 t -c $at --ca-cert $1/ca.crt
            fluvio-admin -q cluster stop
            start --tls-cert $1/server.crt --tls-key $1/server.key --tls-client-ca $1/ca.crt
            fluvio-cat consume -e --raw -n 1 t -c $at --ca-cert $1/ca.crt \\
                --client-cert $1/client.crt --client-key $1/client.key
            fluvio-cat consume -e --raw -n 1 t -c $at --ca-cert $1/ca.crt; echo $?
            """)
        #expect(ran.lines == ["1", "1", "1", "1", "2"], "\(ran.errors)")
        #expect(ran.errors.contains("wants a client certificate"))
    }

    @Test func `A cluster that cannot have TLS does not start`() throws {
        let ran = try run(
            """
            try() { fluvio-admin cluster start --data-dir other --port 0 --spu-port 0 "$@"; echo $?; }
            try --tls-cert $1/server.crt
            try --tls-cert $1/server.crt --tls-key $1/client.key
            try --tls-cert gone --tls-key $1/client.key
            try --tls auto --tls-cert $1/server.crt --tls-key $1/server.key
            try --tls-client-ca $1/ca.crt
            fluvio-admin -q cluster status --data-dir other; echo $?
            """)
        #expect(ran.lines.count == 6 && !ran.lines.contains("0"), "\(ran.lines)")
        #expect(ran.errors.contains("does not belong to the certificate"))
        #expect(ran.errors.contains("gone: No such file or directory"))
    }
}
