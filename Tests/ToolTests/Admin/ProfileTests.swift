import TestSupport
import Testing

@Suite("fluvio-admin profile", .onOwnThreads, .timeLimit(.minutes(60)))
struct ProfileCommandTests {
    /// A shell for which there is no profile file yet.
    let shell: Shell

    init() throws { shell = try Shell(nil) }

    @Test func `from nothing, a profile that was added leads to a cluster that somebody else started`() throws {
        let cluster = try TestCluster.shared.get()
        let ran = try shell.run(
            """
            fluvio-admin profile add mine $1 && fluvio-admin profile current || exit
            fluvio-admin -q topic create $2 && echo hello | fluvio-cat produce -q $2 && fluvio-cat consume -e --raw $2
            stat -c %a config
            """, cluster.address, cluster.topic())
        #expect(ran.lines == ["mine", "hello", "600"])
        #expect(ran.errors == "fluvio-admin: profile 'mine' is the current one now\n")
    }

    @Test func `a list of nothing is a document, and no current profile is an error`() throws {
        let ran = try shell.run(
            """
            fluvio-admin profile list -O json | jq -c .profile
            fluvio-admin profile list; echo $?
            fluvio-admin profile current; echo $?
            fluvio-admin profile add a a:1 2>/dev/null && fluvio-admin -q profile delete -y a
            fluvio-admin profile current; echo $?
            """)
        #expect(ran.lines == ["{}", "0", "2", "2"])
        #expect(ran.errors.contains("there is no profile file") && ran.errors.contains("names no current profile"))
    }

    @Test func `profiles are listed, switched, renamed and deleted`() throws {
        let ran = try shell.run(
            """
            export FLUVIO_PROFILE=
            fluvio-admin -q profile add one one:1 cloud && fluvio-admin -q profile add --no-switch two two:2 || exit
            fluvio-admin profile list
            fluvio-admin -q profile switch two && fluvio-admin profile current
            fluvio-admin -q profile rename two three && fluvio-admin profile current
            fluvio-admin -q profile delete -y one && fluvio-admin profile list -O name
            fluvio-admin profile list -O json | jq -c '.profile, (.cluster | keys)'
            """)
        #expect(
            ran.lines == [
                "     PROFILE  CLUSTER  ADDRESS  TLS       INSTALLATION",
                "  *  one      one      one:1    Disabled  cloud",
                "     two      two      two:2    Disabled",
                "two", "three", "three", #"{"three":{"cluster":"two"}}"#, #"["one","two"]"#,
            ])
        #expect(ran.errors == "")
    }

    @Test func `what is not there is said with the nearest name, and the status is 1`() throws {
        let ran = try shell.run(
            """
            fluvio-admin -q profile add site site:1
            for what in 'switch sit' 'rename sit x' 'delete -y sit' 'delete-cluster -y sit'; do
                fluvio-admin profile $what; echo $?
            done
            fluvio-admin profile delete -y --if-exists sit 2>/dev/null; echo $?
            """)
        #expect(ran.lines == ["1", "1", "1", "1", "0"])
        let lines = ran.errors.split(separator: "\n")
        #expect(lines.count == 4 && lines.allSatisfy { $0.hasSuffix("did you mean 'site'?") }, "\(ran.errors)")
    }

    @Test func `another address under the same name is refused without --replace`() throws {
        let ran = try shell.run(
            """
            fluvio-admin -q profile add site site:1; fluvio-admin -q profile add site site:1; echo $?
            fluvio-admin -q profile add site site:2; echo $?
            fluvio-admin -q profile add --replace site site:2; echo $?
            fluvio-admin profile export | jq -c .
            """)
        #expect(ran.lines == ["0", "1", "0", #"{"endpoint":"site:2","tls":{"policy":"disabled"}}"#])
        #expect(ran.errors.contains("--replace"))
    }

    @Test func `what is not known in the file stays`() throws {
        let ran = try shell.run(
            """
            printf 'version = "2.0"\\nmine = 7\\n[profile.a]\\ncluster = "a"\\nshade = "blue"\\n' >config
            printf '[cluster.a]\\nendpoint = "a:1"\\n[cluster.a.metadata.tool]\\nx = [1, 2]\\n' >>config
            export FLV_PROFILE_PATH=$PWD/config
            fluvio-admin -q profile add b b:2 && fluvio-admin -q profile rename a c || exit
            fluvio-admin profile list -O json | jq -c '.mine, .profile.c.shade, .cluster.a.metadata.tool.x'
            """)
        #expect(ran.lines == ["7", #""blue""#, "[1,2]"], "\(ran.errors)")
    }

    @Test func `private keys are shown when asked for, and never otherwise`() throws {
        let ran = try shell.run(
            """
            openssl req -x509 -newkey rsa:2048 -nodes -keyout k.pem -out c.pem -subj /CN=x -days 3 2>/dev/null
            add="fluvio-admin -q profile add --ca-cert c.pem --client-cert c.pem --client-key k.pem --domain d"
            $add --inline in a:1 && $add out a:1 || exit
            for how in 'list -O json' 'list -O yaml' 'export in' 'export out' 'export -O yaml in'; do
                fluvio-admin -q profile $how | grep -c 'PRIVATE KEY'
                fluvio-admin -q profile $how --show-secrets | grep -c 'BEGIN PRIVATE KEY'
            done
            fluvio-admin profile list -O json | jq -r .cluster.out.tls.certs.key
            fluvio-admin -q profile export --show-secrets out | jq -r .tls.key | cmp - <(cat k.pem; echo) && echo same
            """)
        #expect(
            ran.lines == [
                "0", "1", "0", "1", "0", "1", "0", "1", "0", "1", "\(shell.directory.path)/k.pem", "same",
            ])
        #expect(ran.errors == "")
    }

    @Test func `a cluster that profiles name is deleted by force only`() throws {
        let ran = try shell.run(
            """
            fluvio-admin -q profile add a a:1
            fluvio-admin profile delete-cluster -y a; echo $?
            fluvio-admin -q profile delete-cluster --force a; echo $?
            fluvio-admin profile list | grep -c invalid
            """)
        #expect(ran.lines == ["1", "0", "1"])
        #expect(ran.errors.contains("in use by profile a"))
    }

    @Test func `sync local makes the usual profile`() throws {
        let ran = try shell.run(
            """
            fluvio-admin -q profile sync local && fluvio-admin profile export | jq -r .endpoint
            fluvio-admin -q profile sync local --tls-insecure '[::1]:9' && fluvio-admin profile list | tail -1
            """)
        #expect(ran.lines == ["localhost:9003", "  *  local    local    [::1]:9  Anonymous  local"])
        #expect(ran.errors == "")
    }
}
