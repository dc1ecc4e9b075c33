import FluvioProtocol
import Foundation
import TestSupport
import Testing

/// What readers meet in real logs: servers cut batches, and store what nobody should send.
@Suite("consume: real logs", .onOwnThreads, .timeLimit(.minutes(60)))
struct RealLogTests {
    let cluster: TestCluster
    let shell: Shell
    let topic: String

    init() throws {
        cluster = try TestCluster.shared.get()
        shell = try Shell(cluster)
        topic = cluster.topic()
        try #require(shell.run("fluvio-admin -q topic create $1", topic).status == 0)
    }

    /// Sends batches as they are.
    private func send(_ batches: [UInt8]...) throws {
        let client = try TestClient(port: cluster.spuPort)
        for batch in batches {
            let data = PartitionProduceData(partition: 0, records: RecordSet(bytes: batch[...]))
            let answer = try client.call(
                ProduceRequest(
                    isolation: .readUncommitted, timeout: 5_000,
                    topics: [TopicProduceData(name: topic, partitions: [data])]))
            #expect(answer.topics[0].partitions[0].error == .success)
        }
    }

    /// Two records of ten times the letter.
    private static func good(_ letter: Character) -> [UInt8] {
        Batches.make(2, size: 10, tag: Int32(letter.asciiValue ?? 0))
    }

    /// The payload of such a batch.
    private static func payload(_ letter: Character) -> [UInt8] { Array(good(letter)[BatchHeader.size...]) }

    /// One record of so many zeros.
    private static func zeros(_ count: Int) -> [UInt8] { Array(Batches.make(1, size: count)[BatchHeader.size...]) }

    private static func compressed(_ payload: [UInt8], _ codec: Compression) throws -> [UInt8] {
        var compressor = Compressor()
        var packed: [UInt8] = []
        try unsafe payload.withUnsafeBytes { bytes in
            try unsafe compressor.compress(bytes, with: codec, appendingTo: &packed)
        }
        return packed
    }

    /// A kind of damage: its batch of two offsets, and a part of what is said of it.
    struct Damage: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let batch: [UInt8]
        let text: String
    }

    static let damages: [Damage] = {
        let torn = payload("x")
        let packed = (try? compressed(Array(torn.dropLast(4)), .zstd)) ?? []
        return [
            Damage(
                testDescription: "a torn record", batch: Batches.make(payload: torn.dropLast(4), lastOffsetDelta: 1),
                text: "record 1 is torn"),
            Damage(
                testDescription: "a torn record in zstd",
                batch: Batches.make(payload: packed, lastOffsetDelta: 1, attributes: 4), text: "record 1 is torn"),
            Damage(
                testDescription: "a codec that lies: gzip",
                batch: Batches.make(payload: torn, lastOffsetDelta: 1, attributes: 1), text: "gzip"),
            Damage(
                testDescription: "a codec that lies: snappy",
                batch: Batches.make(payload: torn, lastOffsetDelta: 1, attributes: 2), text: "snappy"),
            Damage(
                testDescription: "a codec that lies: lz4 is zstd",
                batch: Batches.make(payload: packed, lastOffsetDelta: 1, attributes: 3), text: "lz4"),
            Damage(
                testDescription: "bytes behind the last record",
                batch: Batches.make(payload: torn + [1, 2, 3], lastOffsetDelta: 1), text: "3 bytes after the last"),
        ]
    }()

    @Test(arguments: damages)
    func `damage under a right CRC is named with its place, and stops or is skipped`(damage: Damage) throws {
        try send(Self.good("a"), damage.batch, Self.good("b"))
        let ran = try shell.run(
            """
            fluvio-cat consume -e --raw $1; echo $?
            fluvio-cat consume -e --raw --on-corrupt skip $1; echo $?
            """, topic)
        let (a, b) = (String(repeating: "a", count: 10), String(repeating: "b", count: 10))
        // Records of the batch before what is torn are as good as others.
        let lines = ran.lines.filter { !$0.hasPrefix("x") }
        #expect(lines == [a, a, "1", a, a, b, b, "1"], "\(ran.lines)")
        let errors = ran.errors.split(separator: "\n")
        #expect(errors.count == 3, "\(ran.errors)")
        for error in errors.prefix(2) {
            #expect(error.hasPrefix("fluvio-cat: topic \(topic), partition 0, offset 2: "), "\(error)")
            #expect(error.contains(damage.text), "\(error)")
        }
    }

    @Test func `attribute bits that mean nothing, and schema ids, are no damage`() throws {
        var header = BatchHeader()
        let payload = Self.payload("s")
        header.attributes = BatchHeader.schemaFlag
        header.schemaID = 77
        header.lastOffsetDelta = 1
        header.batchLength = Int32(header.headerSize - BatchHeader.preambleSize + payload.count)
        var schema = [UInt8](repeating: 0, count: header.headerSize) + payload
        Batches.seal(&schema, header)
        try send(
            Self.good("a"), Batches.make(payload: Self.payload("u"), lastOffsetDelta: 1, attributes: 0x7fe0), schema,
            Batches.make(payload: Self.payload("t"), lastOffsetDelta: 1, attributes: 0x0008))
        let ran = try shell.run(
            "fluvio-cat consume -e --raw $1 | cut -c1 | tr -d '\\n'; echo; fluvio-cat consume -e $1 | jq -c .offset | tail -n 1",
            topic)
        #expect(ran.lines == ["aauusstt", "7"], "\(ran.errors)")
        #expect(ran.errors == "")
    }

    @Test(arguments: [Compression.gzip, .zstd, .lz4, .snappy])
    func `a small batch does not become any amount of memory`(codec: Compression) throws {
        let bomb = try Self.compressed(Self.zeros(80 << 20), codec)
        try send(
            Self.good("a"), Batches.make(payload: bomb, lastOffsetDelta: 0, attributes: Int16(codec.rawValue)),
            Self.good("b"))
        let ran = try shell.run(
            """
            fluvio-cat consume -e --raw $1; echo $?
            fluvio-cat consume -e --raw --on-corrupt skip $1; echo $?
            fluvio-cat consume -e --raw --max-decompressed 100M $1 | wc -c
            fluvio-cat consume -e --raw --max-decompressed 1K --on-corrupt skip $1; echo $?
            """, topic)
        let (a, b) = (String(repeating: "a", count: 10), String(repeating: "b", count: 10))
        #expect(
            ran.lines == [a, a, "1", a, a, b, b, "1", "\(4 * 11 + 80 << 20 + 1)", a, a, b, b, "1"], "\(ran.errors)")
        let first = ran.errors.split(separator: "\n").first
        #expect(first?.contains("topic \(topic), partition 0, offset 2: ") == true)
        #expect(first?.contains("--max-decompressed sets the limit") == true, "\(ran.errors)")
    }

    @Test func `records that go while they are being read are told as a gap, and the rest is read`() throws {
        let small = cluster.topic()
        let data = "\(cluster.data)/spu-logs-5001/\(small)-0"
        let ran = try shell.run(
            """
            fluvio-admin -q topic create --segment-size 1M --max-partition-size 40M $1
            seq 2000000 | fluvio-cat produce -q $1
            # The reader of its output stops, and so it is near the start while that is removed.
            fluvio-cat consume -e --max-bytes 64K --strict --raw $1 2>errors | (
                dd bs=1 count=2 status=none; seq 2000001 4000000 | fluvio-cat produce -q $1
                until [ ! -e $2/00000000000000000000.log ]; do sleep 0.2; done
                cat >rest
            )
            echo ${PIPESTATUS[0]}
            grep -c 'are not kept any more' errors
            tail -n 1 rest
            """, small, data)
        #expect(ran.lines == ["1", "1", "1", "2000000"], "\(ran.errors)")
    }

    @Test(arguments: ["1K", "64K", "1M"])
    func `batches that are cut at the end of a response, or larger than it, are asked for again`(
        size: String
    ) throws {
        let server = try CuttingServer(before: cluster)
        let ran = try shell.run(
            """
            { seq 20000; head -c 3000000 /dev/zero | tr '\\0' x; echo; seq 20001 30000; } >in
            fluvio-cat produce -q --max-record 8M --batch-size 10K $1 <in
            fluvio-cat consume -e --raw --max-bytes $3 -c localhost:$2 $1 | cmp - in && echo same
            """, topic, "\(server.port)", size)
        #expect(ran.lines == ["same"], "\(ran.errors)")
        #expect(server.cuts > 1)
        #expect(ran.errors == "")
    }
}
