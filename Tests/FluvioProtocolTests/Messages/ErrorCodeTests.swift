import FluvioProtocol
import Testing

@Suite struct ErrorCodeTests {
    /// The numbers of the protocol's table, and one value of each code that has a payload.
    static let plain: [Int16] =
        [
            -1, 0, 1, 6, 10, 13, 56, 60, 61, 73, 6000, 7000, 7001, 7002, 8000, 8002, 9000, 10000, 5000, 5001, 5002,
            3000, 3001, 3002, 3004, 3005,
        ] + (1000...1004) + (2000...2008) + (11001...11006)
    static let loaded: [ErrorCode] = [
        .other("text"), .requestTimedOut(milliseconds: 1500, kind: .produce),
        .offsetEvicted(offset: 3, nextAvailable: 9), .partitionFull(ReplicaKey(topic: "t", partition: 7)),
        .offsetFlushRequestError("text"), .smartModuleNotFound(name: "m"),
        .smartModuleInvalid(error: "bad", name: nil), .smartModuleInvalid(error: "bad", name: "m"),
        .smartModuleInvalidExports(error: "none", kind: "filter"),
        .smartModuleRuntimeError(
            SmartModuleRuntimeError(
                hint: "why", offset: 12, kind: .filterMap, key: RecordData(bytes: []),
                value: RecordData(bytes: [UInt8](repeating: 7, count: 200)))),
        .smartModuleChainInitError("text"), .smartModuleInitError("text"), .smartModuleLookBackError("text"),
        .smartModuleMemoryLimitExceeded(requested: 2, maximum: 1), .derivedStreamNotFound("d"),
        .derivedStreamInvalid("d"), .deduplicationSmartModuleNameInvalid("x"),
        .systemSpecDeletionAttempt(kind: "topic", name: "consumer-offset"),
        .systemSpecUpdatingAttempt(kind: "topic", name: "consumer-offset"),
    ]

    static func bytes(_ code: ErrorCode) throws -> [UInt8] {
        var writer = WireWriter(version: 19)
        var code = code
        try writer.code(&code)
        return writer.bytes
    }

    @Test func theNumbersAreThoseOfTheTableAndNoOther() throws {
        let numbers = Set(Self.plain).union(Self.loaded.map(\.number))
        #expect(numbers.count == 64)
        for number in Int16.min ... .max {
            let tag = [UInt8(truncatingIfNeeded: number >> 8), UInt8(truncatingIfNeeded: number)]
            // Zeros are a payload of every code that has one.
            let bytes = tag + [UInt8](repeating: 0, count: 24)
            let code: ErrorCode
            do throws(WireError) {
                code = try ErrorCode(decoding: bytes, version: 19)
            } catch {
                if numbers.contains(number) { Issue.record("\(number): \(error)") }
                let expected = WireError(.unknownTag(type: "ErrorCode", tag: Int(number)), at: 0)
                if error != expected { Issue.record("\(number): \(error)") }
                continue
            }
            #expect(numbers.contains(number))
            #expect(code.number == number)
            if Self.plain.contains(number) { #expect(try Self.bytes(code) == tag) }
        }
    }

    @Test(arguments: loaded)
    func aPayloadComesBack(code: ErrorCode) throws {
        let bytes = try Self.bytes(code)
        var reader = WireReader(bytes, version: 19)
        #expect(try reader.payload(nil as ErrorCode?) == code)
        #expect(reader.left == 0)
    }

    @Test func everyCodeIsASentenceWithoutFullStop() throws {
        let codes = try Self.plain.map { number in
            try ErrorCode(
                decoding: [UInt8(truncatingIfNeeded: number >> 8), UInt8(truncatingIfNeeded: number)], version: 19)
        }
        for code in codes + Self.loaded {
            #expect(!code.description.isEmpty && !code.description.hasSuffix("."), "\(code.number)")
        }
        #expect(
            "\(ErrorCode.offsetEvicted(offset: 3, nextAvailable: 9))" == "offset 3 is no longer kept, the oldest is 9")
        #expect(ErrorCode.success.isSuccess && !ErrorCode.other("").isSuccess)
    }
}
