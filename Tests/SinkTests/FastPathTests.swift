import Foundation
import Testing

@testable import fluvio_sink_pg

/// Short cuts lead where the long way does.
@Suite("Fast paths of values")
struct FastPathTests {
    private func bytes<Result>(_ text: String, _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        unsafe Array(text.utf8).withUnsafeBytes { unsafe body($0) }
    }

    @Test func `doubles are those of strtod`() {
        var texts = [
            "0", "-0", "0.1", "123456789012345.6", "9007199254740993", "0.000000000000001", "-1.5", "1e5",
            "99999999999999.99",
        ]
        for _ in 0..<20_000 {
            let whole = String(UInt64.random(in: 0...9_999_999_999_999_999).description.prefix(Int.random(in: 1...16)))
            let decimals = String(UInt64.random(in: 0...999_999_999_999_999).description.prefix(Int.random(in: 1...15)))
            texts.append("\(Bool.random() ? "-" : "")\(whole).\(decimals)")
            texts.append(whole)
        }
        for text in texts {
            let number = unsafe bytes(text) { unsafe Numbers.double($0) }
            #expect(number?.bitPattern == Double(text)?.bitPattern, "\(text)")
        }
    }

    @Test func `whole numbers are those of Int64, and what is too large is none`() {
        for text in [
            "0", "-0", "+7", "999999999999999999", "-999999999999999999", "9223372036854775807", "-9223372036854775808",
            "9223372036854775808", "-9223372036854775809", "", "-", "+", "1x", "x", "12345678901234567890123",
        ] {
            let number = unsafe bytes(text) { unsafe Numbers.integer($0) }
            #expect(number == Int64(text), "\(text)")
        }
    }

    @Test func `instants are those of the long way`() {
        var texts = [
            "2026-02-28T23:59:59Z", "2024-02-29 00:00:00.1+05:30", "0001-01-01T00:00:00Z",
            "9999-12-31T23:59:59.999999-15:59",
            "2000-02-29T00:00:00Z", "1900-02-29T00:00:00Z", "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z",
            "2026-01-00T00:00:00Z", "2026-04-31T00:00:00Z", "2026-01-01T24:00:00Z", "2026-01-01T00:00:60Z",
            "0000-01-01T00:00:00Z", "2026-01-01T00:00:00.Z", "2026-01-01T00:00:00", "2026-01-01T00:00:00.1234567Z",
            "2026-01-01T00:00:00+16:00", "2026-01-01T00:00:00+1:00", "2026-01-01T00:00:00 Z", "x026-01-01T00:00:00Z",
        ]
        for _ in 0..<20_000 {
            func two(_ range: ClosedRange<Int>) -> String { String(format: "%02d", Int.random(in: range)) }
            let fraction =
                Bool.random() ? "" : "." + String(Int.random(in: 0...999_999).description.prefix(Int.random(in: 1...6)))
            let zone = ["Z", "+00:00", "-03:30", "+14:00"].randomElement() ?? "Z"
            texts.append(
                String(format: "%04d", Int.random(in: 1...9999))
                    + "-\(two(1...12))-\(two(1...31))T\(two(0...23)):\(two(0...59)):\(two(0...59))"
                    + fraction + zone)
        }
        var count = 0
        for text in texts {
            guard let fast = unsafe bytes(text, { unsafe InstantReader.microseconds($0) }) else { continue }
            count += 1
            let slow = unsafe bytes(text) { bytes -> Int64? in
                var reader = unsafe MomentReader(bytes)
                guard let moment = reader.moment(), let zone = moment.zone else { return nil }
                return moment.days * PostgresTime.microsecondsPerDay + moment.microseconds - zone * 1_000_000
            }
            #expect(fast == slow, "\(text)")
        }
        #expect(count > 19_000)
    }

    @Test(
        arguments: [
            (DeadLimit.records(5), 5, 5, false), (.records(5), 6, 6, true), (.records(0), 1, 1, true),
            (.percent(1), 900, 900, false), (.percent(1), 10, 1000, false), (.percent(1), 11, 1000, true),
            (.percent(0), 1, 5000, true), (.percent(100), 5000, 5000, false),
        ] as [(DeadLimit, Int, Int, Bool)])
    func `too many dead letters are a number or a share`(limit: DeadLimit, dead: Int, records: Int, isTooMuch: Bool) {
        #expect(limit.isExceeded(dead: dead, records: records) == isTooMuch)
    }
}
