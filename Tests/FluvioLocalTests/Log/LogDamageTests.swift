import FluvioProtocol
import TestSupport
import Testing
import Unix

@testable import FluvioLocal

@Suite("A log after any damage")
struct LogDamageTests {
    let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    private func damage(_ random: inout SeededRandom) throws {
        let names = try directory.names(in: "t-0").filter { !$0.hasSuffix("chk") }
        guard let found = names.randomElement(using: &random) else { return }
        let name = "t-0/" + found
        let size = try Unix.status(of: "\(directory.path)/\(name)")?.size ?? 0
        // Of the active index, the part in use.
        let position = Int.random(in: 0..<max(1, min(size, 20_000)), using: &random)
        switch Int.random(in: 0..<6, using: &random) {
        case 0: try directory.cut(name, to: position)
        case 1: try directory.patch(name, at: position, with: [UInt8.random(in: 0...255, using: &random)])
        case 2:
            let count = Int.random(in: 1...3_000, using: &random)
            try directory.patch(name, at: position, with: [UInt8](repeating: 0, count: count))
        case 3:
            let noise = (0..<200).map { _ in UInt8.random(in: 0...3, using: &random) }
            try directory.patch(name, at: position, with: noise)
        case 4: try directory.remove(name)
        default:
            // A piece of the log once more, somewhere else.
            let bytes = try directory.bytes(name)
            let start = Int.random(in: 0..<max(1, bytes.count), using: &random)
            try directory.patch(name, at: position, with: Array(bytes[start...].prefix(1_500)))
        }
    }

    @Test(
        "It opens, gives only what was stored, says what it lost, and takes more", arguments: 0..<200 as Range<UInt64>)
    func any(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let segmentBytes = [3_000, 12_000, 1 << 30].randomElement(using: &random) ?? 0
        var stored: [Int64: [UInt8]] = [:]
        do {
            let log = try directory.log(segmentBytes: segmentBytes)
            for number in 0..<40 as Range<Int32> {
                var batch = Batches.noise(
                    size: Int.random(in: 60...2_000, using: &random), count: Int.random(in: 1...5, using: &random),
                    tag: number)
                let base = try #require(try log.append(&batch, 0..<batch.count)).base
                stored[base] = batch
            }
            log.advanceHighWatermark(to: log.end)
            try log.writeCheckpoint()
        }
        for _ in 0..<Int.random(in: 1...3, using: &random) { try damage(&random) }
        let lines = Lines()
        let log = try directory.log(segmentBytes: segmentBytes, lines: lines)
        try log.skipLost()
        #expect(log.end == stored.keys.max().flatMap { Batches.headers(stored[$0] ?? []).first?.nextOffset })
        let found = try read(log, stored)
        // Of the oldest segments nobody knows but retention whether they were there; of bytes inside older segments,
        // who reads them and checks their CRC.
        let start = log.status.start
        if stored.keys.contains(where: { found[$0] == nil && $0 >= start }) {
            #expect(!lines.all.isEmpty || found.values.contains(false), "lost in silence")
        }
        let end = log.end
        var batch = Batches.make(2, tag: 99)
        #expect(try log.append(&batch, 0..<batch.count) == Appended(base: end, end: end + 2))
        stored[end] = batch
        let again = try directory.log(segmentBytes: segmentBytes)
        #expect(again.end == end + 2)
        #expect(try read(again, stored).filter(\.value) == found.filter(\.value).merging([end: true]) { $1 })
    }

    /// Reads all there is, past what is lost: the base offsets of the batches, and whether each is what was stored.
    /// Else its CRC must be wrong: such bytes are kept for whoever can make sense of them, and no reader is misled.
    private func read(_ log: Log, _ stored: [Int64: [UInt8]]) throws -> [Int64: Bool] {
        var found: [Int64: Bool] = [:]
        var offset = log.status.start
        while true {
            do {
                guard let slice = try log.read(from: offset, maximumBytes: 5_000, committed: false) else {
                    return found
                }
                for batch in Batches.split(try slice.bytes) {
                    let header = try #require(Batches.headers(batch).first)
                    found[header.baseOffset] = batch == stored[header.baseOffset]
                    var sealed = batch
                    Batches.seal(&sealed, header)
                    #expect(found[header.baseOffset] == true || sealed != batch, "a batch that nobody stored")
                }
                #expect(slice.next > offset)
                offset = slice.next
            } catch ReadError.evicted(_, let next) {
                #expect(next > offset)
                offset = next
            }
        }
    }
}
