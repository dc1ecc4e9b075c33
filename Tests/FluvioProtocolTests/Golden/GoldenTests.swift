import FluvioProtocol
import TestSupport
import Testing

/// Every frame that was recorded of a real cluster.
@Suite struct GoldenTests {
    /// Frames that cannot be read, or not written back as they were, with the reason.
    static let exceptions: [String: String] = [
        "09-errors:137": "a request with a key that no server knows",
        "09-errors:140": "a request with a key that no server knows",
    ]

    @Test func everyCapturedFrameIsReadAndWrittenBackByteForByte() throws {
        let frames = try Captures.publicFrames()
        var failures: [String: String] = [:]
        var good = 0
        func check(_ frame: CapturedFrame, _ recode: () throws -> [UInt8]) {
            do {
                let bytes = try recode()
                if bytes == frame.bytes {
                    good += 1
                } else {
                    let at = zip(bytes, frame.bytes).prefix { $0 == $1 }.count
                    failures[frame.place] = "written otherwise from byte \(at) on"
                }
            } catch {
                failures[frame.place] = "\(error)"
            }
        }
        for frame in frames where frame.direction == .toServer && !frame.isCut {
            check(frame) { try Recode.request(frame.bytes, controller: frame.isController) }
        }
        let exchanges = Captures.exchanges(frames)
        #expect(exchanges.count == frames.count { $0.direction == .fromServer }, "every response has its request")
        for exchange in exchanges where !exchange.response.isCut {
            let request = exchange.request
            let header = RequestHeader(
                apiKey: try #require(request.apiKey), apiVersion: try #require(request.apiVersion), clientID: "")
            check(exchange.response) {
                try Recode.response(exchange.response.bytes, to: header, controller: request.isController)
            }
        }
        print("golden: \(good) frames, listed: \(Self.exceptions.count)")
        #expect(good + failures.count == frames.count { !$0.isCut })
        for (place, failure) in failures.sorted(by: { $0.key < $1.key }) where Self.exceptions[place] == nil {
            Issue.record("\(place): \(failure)")
        }
        for (place, reason) in Self.exceptions where failures[place] == nil {
            Issue.record("\(place) passes, but is listed: \(reason)")
        }
    }
}
