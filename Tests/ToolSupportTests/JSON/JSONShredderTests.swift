import Testing

@testable import ToolSupport

/// Values at several places, found in one pass.
@Suite("JSON places")
struct JSONShredderTests {
    private typealias Step = JSONShredder.Step

    private static func member(_ name: String) -> Step { Step(name: Array(name.utf8), index: nil) }
    private static func element(_ index: Int) -> Step { Step(name: nil, index: index) }
    private static func either(_ index: Int) -> Step { Step(name: Array("\(index)".utf8), index: index) }

    /// What stands at each place of each text, one shredder for all.
    private static func shred(_ places: [[Step]], _ texts: [String]) -> [[String?]] {
        var shredder = JSONShredder(places)
        return texts.map { text in
            unsafe Array(text.utf8).withUnsafeBytes { bytes in
                guard unsafe (try? shredder.shred(bytes)) != nil else { return ["wrong"] }
                return places.indices.map { place in
                    unsafe shredder.found[place].map { unsafe String(decoding: $0.bytes, as: UTF8.self) }
                }
            }
        }
    }

    @Test func `members are found in any order, with any others among them`() {
        let found = Self.shred(
            [[Self.member("a")], [Self.member("b")], []],
            [
                #"{"a":1,"b":2}"#, #"{"a":3,"b":4}"#, #"{"b":5,"a":6}"#, #"{"x":[{"a":0}],"b":7}"#, #" { "a" : 8 } "#,
                #"{"\u0061":9}"#, #"{"a":1,"a":2}"#, "{}", "[1]", #"{"ab":1,"":2}"#,
            ])
        #expect(
            found == [
                ["1", "2", #"{"a":1,"b":2}"#], ["3", "4", #"{"a":3,"b":4}"#], ["6", "5", #"{"b":5,"a":6}"#],
                [nil, "7", #"{"x":[{"a":0}],"b":7}"#], ["8", nil, #"{ "a" : 8 }"#], ["9", nil, #"{"\u0061":9}"#],
                ["2", nil, #"{"a":1,"a":2}"#], [nil, nil, "{}"], [nil, nil, "[1]"], [nil, nil, #"{"ab":1,"":2}"#],
            ])
    }

    @Test func `places lie within others, and within arrays`() {
        let places = [
            [Self.member("a")], [Self.member("a"), Self.member("b")], [Self.member("a"), Self.element(1)],
            [Self.member("a"), Self.either(1)], [Self.member("a"), Self.member("1")],
        ]
        let found = Self.shred(
            places, [#"{"a":{"b":{"c":1}}}"#, #"{"a":[7,[8]]}"#, #"{"a":{"1":2}}"#, #"{"a":3}"#, #"{"a":[]}"#])
        #expect(
            found == [
                [#"{"b":{"c":1}}"#, #"{"c":1}"#, nil, nil, nil], ["[7,[8]]", nil, "[8]", "[8]", nil],
                [#"{"1":2}"#, nil, nil, "2", "2"], ["3", nil, nil, nil, nil], ["[]", nil, nil, nil, nil],
            ])
    }

    @Test(
        arguments: [
            "", "{", #"{"a"}"#, #"{"a":}"#, #"{"a":1,}"#, #"{"a":1}}"#, #"{"a":1 "b":2}"#, #"{"a":[1,]}"#,
            #"{"a":[1 2]}"#,
            #"{"a":"\ud800"}"#, #"{a:1}"#, #"{"x":tru}"#,
        ])
    func `what is no JSON is refused, also where nothing is looked for`(text: String) {
        let places = [[Self.member("a")], [Self.member("a"), Self.element(0)]]
        #expect(Self.shred(places, [#"{"a":[1],"x":1}"#, text]).last == ["wrong"])
    }

    @Test func `nesting has a bound, inside of what is looked for as well`() {
        let deep = String(repeating: "[", count: 99) + String(repeating: "]", count: 99)
        let places = [[Self.member("a"), Self.element(0)]]
        #expect(Self.shred(places, ["{\"a\":\(deep)}"]).first != ["wrong"])
        #expect(Self.shred(places, ["{\"a\":[\(deep)]}"]).first == ["wrong"])
        #expect(Self.shred(places, ["{\"x\":[\(deep)]}"]).first == ["wrong"])
    }

    @Test func `more names than are remembered are found as well`() {
        let text = "{" + (0..<300).map { "\"n\($0)\":\($0)" }.joined(separator: ",") + "}"
        let places = (0..<300).map { [Self.member("n\($0)")] }
        let found = Self.shred(places, [text, text])
        #expect(found[0] == found[1] && found[0] == (0..<300).map { "\($0)" })
    }
}
