import Foundation
import TestSupport
import Testing

/// The examples of the manual pages do what they show.
@Suite("Examples of the manual pages", .onOwnThreads, .timeLimit(.minutes(60)))
struct ExampleTests {
    struct Example: Decodable, CustomTestStringConvertible {
        let command: String
        var testDescription: String { command }
    }

    static func examples(_ tool: String) -> [Example] {
        let text = (try? GeneratedPageTests.generate(tool, "examples")) ?? ""
        return text.split(separator: "\n").compactMap {
            try? JSONDecoder().decode(Example.self, from: Data($0.utf8))
        }
    }

    /// What the examples take for granted: topics, with a few records.
    private static let topics = """
        fluvio-admin -q topic create logs users copy tmp-one tmp-two &&
        printf 'one\\ntwo\\nthree\\n' | fluvio-cat produce logs || exit 99\n
        """

    /// And a consumer that has read one of them.
    private static let consumer = "fluvio-admin -q offset set billing logs --to 1 || exit 97\n"

    @Test func `there are examples of all tools`() {
        #expect(Self.examples("fluvio-cat").count > 5 && Self.examples("fluvio-tee").count > 3)
        #expect(Self.examples("fluvio-source-file").count > 3)
        #expect(Self.examples("fluvio-admin").count > 5 && Self.examples("fluvio-sink-pg").count > 3)
    }

    @Test(arguments: examples("fluvio-cat") + examples("fluvio-tee") + examples("fluvio-source-file"))
    func `of fluvio-cat, fluvio-tee and fluvio-source-file`(example: Example) throws {
        let cluster = try TestCluster()
        let shell = try Shell(cluster)
        let ran = try shell.run(Self.topics + "set -o pipefail\n" + example.command)
        #expect(ran.status == 0, "\(ran.text) \(ran.errors)")
    }

    @Test(arguments: examples("fluvio-sink-pg")) func `of fluvio-sink-pg`(example: Example) throws {
        let cluster = try TestCluster()
        let shell = try Shell(cluster, variables: try TestDatabase.shared.get().variables())
        let ran = try shell.run(
            #"""
            fluvio-admin -q topic create events users
            printf '{"id":1,"user":{"name":"Ann"}}\n{"id":2}\n' | fluvio-cat produce events || exit 99
            printf 'u1,{"name":"Ann"}\nu1,{"name":"Anna"}\n' | fluvio-cat produce -K , users || exit 98
            set -o pipefail

            """# + example.command)
        #expect(ran.status == 0, "\(ran.text) \(ran.errors)")
    }

    @Test(arguments: examples("fluvio-admin")) func `of fluvio-admin`(example: Example) throws {
        let shell = try Shell(nil)
        let ports = try (0..<4).map { _ in "\(try Ports.free())" }
        // Ports of their own, where the example means the usual ones; and a cluster to begin with, unless it starts one.
        let starts = example.command.contains("cluster start") && !example.command.contains("./second")
        let creates = example.command.contains("topic create")
        let ran = try shell.run(
            """
            trap 'for d in "$HOME/.fluvio/local-cluster" second; do
                command fluvio-admin -q cluster stop --data-dir "$d"; done' EXIT
            fluvio-admin() {
                case "$*" in *--port*) command fluvio-admin "$@" ;;
                *"cluster start"*|*"cluster run"*) command fluvio-admin "$@" --port $p --spu-port $s ;;
                *) command fluvio-admin "$@" ;; esac
            }
            p=$1; s=$2
            \(starts ? "" : "fluvio-admin -q cluster start || exit 98")
            \(starts || creates ? "" : Self.topics + Self.consumer)
            set -o pipefail
            \(example.command)
            """, ports[0], ports[1])
        #expect(ran.status == 0, "\(ran.text) \(ran.errors)")
    }
}
