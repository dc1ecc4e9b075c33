import Foundation
import Testing

@testable import FluvioClient
@testable import ToolSupport

/// Chains of SmartModules, in a file and on the command line. What goes over the wire for one is tested where it is made.
@Suite("Transforms")
struct TransformsTests {
    private func read(_ text: String) throws -> [SmartModule] {
        let file = FileManager.default.temporaryDirectory.appending(path: "transforms-\(UUID().uuidString)")
        try Data(text.utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        return try Transforms.read(file.path)
    }

    /// The one of the recorded requests is the first.
    static let chain = [
        SmartModule(.named("flt"), parameters: ["key": "a"]),
        SmartModule(
            .named("infinyon/jolt@0.4.1"), parameters: ["spec": "[{\"operation\":\"shift\"}]", "n": "3", "on": "true"],
            lookback: .init(last: 5, age: .seconds(30))),
        SmartModule(.named("map")),
    ]

    @Test(arguments: [
        """
        transforms:
          - uses: flt
            with:
              key: a
          - uses: infinyon/jolt@0.4.1
            with:
              spec: [{operation: shift}]
              n: 3
              "on": true
            lookback:
              last: 5
              age: 30s
          - uses: map
        """,
        """
        - {uses: flt, with: {key: a}}
        - uses: infinyon/jolt@0.4.1
          with: {spec: '[{"operation":"shift"}]', n: '3', "on": 'true'}
          lookback: {last: 5, age: 30s}
        - {uses: map, with: {}}
        """,
        #"{"transforms":[{"uses":"flt","with":{"key":"a"}},{"uses":"infinyon/jolt@0.4.1","with":{"spec":[{"operation":"shift"}],"n":3,"on":true},"lookback":{"last":5,"age":"30s"}},{"uses":"map"}]}"#,
    ])
    func `a file is read as Fluvio writes it`(text: String) throws {
        #expect(try read(text) == Self.chain)
    }

    @Test func `the command line says the same in JSON`() throws {
        let kind = ValueKind<[SmartModule]>.transforms
        #expect(try kind.parse(#"{"uses":"flt","with":{"key":"a"}}"#) == [Self.chain[0]])
        #expect(
            try kind.parse(#"[{"uses":"flt","with":{"key":"a"}},{"uses":"map"}]"#) == [Self.chain[0], Self.chain[2]])
    }

    @Test(arguments: [
        ("transforms: 3", "'transforms' is no list"), ("transforms: []", "the list is empty"),
        ("transforms: [{with: {}}]", "a transform needs 'uses'"), ("- {uses: a, wiht: {}}", "no 'wiht'"),
        ("transforms: [{uses: a}]\nmore: 1", "'more' stands beside 'transforms'"),
        ("- {uses: a, lookback: {age: soon}}", "'soon' is not a duration"), ("- {", "line"),
    ])
    func `what is no chain is a fault of the configuration that names the file`(text: String, reason: String) {
        let error = #expect(throws: ToolError.self) { try read(text) }
        #expect(error?.code == .usage)
        #expect(error?.description.contains(reason) == true && error?.description.contains("transforms-") == true)
    }
}
