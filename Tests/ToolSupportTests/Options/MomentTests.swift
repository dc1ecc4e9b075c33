import Testing

@testable import FluvioClient
@testable import ToolSupport

@Suite("Moments")
struct MomentTests {
    @Test(
        arguments: [
            ("1970-01-01", 0), ("2026-01-31", 1_769_817_600_000), ("2024-02-29T12:30:00Z", 1_709_209_800_000),
            ("2024-02-29 12:30", 1_709_209_800_000), ("2024-02-29T12:30:00.5Z", 1_709_209_800_500),
            ("2024-02-29T12:30:00.123456", 1_709_209_800_123), ("2024-02-29T14:30:00+02:00", 1_709_209_800_000),
            ("2024-02-29T07:30:00-0500", 1_709_209_800_000), ("2000-03-01", 951_868_800_000),
            ("2100-03-01", 4_107_542_400_000), ("1709209800", 1_709_209_800_000), ("1709209800s", 1_709_209_800_000),
            ("1709209800123", 1_709_209_800_123), ("1709209800123ms", 1_709_209_800_123), ("@5", 5000), ("@5ms", 5),
        ] as [(String, Int64)])
    func `a fixed moment is read`(text: String, time: Int64) {
        #expect(Moments.parse(text) == .at(time))
    }

    @Test(
        arguments: [
            ("15m", .seconds(900)), ("-1h", .seconds(3600)), ("+5s", .seconds(-5)), ("1.5d", .seconds(129_600)),
            ("now", .zero), ("250ms", .milliseconds(250)), ("1 hour ago", .seconds(3600)),
            ("2 days ago", .seconds(172_800)), ("30 mins ago", .seconds(1800)), ("1 week ago", .seconds(604_800)),
        ] as [(String, Duration)])
    func `a moment counted from the present is read`(text: String, ago: Duration) {
        #expect(Moments.parse(text) == .ago(ago))
        #expect(
            Moment.ago(ago).milliseconds(now: 1_000_000_000) == 1_000_000_000 - ago.components.seconds * 1000
                - ago.components.attoseconds / 1_000_000_000_000_000)
    }

    @Test func `days begin at midnight in UTC`() {
        let day: Int64 = 86_400_000
        for now in [0, 1, day - 1, 20_000 * day + 5, -1, -day, -day - 1] {
            let today = Moments.parse("today")?.milliseconds(now: now) ?? 1
            #expect(today <= now && now < today + day && today % day == 0)
            #expect(Moments.parse("yesterday")?.milliseconds(now: now) == today - day)
            #expect(Moments.parse("tomorrow")?.milliseconds(now: now) == today + day)
        }
    }

    @Test(arguments: [
        "", "5", "12345", "2026-13-01", "2026-02-29", "2026-1-1", "2026-01-31T", "2026-01-31T25:00", "days ago", "h",
        "3 moons ago", "-1 day ago",
        "-", "+", "@", "@x", "2026-01-31Z", "2026-01-31T10:00:00+1", "1709209800123456",
    ])
    func `what is no moment is none`(text: String) {
        #expect(Moments.parse(text) == nil)
    }

    @Test func `dates are the inverse of their texts`() {
        for day in stride(from: Int64(0), to: 80_000, by: 13) {
            let time = day * 86_400_000 + day % 86_400_000
            #expect(UTCTime.text(time).flatMap(Moments.parse) == .at(time))
        }
    }
}

@Suite("Regular expressions")
struct PatternTests {
    private static func isFound(_ pattern: String, in text: String) throws -> Bool {
        var pattern = try Pattern(pattern)
        return pattern.isFound(in: text)
    }

    @Test func `are searched for, unless anchored`() throws {
        #expect(try Self.isFound("^logs-[0-9]+$", in: "logs-12"))
        #expect(try !Self.isFound("^logs-[0-9]+$", in: "logs-"))
        #expect(try !Self.isFound("^logs-[0-9]+$", in: "my-logs-1"))
        #expect(try Self.isFound("b", in: "abc"))
    }

    @Test func `that are wrong are named with the place`() {
        #expect(throws: ValueError.self) { _ = try Pattern("a(b") }
        do throws(ValueError) {
            _ = try Pattern("a(b")
        } catch {
            #expect(error.description.hasPrefix("'a(b' is no regular expression: "))
        }
    }

    @Test func `no text needs for ever`() throws {
        #expect(try !Self.isFound("(a+)+$", in: String(repeating: "a", count: 40) + "b"))
    }
}

@Suite("JSON documents")
struct ObjectParsingTests {
    @Test func `are read as they are written`() throws {
        let value: ObjectValue = ["a": 1, "b": ["x", true, .null], "c": ["d": "\u{0}\u{e9}"]]
        #expect(try ObjectValue(parsingJSON: value.json()) == value)
        #expect(try ObjectValue(parsingJSON: value.json(isIndented: true)) == value)
    }

    @Test(arguments: ["", "{", #"{"a":1,"a":2}"#, "1.5", "[1,]"])
    func `are refused when they are none`(text: String) {
        #expect(throws: ValueError.self) { _ = try ObjectValue(parsingJSON: Array(text.utf8)) }
    }
}
