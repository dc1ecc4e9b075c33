import FluvioTransport
import Synchronization
import Testing

@testable import ToolSupport
@testable import tool_probe

@Suite("Command lines")
struct InterpretTests {
    /// The options that a command line of `tool-probe produce` gives.
    static func options(
        _ arguments: [String], environment: [String: String] = [:]
    ) throws(UsageError) -> SampleOptions {
        let seen = Mutex<SampleOptions?>(nil)
        let command = Command("produce", "Catch the options.", SampleOptions.self) { _, _ in .exit(.success) }
        let table = CommandTable(SampleOptions.self, check: { options in seen.withLock { $0 = options } }) { _, _ in
            .exit(.success)
        }
        let tool = Tool(
            "t", "Test.", manual: Manual(description: ""),
            [Command(command, table), Command(group: "topic", "Topics.", [command])])
        _ = try tool.interpret(arguments) { environment[$0] }
        return seen.withLock { $0 } ?? SampleOptions()
    }

    @Test func `options of every kind reach their variables`() throws {
        let options = try Self.options([
            "-P", "prod", "produce", "-d", "\\0", "--linger=5", "-zgzip", "--create=3", "-tone", "--topic", "two",
            "--from", "7", "numbers", "--no-color", "--max-record", "2K", "a", "--retry-for=forever", "b", "-qv",
            "--cluster", "[::1]:9003",
        ])
        var wanted = SampleOptions()
        wanted.common.profile = "prod"
        wanted.common.cluster = ServerAddress(Endpoint(host: "::1", port: 9003))
        wanted.common.isQuiet = true
        wanted.common.isVerbose = true
        wanted.delimiter = [0]
        wanted.linger = .milliseconds(5)
        wanted.codec = .gzip
        wanted.partitions = 3
        wanted.topics = ["one", "two"]
        wanted.from = "7"
        wanted.color = false
        wanted.size = 2048
        wanted.retry = .forever
        wanted.topic = "numbers"
        wanted.files = ["a", "b"]
        #expect(options == wanted)
    }

    @Test func `the last of several wins, also of options that set the same variable`() throws {
        #expect(try Self.options(["produce", "t", "--new", "-o", "5"]).from == "5")
        #expect(try Self.options(["produce", "t", "-o", "5", "--new"]).from == "end")
        #expect(try Self.options(["produce", "t", "--no-color", "--color"]).color)
        #expect(try Self.options(["-P", "a", "produce", "t", "-P", "b"]).common.profile == "b")
    }

    @Test func `the values of a list replace its default, all together`() throws {
        struct Fields: CommandOptions {
            var common = CommonOptions()
            var fields = ["key", "value"]
            static func declare(_ table: inout OptionTable<Self>) {
                table.list("--field", to: \.fields, as: .text("NAME"), help: "Write this field")
            }
        }
        let seen = Mutex<[String]>([])
        let table = CommandTable(Fields.self, check: { options in seen.withLock { $0 = options.fields } }) { _, _ in
            .exit(.success)
        }
        let command = Command(Command("x", "X.", Fields.self) { _, _ in .exit(.success) }, table)
        let tool = Tool("t", "Test.", manual: Manual(description: ""), command: command)
        #expect(table.options.first?.fallback == "key value")
        for (line, fields) in [([], ["key", "value"]), (["--field=a", "--field", "b"], ["a", "b"])] {
            _ = try tool.interpret(line) { _ in nil }
            #expect(seen.withLock { $0 } == fields)
        }
    }

    @Test func `options of a command may stand before its name`() throws {
        let before = ["--no-color", "-d", ";", "--retry-for=5s", "-vz", "gzip", "produce", "t", "-o", "7"]
        let behind = ["produce", "t", "--no-color", "-d", ";", "--retry-for=5s", "-vz", "gzip", "-o", "7"]
        #expect(try Self.options(before) == Self.options(behind))
        _ = try Self.options(["--raw", "topic", "--topic", "u", "produce", "t"])
        // The last wins here, too.
        #expect(try Self.options(["-o", "5", "produce", "t", "-o", "6"]).from == "6")
    }

    @Test func `one that means different things to different commands, or nothing to this one, is refused there`() {
        struct Other: CommandOptions {
            var common = CommonOptions()
            var (raw, only) = ("", false)
            static func declare(_ table: inout OptionTable<Self>) {
                table.value("--raw", to: \.raw, as: .text("X"), help: "Take a value")
                table.flag("--only", to: \.only, help: "Be of one command")
            }
        }
        let tool = Tool(
            "t", "Test.", manual: Manual(description: ""),
            [
                Command("a", "A.", SampleOptions.self) { _, _ in .exit(.success) },
                Command("b", "B.", Other.self) { _, _ in .exit(.success) },
            ])
        for (line, message) in [
            (["--raw", "a", "t"], "unknown option '--raw'"), (["--only", "a", "t"], "'a' has no option '--only'"),
            (["--linger", "5", "b"], "'b' has no option '--linger'"),
        ] {
            let error = #expect(throws: UsageError.self) { try tool.interpret(line) { _ in nil } }
            #expect(error?.description == message)
        }
        #expect(throws: Never.self) { try tool.interpret(["--only", "b"]) { _ in nil } }
    }

    @Test func `an optional value is only taken attached`() throws {
        let options = try Self.options(["produce", "--create", "5"])
        #expect(options.partitions == 1)
        #expect(options.topic == "5")
        #expect(try Self.options(["produce", "t"]).partitions == nil)
    }

    @Test func `flags beat the environment, and the environment beats the default`() throws {
        let environment = ["FLUVIO_LINGER": "7", "FLUVIO_PROFILE": "env", "FLUVIO_CLUSTER": ""]
        let options = try Self.options(["produce", "t", "-P", "flag"], environment: environment)
        #expect(options.linger == .milliseconds(7))
        #expect(options.common.profile == "flag")
        #expect(options.common.cluster == nil)
        #expect(throws: UsageError.self) {
            try Self.options(["produce", "t"], environment: ["FLUVIO_LINGER": "x"])
        }
    }

    /// What is typed, and what is said about it.
    @Test(arguments: [
        ("", "a command is missing: produce, topic"),
        ("topic", "a command is missing: produce"),
        ("prodcue t", "unknown command 'prodcue'; did you mean 'produce'?"),
        ("consume t", "unknown command 'consume'; known: produce, topic"),
        ("topic prodce", "unknown command 'topic prodce'; did you mean 'topic produce'?"),
        ("-- produce", "TOPIC is missing"),
        ("produce", "TOPIC is missing"),
        ("produce t --form x", "unknown option '--form'; did you mean '--from'?"),
        ("produce t --zzz", "unknown option '--zzz'"),
        ("produce t -X", "unknown option '-X'"),
        ("produce t -from x", "unknown option '-from'; did you mean '--from'?"),
        ("produce t -vqX", "unknown option '-X'"),
        ("produce t --co gzip", "option '--co' is ambiguous: '--compression', '--color'"),
        ("produce t --raw=1", "option '--raw' takes no value"),
        ("produce t -d", "option '-d' wants a value: -d BYTES"),
        ("produce t --linger", "option '--linger' wants a value: --linger TIME"),
        (
            "produce t --linger 5x",
            "--linger: '5x' is not a duration: a number with ms, s, m, h or d is wanted (bare: ms)"
        ),
        ("produce t -c x", "-c: 'x' has no port: HOST:PORT is wanted"),
        ("produce t -c ::1:9003", "-c: '::1:9003' needs brackets around its IPv6 address: [ADDRESS]:PORT"),
        ("produce t --create=0", "--create: '0' is not a number from 1 to 1000"),
        ("produce t --max-record 2G", "--max-record: '2G' is more than 1G"),
        ("produce t --max-record 0", "--max-record: '0' is less than 1"),
        ("produce t --raw -d x", "--raw and --delimiter exclude each other"),
        ("--zzz produce t", "unknown option '--zzz'"),
        ("--form x produce t", "unknown option '--form'; did you mean '--from'?"),
        ("--raw topic", "a command is missing: produce"),
        ("--generate x", "--generate: 'x' is none of man, bash, zsh, fish, examples, problems"),
    ])
    func `what is wrong is said in one line`(line: String, message: String) {
        let error = #expect(throws: UsageError.self) {
            try Self.options(line.split(separator: " ").map(String.init))
        }
        #expect(error?.description == message)
    }

    @Test func `an error names the command whose help may help`() {
        for (line, command) in [
            ("-x", ["t"]), ("produce -x", ["t", "produce"]), ("topic -x", ["t", "topic"]),
            ("topic produce -x", ["t", "topic", "produce"]),
        ] {
            let error = #expect(throws: UsageError.self) {
                try Self.options(line.split(separator: " ").map(String.init))
            }
            #expect(error?.command == command)
        }
    }

    @Test func `help, version and metadata are asked for before anything is checked`() throws {
        func request(_ line: String) throws -> String {
            switch try probe.interpret(line.split(separator: " ").map(String.init), environment: { _ in nil }) {
            case .help(let path): "help " + path.map(\.name).joined(separator: " ")
            case .version: "version"
            case .metadata: "metadata"
            case .generate(let artifact): "generate \(artifact)"
            case .run: "run"
            }
        }
        #expect(try request("--help") == "help ")
        #expect(try request("produce -h") == "help produce")
        #expect(try request("topic create --help --nonsense") == "help topic create")
        #expect(try request("topic --help") == "help topic")
        #expect(try request("-q --version") == "version")
        #expect(try request("metadata") == "metadata")
        #expect(try request("--generate zsh") == "generate zsh")
        #expect(throws: UsageError.self) { try request("metadata x") }
    }

    @Test func `the first operand is a command if it equals one, unless it stands after two dashes`() throws {
        let seen = Mutex<[String]>([])
        func command(_ name: String) -> Command {
            let table = CommandTable(
                NameOptions.self, check: { options in seen.withLock { $0 = [name] + options.names } }
            ) { _, _ in .exit(.success) }
            return Command(Command(name, "Run.", NameOptions.self) { _, _ in .exit(.success) }, table)
        }
        let tool = Tool(
            "sink", "Test.", manual: Manual(description: ""), standard: "run", [command("run"), command("check")])
        for (line, result) in [
            ("logs", ["run", "logs"]), ("check logs", ["check", "logs"]), ("-q check logs", ["check", "logs"]),
            ("logs check", ["run", "logs", "check"]), ("-- check", ["run", "check"]), ("run check", ["run", "check"]),
        ] {
            _ = try tool.interpret(line.split(separator: " ").map(String.init)) { _ in nil }
            #expect(seen.withLock { $0 } == result, "\(line)")
        }
    }

    @Test func `operands go to those that must be there, then to optional ones, then to those that take many`() throws {
        func info(_ name: String, _ count: OperandInfo.Count) -> OperandInfo {
            OperandInfo(name: name, count: count, completion: .none, help: "")
        }
        let copy = [info("SOURCE", .many(least: 1)), info("TARGET", .one)]
        #expect(try OperandInfo.assign(["a", "b"], to: copy) == [0, 1])
        #expect(try OperandInfo.assign(["a", "b", "c"], to: copy) == [0, 0, 1])
        #expect(throws: UsageError("TARGET is missing")) { try OperandInfo.assign(["a"], to: copy) }
        #expect(throws: UsageError("SOURCE is missing")) { try OperandInfo.assign([], to: copy) }
        let list = [info("TOPIC", .optional), info("FILE", .many(least: 0))]
        #expect(try OperandInfo.assign([], to: list) == [])
        #expect(try OperandInfo.assign(["a", "b", "c"], to: list) == [0, 1, 1])
        #expect(throws: UsageError("one operand too many: 'b'")) {
            try OperandInfo.assign(["a", "b"], to: [info("TOPIC", .one)])
        }
    }
}
