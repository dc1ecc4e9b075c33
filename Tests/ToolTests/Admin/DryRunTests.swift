import TestSupport
import Testing

/// Goes over the whole command table: what changes something has `--dry-run`, and with it changes nothing.
@Suite("fluvio-admin: dry runs", .onOwnThreads, .timeLimit(.minutes(60)))
struct DryRunTests {
    /// Commands that change nothing.
    static let readers: Set<String> = [
        "topic list", "topic describe", "topic watch", "topic offsets", "partition list", "partition watch", "spu list",
        "spu watch", "spg list", "spg watch", "smartmodule list", "smartmodule watch", "table-format list",
        "table-format watch", "remote list", "remote watch", "home watch", "remote export", "home status",
        "consumer list", "offset get",
        "offset lag",
        "export", "profile current", "profile list", "profile export", "config show", "cluster status", "cluster logs",
        "completions", "cluster spu list", "cluster spu watch", "cluster spg list", "cluster spg watch",
    ]

    /// The others, with what they would change in the cluster that the test makes.
    static let changers: [String: String] = [
        "topic create": "new", "topic delete": "t", "topic add-partition": "t", "topic add-mirror": "t edge",
        "spu register": "-i 9 -p a:1 --private-server a:2", "spu unregister": "-i 77", "spg create": "new",
        "spg delete": "g", "smartmodule create": "new --wasm-file m.wasm", "smartmodule delete": "m",
        "table-format create": "--config new.yaml", "table-format delete": "f", "remote register": "new",
        "remote unregister": "edge", "home connect": "-f home.json", "home disconnect": "home",
        "consumer delete": "c", "offset set": "c t --to 1", "offset reset": "c --to earliest", "apply": "-f topic.yaml",
        "profile add": "new new:1", "profile switch": "other", "profile rename": "other new", "profile delete": "other",
        "profile delete-cluster": "--force other", "profile sync local": "", "cluster start": "--data-dir new",
        "cluster run": "--data-dir new", "cluster stop": "", "cluster delete": "--data-dir stopped",
        "cluster spu stop": "5001", "cluster spu start": "5001", "cluster spu kill": "5001",
        "cluster spu freeze": "5001",
        "cluster spu register": "-i 9 -p a:1 --private-server a:2", "cluster spu unregister": "custom-spu-77",
        "cluster spg create": "new", "cluster spg delete": "g",
    ]

    /// The commands with their options, as the completions have them.
    private static func commands() throws -> [String: Set<Substring>] {
        let lines = try GeneratedPageTests.generate("fluvio-admin", "bash").split(separator: "\n")
        let start = try #require(lines.firstIndex { $0.hasPrefix("_fluvio_admin_options()") })
        var commands: [String: Set<Substring>] = [:]
        for line in lines[(start + 2)...].prefix(while: { $0.contains(") echo '") }) {
            let parts = line.split(separator: "'", omittingEmptySubsequences: false)
            try #require(parts.count == 5)
            commands[String(parts[1])] = Set(parts[3].split(separator: " "))
        }
        return commands.filter { name, _ in !name.isEmpty && !commands.keys.contains { $0.hasPrefix(name + " ") } }
    }

    @Test func `every command is known to change something or not, and says that it would only if it can`() throws {
        let commands = try Self.commands()
        #expect(commands.count > 50)
        for (name, options) in commands {
            #expect(Self.readers.contains(name) != (Self.changers[name] != nil), "'\(name)' is in one of the tables")
            #expect(options.contains("--dry-run") == (Self.changers[name] != nil), "\(name)")
        }
        #expect(Set(Self.changers.keys).isSubset(of: commands.keys))
    }

    @Test func `a dry run says what would be done, and everything is as before`() throws {
        let shell = try Shell(nil)
        let lines = Self.changers.sorted { $0.key < $1.key }.map { "try \($0.key) \($0.value)" }
        let ran = try shell.run(
            """
            trap 'fluvio-admin -q cluster stop' EXIT
            admin() { fluvio-admin -q "$@" || { echo "failed: $*"; exit; }; }
            state() {
                fluvio-admin cluster status -O json; fluvio-admin consumer list -O json | jq 'map(del(.modified_time))'
                fluvio-admin profile list -O json; for kind in spu spg smartmodule table-format remote home; do
                    fluvio-admin $kind $([ $kind = home ] && echo status || echo list) -O json
                done
                fluvio-admin topic list -s -O json; ls; ls -R stopped
            }
            try() {
                fluvio-admin "$@" --dry-run </dev/null >out 2>said || { echo "$*: $? $(cat said)"; return; }
                grep -q 'dry run' out said || echo "$* says nothing of it: $(cat out said)"
                state >after; cmp -s before after || { echo "$* changed something"; diff before after; }
            }
            printf '\\0asm\\1\\0\\0\\0' >m.wasm
            for name in f new; do printf "name: $name\\ncolumns:\\n- keyPath: a\\n" >$name.yaml; done
            printf 'meta:\\n  name: applied\\n' >topic.yaml
            mkdir stopped; admin cluster start --data-dir stopped --port 0 --spu-port 0 -P other
            admin cluster stop -P other
            admin cluster start --port 0 --spu-port 0
            admin topic create t; seq 5 | fluvio-cat produce -q t; admin offset set c t --to 3
            admin spu register -i 77 -p a:1 --private-server a:2; admin spg create g
            admin smartmodule create m --wasm-file m.wasm; admin table-format create --config f.yaml
            admin remote register edge; fluvio-admin remote export edge >home.json; admin home connect -f home.json
            : >out; : >said; : >before; : >after
            state >before
            \(lines.joined(separator: "\n"))
            echo end
            """)
        // This cluster keeps no mirror topics, so there is none to add a mirror to.
        #expect(
            ran.lines == ["topic add-mirror t edge: 1 fluvio-admin: topic 't' is no mirror", "end"],
            "\(ran.text) \(ran.errors)")
    }

    @Test func `every deletion asks, and never standard input`() throws {
        let cluster = try TestCluster()
        let deletions = try Self.commands().filter { $0.value.contains("--yes") }.keys.sorted()
        #expect(deletions.count == 13, "\(deletions)")
        let lines = deletions.map { "try \($0) \((Self.changers[$0] ?? "").replacing("--force ", with: ""))" }
        let ran = try Shell(cluster).run(
            """
            try() {
                echo y | setsid -w fluvio-admin "$@" 2>said; [ $? = 2 ] && grep -q 'no terminal to ask' said || cat said
            }
            fluvio-admin -q topic create t
            \(lines.joined(separator: "\n"))
            script -qec 'fluvio-admin topic delete t' /dev/null <<<n | tr -d '\r'; fluvio-admin topic list -O name
            script -qec 'echo t | fluvio-admin topic delete -' /dev/null <<<y | tr -d '\r'
            fluvio-admin topic list -O name
            """)
        let answers = ran.lines.filter { $0 != "n" && $0 != "y" }
        #expect(
            answers == [
                "Delete topic 't' with all records? [y/N] fluvio-admin: nothing is deleted", "t",
                "Delete topic 't' with all records? [y/N] fluvio-admin: topic 't' deleted",
            ], "\(ran.text) \(ran.errors)")
    }

    @Test func `a dry run refuses what would be refused`() throws {
        let cluster = try TestCluster()
        let ran = try Shell(cluster).run(
            """
            printf '\\0asm\\1\\0\\0\\0' >m.wasm
            fluvio-admin -q spg create group && fluvio-admin -q remote register edge
            fluvio-admin -q smartmodule create m --wasm-file m.wasm
            for line in 'spg create -d group' 'spg delete -d grou' 'remote register -d edge' 'topic delete -d topi' \\
                'remote unregister -d home' 'smartmodule delete -d mm' 'profile switch -d nowhere' 'profile delete -d loca' \\
                'cluster spu kill -d 7' 'cluster delete -d' 'spu unregister -d -i 5'; do
                fluvio-admin $line; echo $?
            done
            fluvio-admin cluster run -d --data-dir $1; echo $?
            fluvio-admin smartmodule create -d m --wasm-file m.wasm; fluvio-admin spg create -d --if-not-exists group
            """, cluster.data)
        #expect(ran.lines.count == 12 && !ran.lines.contains("0"), "\(ran.text) \(ran.errors)")
        #expect(ran.errors.contains("SPU group 'group' exists already"))
        #expect(ran.errors.contains("there is no SPU group 'grou'; did you mean 'group'?"))
        #expect(ran.errors.contains("SmartModule 'm' could be replaced (dry run)"))
    }
}
