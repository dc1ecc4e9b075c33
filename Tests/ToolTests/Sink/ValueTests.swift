import Foundation
import TestSupport
import Testing

/// What arrives in typed columns, in binary and as text, is what the server itself reads from the same text.
@Suite("sink-pg: values", .onOwnThreads, .timeLimit(.minutes(60)))
struct ValueTests {
    /// How many random values of each type: `FLUVIO_VALUES`.
    static let count = ProcessInfo.processInfo.environment["FLUVIO_VALUES"].flatMap { Int($0) } ?? 1000

    /// A type, values that must be tried, and a maker of more.
    struct Kind: Sendable, CustomTestStringConvertible {
        let type: String
        let special: [String]
        let make: @Sendable (inout SeededRandom) -> String
        var testDescription: String { type }
    }

    private static func digits(_ count: ClosedRange<Int>, _ random: inout SeededRandom) -> String {
        (0..<Int.random(in: count, using: &random)).map { _ in "\(Int.random(in: 0...9, using: &random))" }.joined()
    }

    private static func date(_ years: ClosedRange<Int>, _ random: inout SeededRandom) -> (text: String, isBefore: Bool)
    {
        let year = Int.random(in: years, using: &random)
        let month = Int.random(in: 1...12, using: &random)
        let day = Int.random(in: 1...28, using: &random)
        return (String(format: "%04d-%02d-%02d", year > 0 ? year : 1 - year, month, day), year <= 0)
    }

    private static func time(_ random: inout SeededRandom) -> String {
        let text = String(
            format: "%02d:%02d:%02d", Int.random(in: 0...23, using: &random), Int.random(in: 0...59, using: &random),
            Int.random(in: 0...59, using: &random))
        return Bool.random(using: &random) ? text : "\(text).\(digits(1...6, &random))"
    }

    private static func number(_ random: inout SeededRandom) -> String {
        let sign = Bool.random(using: &random) ? "-" : ""
        let whole = "\(Int.random(in: 1...9, using: &random))\(digits(0...30, &random))"
        let fraction = Bool.random(using: &random) ? "" : ".\(digits(1...30, &random))"
        let exponent = Int.random(in: 0...3, using: &random) > 0 ? "" : "e\(Int.random(in: -60...60, using: &random))"
        return sign + (Int.random(in: 0...4, using: &random) == 0 ? "0" : whole) + fraction + exponent
    }

    private static func letters(_ random: inout SeededRandom) -> String {
        let some: [Unicode.Scalar] = [
            "a", "Z", " ", "\t", "\n", "\r", "\\", "\"", "'", "{", "}", ",", "é", "€", "😀", "\u{1}", "\u{7f}",
        ]
        return String(
            String.UnicodeScalarView(
                (0..<Int.random(in: 0...20, using: &random)).map { _ in some.randomElement(using: &random) ?? "a" }))
    }

    static let kinds: [Kind] = [
        Kind(type: "bool", special: ["true", "false", "t", "no", "1", "off"]) {
            ["true", "false"].randomElement(using: &$0) ?? ""
        },
        Kind(type: "int2", special: ["-32768", "32767", "0", "+5", "-0"]) {
            "\(Int16.random(in: .min ... .max, using: &$0))"
        },
        Kind(type: "int4", special: ["-2147483648", "2147483647"]) { "\(Int32.random(in: .min ... .max, using: &$0))" },
        Kind(type: "int8", special: ["-9223372036854775808", "9223372036854775807"]) {
            "\(Int64.random(in: .min ... .max, using: &$0))"
        },
        Kind(
            type: "float4", special: ["NaN", "Infinity", "-Infinity", "3.4028235e38", "1e-45", "-0", "0.1", "16777217"]
        ) {
            "\(Float(bitPattern: UInt32.random(in: 0..<0x7f80_0000, using: &$0)))"
        },
        Kind(
            type: "float8",
            special: [
                "NaN", "Infinity", "-Infinity", "1.7976931348623157e308", "5e-324", "-0", "0.1",
                "2.2250738585072011e-308",
            ]
        ) { "\(Double(bitPattern: UInt64.random(in: 0..<0x7ff0_0000_0000_0000, using: &$0)))" },
        Kind(
            type: "numeric",
            special: [
                "NaN", "Infinity", "-Infinity", "0", "-0", "0.00", "1e0", "1e10", "1e-10", "10000", "9999", "0.0001",
                "0.00001", "1e1000", "1e-1000", "123456789012345678901234567890.123456789", "100.0", "1.5e3",
                "00012.30",
            ]
        ) { number(&$0) },
        Kind(type: "numeric(20,3)", special: ["1.0005", "-1.0005", "99999999999999999.999"]) {
            "\(Int64.random(in: -1_000_000_000_000...1_000_000_000_000, using: &$0)).\(digits(0...6, &$0))0"
        },
        Kind(type: "text", special: ["", "\\N", "\\.", "NULL", "{}"]) { letters(&$0) },
        Kind(type: "varchar(30)", special: ["", "x"]) { letters(&$0) },
        Kind(type: "char(30)", special: ["", "x  "]) { letters(&$0) },
        Kind(
            type: "uuid",
            special: [
                "{A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11}", "a0eebc999c0b4ef8bb6d6bb9bd380a11",
                "a0ee-bc99-9c0b-4ef8-bb6d-6bb9-bd38-0a11",
            ]
        ) { _ in UUID().uuidString },
        Kind(
            type: "date",
            special: [
                "infinity", "-infinity", "4713-01-01 BC", "5874897-12-31", "0001-01-01", "2024-02-29",
                "0001-12-31 BC", "10000-01-01", "2000-01-01",
            ]
        ) {
            let date = date(-4700...20_000, &$0)
            return date.text + (date.isBefore ? " BC" : "")
        },
        Kind(type: "time", special: ["00:00:00", "24:00:00", "23:59:59.999999", "12:30"]) { time(&$0) },
        Kind(
            type: "timestamp",
            special: [
                "infinity", "-infinity", "4713-01-01 00:00:00 BC", "294276-12-31 23:59:59.999999",
                "0001-01-01 00:00:00", "2024-02-29T12:00:00", "2016-12-31 23:59:60",
            ]
        ) {
            let date = date(-4700...200_000, &$0)
            return "\(date.text) \(time(&$0))" + (date.isBefore ? " BC" : "")
        },
        Kind(
            type: "timestamptz",
            special: [
                "infinity", "-infinity", "0044-03-15 12:00:00+00 BC", "2026-01-31T12:00:00Z",
                "2026-01-31T12:00:00.123456+05:30", "2026-01-31 12:00:00-0330", "2026-01-31 12:00:00+14",
                "294276-12-31 23:59:59Z",
                "1883-11-18 12:00:00-04:56:02", "0001-01-01 00:00:00+15:59",
            ]
        ) {
            let date = date(-4700...200_000, &$0)
            let zone =
                ["Z", "+00", "-05", "+05:30", "-03:30", "+14:00", "-12", "+0545"].randomElement(using: &$0) ?? "Z"
            return "\(date.text) \(time(&$0))\(zone)" + (date.isBefore ? " BC" : "")
        },
    ]

    @Test(arguments: kinds, ["binary", "text"])
    func `a column holds what the server makes of the same text`(kind: Kind, format: String) throws {
        let cluster = try TestCluster.shared.get()
        let shell = try Shell(cluster, variables: try TestDatabase.shared.get().variables())
        let topic = cluster.topic()
        var random = SeededRandom(seed: UInt64.random(in: 0...UInt64.max))
        let seed = random
        let values = kind.special + (0..<Self.count).map { _ in kind.make(&random) }
        let lines = try values.map { value in
            // The same text twice: one goes into the typed column, one into a text.
            let text = try JSONEncoder().encode(["v": value, "w": value])
            return String(decoding: text, as: UTF8.self)
        }
        try shell.directory.write("in", lines.joined(separator: "\n") + "\n")
        let ran = try shell.run(
            """
            psql -qc 'CREATE TABLE t (v \(kind.type), w text)'
            fluvio-cat produce -q --create $1 <in && fluvio-sink-pg -e -t t --format $2 $1
            fluvio-sink-pg dead list | head -3 >&2
            """, topic, format)
        #expect(ran.status == 0 && ran.errors == "", "\(ran.errors) of \(seed)")
        // Equal, and equal as they are printed: 1.0 and 1.00 are one number, and not the same.
        let wrong = try shell.query(
            """
            SET timezone='UTC'; SELECT v, w FROM t WHERE v IS DISTINCT FROM w::\(kind.type) OR v::text <> (w::\(kind.type))::text \
            LIMIT 5
            """)
        #expect(wrong == [], "of \(seed)")
        #expect(try shell.query("SELECT count(*) FROM t") == ["\(values.count)"])
    }

    @Test func `arrays hold what their elements are`() throws {
        let cluster = try TestCluster.shared.get()
        for format in ["binary", "text"] {
            let shell = try Shell(cluster, variables: try TestDatabase.shared.get().variables())
            let ran = try shell.run(
                #"""
                psql -qc 'CREATE TABLE t (i int[], t text[], n numeric[], j jsonb[], z timestamptz[], b bytea)'
                cat >in <<'END'
                {"i":[1,-2,null],"t":["","NULL","a,b","q\"\\","{}",null,"\t\n"],"n":[1.50,1e3],"j":[{"a":"\"\\"},[1],"x"],"z":["2026-01-01T00:00:00Z"],"b":"é"}
                {"i":[],"t":[],"n":null}
                END
                fluvio-cat produce -q --create $1 <in && fluvio-sink-pg -e -t t --format $2 $1
                """#, cluster.topic(), format)
            #expect(ran.status == 0 && ran.errors == "", "\(ran.errors)")
            #expect(
                try shell.query("SET timezone='UTC'; SELECT to_json(t.*) FROM t") == [
                    #"{"i":[1,-2,null],"t":["","NULL","a,b","q\"\\","{}",null,"\t\n"],"n":[1.50,1000],"j":[{"a": "\"\\"},[1],"x"],"z":["2026-01-01T00:00:00+00:00"],"b":"\\xc3a9"}"#,
                    #"{"i":[],"t":[],"n":null,"j":null,"z":null,"b":null}"#,
                ])
        }
    }
}
