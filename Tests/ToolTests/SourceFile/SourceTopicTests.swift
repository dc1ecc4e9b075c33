import Foundation
import TestSupport
import Testing

/// Topics that are made anew while there is a checkpoint of them.
@Suite("fluvio-source-file: topics made anew", .onOwnThreads, .timeLimit(.minutes(20)))
struct SourceTopicTests {
    let source: SourceShell

    init() throws { source = try SourceShell(partitions: 3) }

    private func makeAnew(partitions: Int) throws {
        let ran = try source.shell.run(
            "fluvio-admin -q topic delete --yes $1; until fluvio-admin -q topic create -p $2 $1 2>error; do sleep 0.1; done",
            source.topic, "\(partitions)")
        try #require(ran.status == 0, "\(ran.errors)")
    }

    @Test(arguments: ["", "--key regex:.*"])
    func `with fewer partitions: what is new goes there, and it is told`(key: String) throws {
        for number in 1...6 { try source.write("\(number).log", "\(number)\n") }
        try source.once("\(key) 'in/*.log'")
        try makeAnew(partitions: 1)
        for number in 1...6 { try source.append("\(number).log", "\(number) new\n") }
        let ran = try source.once("\(key) 'in/*.log'")
        #expect(ran.errors.contains("was made anew, as it had 3 partitions and has 1"))
        #expect(Set(try source.values()) == Set((1...6).map { "\($0) new" }))
        try source.once("\(key) 'in/*.log'")
        #expect(try source.values().count == 6)
    }
}
