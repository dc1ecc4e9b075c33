import TestSupport
import Testing

@Suite("fluvio-admin: wrong invocations", .onOwnThreads, .timeLimit(.minutes(60)))
struct WrongInvocationTests {
    /// A command line, the exit status, and a part of the one line that says what is wrong.
    static let cases: [(line: String, status: CInt, message: String)] = [
        ("", 2, "a command is missing"),
        ("topics", 2, "did you mean 'topic'?"),
        ("topic", 2, "a command is missing"),
        ("topic lst", 2, "did you mean 'topic list'?"),
        ("topic create", 2, "TOPIC is missing"),
        ("topic create x -p 0", 2, "'0' is not a number from 1 to 2147483647"),
        ("topic create x --partitons 3", 2, "--partitions"),
        ("topic create x --retention-time never", 2, "--retention-time"),
        ("topic create x --compression-type zip", 2, "'zip' is none of"),
        ("topic create x --max-partition-size 1", 2, "--max-partition-size"),
        ("topic create -- -x", 1, "'-x'"),
        ("topic create --config missing.yaml", 1, "cannot read missing.yaml"),
        ("topic create x -f missing.json", 1, "cannot read missing.json"),
        ("topic delete", 2, "TOPIC is missing"),
        ("topic delete x </dev/null", 2, "--yes"),
        ("topic delete --yes nothing", 1, "there is no topic 'nothing'"),
        ("topic describe nothing", 1, "there is no topic 'nothing'"),
        ("topic describe", 2, "TOPIC is missing"),
        ("topic list -O xml", 2, "'xml' is none of"),
        ("topic offsets nothing", 1, "there is no topic 'nothing'"),
        ("topic offsets x --at someday", 2, "'someday' is not a time"),
        ("topic add-partition x --count none", 2, "--count"),
        ("partition list nothing", 1, "there is no partition 'nothing'"),
        ("spu register -i 1", 2, "--public-server is missing"),
        ("spu unregister", 2, "NAME, --id or --name is missing"),
        ("spu list --custom=yes", 2, "--custom"),
        ("smartmodule create x", 2, "--wasm-file is missing"),
        ("smartmodule create x --wasm-file missing", 1, "cannot read missing"),
        ("smartmodule delete --yes nothing", 1, "nothing"),
        ("table-format create", 2, "--config is missing"),
        ("remote export nothing", 1, "there is no remote cluster 'nothing'"),
        ("remote unregister --yes nothing", 1, "there is no remote cluster 'nothing'"),
        ("home disconnect --yes nothing", 1, "there is no home cluster 'nothing'"),
        ("spg create", 2, "NAME is missing"),
        ("spg create g --replicas 0", 2, "'0' is not a number from 1 to 65535"),
        ("spg delete --yes nothing", 1, "there is no SPU group 'nothing'"),
        ("spg delete ''", 2, "an empty text is not a name"),
        ("profile delete --yes nothing", 1, "there is no profile 'nothing'"),
        ("completions tcsh", 2, "'tcsh' is none of bash, zsh, fish"),
        ("cluster start --spus 0", 2, "'0' is not a number from 1 to 100"),
        ("topic watch -n 0", 2, "'0' is not a number of 1 or more"),
        ("home connect -f missing", 1, "cannot read missing"),
        ("consumer delete --yes nobody", 1, "nobody"),
        ("offset set c x", 2, "--to is missing"),
        ("offset get nobody", 1, "nobody"),
        ("apply", 2, "--file is missing"),
        ("export nothing >/dev/null", 1, "there is no topic 'nothing'"),
        ("profile switch nothing", 1, "nothing"),
        ("profile add x not-an-address", 2, "not-an-address"),
        ("cluster start --port many", 2, "--port"),
        ("-P nothing topic list", 2, "nothing"),
        ("-c localhost:1 -P x topic list", 2, "exclude each other"),
        ("-c localhost:1 topic list --retry-for 0", 3, "cannot connect to localhost:1"),
    ]

    @Test func `each is told in one line, with the exit status that fits`() throws {
        let shell = try Shell(try TestCluster.shared.get())
        for (line, status, message) in Self.cases {
            let ran = try shell.run("fluvio-admin \(line)")
            let lines = ran.errors.split(separator: "\n").filter { !$0.hasPrefix("Try 'fluvio-admin") }
            #expect(ran.status == status, "\(line): \(ran.errors)")
            #expect(lines.last?.contains(message) == true, "\(line): \(ran.errors)")
            #expect(lines.count == 1 || status == 3, "\(line): \(ran.errors)")
            #expect(ran.text == "", "\(line)")
        }
    }
}
