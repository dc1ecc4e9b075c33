import FluvioProtocol
import Testing

@Suite struct WireCoderTests {
    @Test(
        arguments: [
            (0, [0x00]), (-1, [0x01]), (1, [0x02]), (63, [0x7e]), (64, [0x80, 0x01]), (8191, [0xfe, 0x7f]),
            (-134_217_729, [0x81, 0x80, 0x80, 0x80, 0x01]),
        ] as [(Int64, [UInt8])])
    func varintMatchesTheVectorsOfTheProtocol(value: Int64, bytes: [UInt8]) throws {
        var writer = WireWriter(version: 0)
        var value = value
        writer.codeVarint(&value)
        #expect(writer.bytes == bytes)
        var reader = WireReader(bytes, version: 0)
        var back: Int64 = 0
        try reader.codeVarint(&back)
        #expect(back == value)
        #expect(reader.left == 0)
    }

    @Test(arguments: [Int64.min, .max, 1 << 31, -(1 << 31) - 1])
    func varintHoldsSixtyFourBits(value: Int64) throws {
        var writer = WireWriter(version: 0)
        var value = value
        writer.codeVarint(&value)
        var reader = WireReader(writer.bytes, version: 0)
        var back: Int64 = 0
        try reader.codeVarint(&back)
        #expect(back == value)
    }

    @Test func varintOfElevenBytesIsRefused() {
        var reader = WireReader([UInt8](repeating: 0x80, count: 11), version: 0)
        var value: Int64 = 0
        #expect(throws: WireError(.varintTooLong, at: 0)) { try reader.codeVarint(&value) }
    }

    @Test func requestHeaderMatchesTheVectorOfTheProtocol() throws {
        var header = RequestHeader(apiKey: 18, apiVersion: 1, correlationID: 1, clientID: "consumer-1")
        var writer = WireWriter(version: 0)
        try writer.code(&header)
        #expect(
            writer.bytes == [
                0x00, 0x12, 0x00, 0x01, 0x00, 0x00, 0x00, 0x01, 0x00, 0x0a, 0x63, 0x6f, 0x6e, 0x73, 0x75, 0x6d, 0x65,
                0x72, 0x2d, 0x31,
            ])
        #expect(try RequestHeader(decoding: writer.bytes, version: 0) == header)
    }

    @Test func aCountIsCheckedAgainstTheBytesThatAreLeft() {
        var reader = WireReader([0x7f, 0xff, 0xff, 0xff, 0x00], version: 0)
        var values: [String] = []
        #expect(throws: WireError(.tooLong(0x7fff_ffff, limit: 1), at: 0)) { try reader.code(&values) }
    }

    @Test func anEmptyVectorIsWhatANegativeCountSays() throws {
        #expect(try [String](decoding: [0xff, 0xff, 0xff, 0xff], version: 0) == [])
    }

    @Test func moreItemsThanTheMaximumAreRefusedHoweverManyBytesThereAre() {
        let count = WireReader.maximumCount + 1
        var bytes = [UInt8](repeating: 0, count: 4 + count)
        for index in 0..<4 { bytes[index] = UInt8(truncatingIfNeeded: count >> (24 - 8 * index)) }
        #expect(throws: WireError(.tooLong(count, limit: WireReader.maximumCount), at: 0)) {
            try [Bool](decoding: bytes, version: 0)
        }
    }

    @Test(arguments: [[0x80, 0x00, 0x41], [0xff, 0xff, 0x41], [0x00, 0x00, 0x41]] as [[UInt8]])
    func aTextOfNoOrNegativeLengthIsEmptyAndTakesNothing(bytes: [UInt8]) throws {
        var reader = WireReader(bytes, version: 0)
        #expect(try reader.payload("x") == "")
        #expect(reader.left == 1)
    }

    @Test func textThatPeersCannotReadBackIsNotWritten() throws {
        var writer = WireWriter(version: 0)
        _ = try writer.payload(String(repeating: "x", count: 32_767))
        #expect(throws: WireError(.tooLong(32_768, limit: 32_767), at: 32_769)) {
            try writer.payload(String(repeating: "x", count: 32_768))
        }
        #expect(throws: WireError(.invalidUTF8, at: 2)) { try String(decoding: [0, 2, 0xc3, 0x28], version: 0) }
    }

    @Test func aDurationIsSecondsAndNanoseconds() throws {
        var writer = WireWriter(version: 0)
        _ = try writer.payload(Duration.milliseconds(1500))
        #expect(writer.bytes == [0, 0, 0, 0, 0, 0, 0, 1, 0x1d, 0xcd, 0x65, 0])
        #expect(try Duration(decoding: writer.bytes, version: 0) == .milliseconds(1500))
        #expect(throws: WireError.self) { try writer.payload(Duration.seconds(-1)) }
        let tooLong = [UInt8](repeating: 0xff, count: 12)
        #expect(throws: WireError(.invalid("duration out of range"), at: 0)) {
            try Duration(decoding: tooLong, version: 0)
        }
    }

    @Test func floatingPointNumbersAreTheirBits() throws {
        var writer = WireWriter(version: 0)
        _ = try writer.payload(1.5 as Float)
        _ = try writer.payload(-2.0 as Double)
        #expect(writer.bytes == [0x3f, 0xc0, 0, 0, 0xc0, 0, 0, 0, 0, 0, 0, 0])
        var reader = WireReader(writer.bytes, version: 0)
        #expect(try reader.payload(0 as Float) == 1.5)
        #expect(try reader.payload(0 as Double) == -2)
    }

    @Test func mapsAreWrittenInTheOrderOfTheirKeysBytes() throws {
        var writer = WireWriter(version: 0)
        // As Swift orders text, "e" with an accent of its own comes before "f"; its bytes come behind it.
        _ = try writer.payload(["f": true, "\u{e9}": false, "a": true])
        #expect(writer.bytes == [0, 3, 0, 1, 0x61, 1, 0, 1, 0x66, 1, 0, 2, 0xc3, 0xa9, 0])
        #expect(try [String: Bool](decoding: writer.bytes, version: 0) == ["a": true, "f": true, "\u{e9}": false])
    }

    @Test func anOptionIsZeroOrOne() {
        #expect(throws: WireError(.invalidBool(2), at: 0)) { try String?(decoding: [2, 0, 0], version: 0) }
    }

    @Test func whatASizedPartLeavesIsSkippedAndWhatItLacksIsAnError() throws {
        var reader = WireReader([0, 0, 0, 3, 1, 2, 3, 4], version: 0)
        var first: UInt8 = 0
        try reader.codeSized { reader throws(WireError) in try reader.code(&first) }
        #expect(first == 1)
        #expect(reader.position == 7)
        var short = WireReader([0, 0, 0, 1, 1, 2], version: 0)
        var number: UInt16 = 0
        #expect(throws: WireError(.truncated(needed: 2, left: 1), at: 4)) {
            try short.codeSized { reader throws(WireError) in try reader.code(&number) }
        }
    }

    @Test func bytesAreNotCountedAmongTheItemsOfAVector() throws {
        let wasm = [UInt8](repeating: 7, count: WireReader.maximumCount + 1)
        let module = SmartModuleInvocation(wasm: .adHoc(wasm))
        var writer = WireWriter(version: 25)
        _ = try writer.payload(module)
        #expect(try SmartModuleInvocation(decoding: writer.bytes, version: 25) == module)
    }
}
