import FluvioProtocol
import TestSupport
import Testing

@Suite struct CompressionTests {
    static let codecs = Compression.allCases.filter { $0 != .none }

    /// A codec's library, or ours, for the length of a test.
    static func compress(_ bytes: [UInt8], _ codec: Compression) throws -> [UInt8] {
        var compressor = Compressor()
        var output: [UInt8] = []
        let result: Result<Void, CompressionError> = unsafe bytes.withUnsafeBytes { bytes in
            Result { () throws(CompressionError) in
                try unsafe compressor.compress(bytes, with: codec, appendingTo: &output)
            }
        }
        try result.get()
        return output
    }

    static func decompress(
        _ bytes: [UInt8], _ codec: Compression, limit: Int = Decompressor.defaultLimit,
        with decompressor: inout Decompressor
    ) throws(CompressionError) -> [UInt8] {
        var output: [UInt8] = []
        let result: Result<Void, CompressionError> = unsafe bytes.withUnsafeBytes { bytes in
            Result { () throws(CompressionError) in
                try unsafe decompressor.decompress(bytes, with: codec, into: &output, limit: limit)
            }
        }
        try result.get()
        return output
    }

    static func decompress(
        _ bytes: [UInt8], _ codec: Compression, limit: Int = Decompressor.defaultLimit
    ) throws(CompressionError) -> [UInt8] {
        var decompressor = Decompressor()
        return try decompress(bytes, codec, limit: limit, with: &decompressor)
    }

    @Test(arguments: codecs, [0, 1, 4, 1000, 65_536, 65_537, 131_072, 262_144, 262_145])
    func everySizeComesBack(codec: Compression, size: Int) throws {
        var random = SeededRandom(seed: UInt64(size))
        let noise = (0..<size / 8 + 1).flatMap { _ in
            unsafe withUnsafeBytes(of: random.next()) { unsafe Array($0) }
        }
        let text = (0..<size).map { UInt8(truncatingIfNeeded: $0 / 11) }
        for payload in [Array(noise.prefix(size)), text] {
            let packed = try Self.compress(payload, codec)
            #expect(try Self.decompress(packed, codec) == payload)
        }
    }

    /// What the official client sends (protocol: codecs).
    @Test(
        arguments: [
            (.gzip, 100, "1f 8b 08 00 00000000 00 ff"), (.snappy, 100, "ff 06 00 00 73 4e 61 50 70 59 00"),
            (.lz4, 65_536, "04 22 4d 18 60 40"), (.lz4, 65_537, "04 22 4d 18 60 50"),
            (.lz4, 262_144, "04 22 4d 18 60 50"), (.lz4, 262_145, "04 22 4d 18 60 70"),
            (.zstd, 100, "28 b5 2f fd 00 48"), (.zstd, 1_000_000, "28 b5 2f fd 00 48"),
        ] as [(Compression, Int, String)])
    func framesBeginAsTheOfficialClients(codec: Compression, size: Int, header: String) throws {
        let packed = try Self.compress([UInt8](repeating: 0x61, count: size), codec)
        let expected = try Captures.bytes(ofHex: header)
        #expect(Array(packed.prefix(expected.count)) == expected)
        if codec == .lz4 { #expect(packed.suffix(4) == [0, 0, 0, 0], "end mark without a checksum") }
    }

    @Test func snappyKeepsWhatDoesNotShrink() throws {
        var random = SeededRandom(seed: 1)
        let noise = (0..<100).map { _ in UInt8.random(in: 0...255, using: &random) }
        let packed = try Self.compress(noise, .snappy)
        #expect(packed.dropFirst(10).prefix(4) == [0x01, 104, 0, 0])
        #expect(packed.suffix(100) == noise[...])
    }

    @Test(arguments: codecs)
    func oneOfEachServesManyPayloads(codec: Compression) throws {
        var decompressor = Decompressor()
        var random = SeededRandom(seed: 5)
        for _ in 0..<50 {
            let payload = random.bytes(Int.random(in: 4...2000, using: &random))
            let packed = try Self.compress(payload, codec)
            // Damage must not linger.
            _ = try? Self.decompress(Array(packed.dropLast(3)), codec, with: &decompressor)
            _ = try? Self.decompress(Array(packed.dropFirst()), codec, with: &decompressor)
            #expect(try Self.decompress(packed, codec, with: &decompressor) == payload)
        }
    }

    @Test(arguments: codecs)
    func truncationAtEveryByteIsAnError(codec: Compression) throws {
        var random = SeededRandom(seed: 2)
        let packed = try Self.compress(random.bytes(300) + [UInt8](repeating: 1, count: 300), codec)
        for count in 0..<packed.count {
            // Snappy has no end mark: between chunks the rest is not missed. The batch's CRC and record count do.
            if codec == .snappy && count == 10 { continue }
            #expect(throws: CompressionError.self, "\(count) of \(packed.count)") {
                try Self.decompress(Array(packed.prefix(count)), codec)
            }
        }
    }

    @Test(arguments: codecs)
    func mutationsNeverCrash(codec: Compression) throws {
        var random = SeededRandom(seed: 99)
        let packed = try Self.compress(random.bytes(400) + [UInt8](repeating: 1, count: 400), codec)
        var decompressor = Decompressor()
        for _ in 0..<3000 {
            var damaged = packed
            for _ in 0...Int.random(in: 0..<4, using: &random) {
                damaged[Int.random(in: 0..<damaged.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            let output = try? Self.decompress(damaged, codec, limit: 10_000, with: &decompressor)
            #expect((output?.count ?? 0) <= 10_000)
        }
    }

    /// A megabyte of zeros, and limits around it.
    @Test(arguments: codecs)
    func outputEndsAtTheLimit(codec: Compression) throws {
        let size = 1_048_576
        let packed = try Self.compress([UInt8](repeating: 0, count: size), codec)
        #expect(packed.count < size / 10)
        #expect(try Self.decompress(packed, codec, limit: size).count == size)
        for limit in [0, 1, 1000, 32_768, 65_536, size - 1] {
            #expect(throws: CompressionError.tooLong(limit: limit)) {
                try Self.decompress(packed, codec, limit: limit)
            }
        }
    }

    /// The frame says 2^40 bytes and holds four.
    @Test func aClaimedSizeIsNotBelieved() throws {
        // Single segment, eight bytes of content size, one raw block of four bytes that is the last.
        let zstd = try Captures.bytes(ofHex: "28 b5 2f fd e0 0000000000010000 21 00 00 01020304")
        #expect(throws: CompressionError.self) { try Self.decompress(zstd, .zstd) }
        // 64 KiB in a chunk that says 4 GiB.
        let snappy = try Captures.bytes(ofHex: "ff 06 00 00 73 4e 61 50 70 59 00 09 00 00 00000000 ff ff ff ff 0f")
        #expect(throws: CompressionError.invalid(.snappy, "chunk of more than 65536 bytes")) {
            try Self.decompress(snappy, .snappy)
        }
    }

    @Test(arguments: codecs)
    func otherSettingsAndSeveralFramesAreRead(codec: Compression) throws {
        let first = [UInt8](repeating: 7, count: 500)
        let second = Array("and the rest".utf8)
        let packed = try Self.compress(first, codec) + Self.compress(second, codec)
        #expect(try Self.decompress(packed, codec) == first + second)
    }

    @Test func aWrongChecksumInASnappyChunkIsFound() throws {
        var packed = try Self.compress([UInt8](repeating: 7, count: 500), .snappy)
        packed[14] ^= 1
        #expect(throws: CompressionError.checksum(.snappy)) { try Self.decompress(packed, .snappy) }
    }

    @Test func snappyFramesAreCheckedPieceByPiece() throws {
        func read(_ hex: String) throws -> [UInt8] { try Self.decompress(Captures.bytes(ofHex: hex), .snappy) }
        let start = "ff 06 00 00 73 4e 61 50 70 59"
        // Padding and other chunks that may be skipped.
        #expect(try read(start + "fe 02 00 00 00 00 80 01 00 00 09") == [])
        #expect(throws: CompressionError.invalid(.snappy, "unknown chunk type 2")) { try read(start + "02 00 00 00") }
        #expect(throws: CompressionError.invalid(.snappy, "no stream identifier")) {
            try read("01 04 00 00 00 00 00 00")
        }
        #expect(throws: CompressionError.invalid(.snappy, "wrong stream identifier")) {
            try read("ff 06 00 00 73 4e 61 50 70 58")
        }
        #expect(throws: CompressionError.invalid(.snappy, "chunk without a checksum")) {
            try read(start + "00 03 00 00 01 02 03")
        }
        #expect(throws: CompressionError.truncated(.snappy)) { try read(start + "00 05 00 00 01 02 03 04") }
    }
}
