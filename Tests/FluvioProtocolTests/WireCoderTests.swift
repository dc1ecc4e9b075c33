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
}
