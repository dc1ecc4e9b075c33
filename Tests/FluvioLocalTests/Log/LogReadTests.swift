import FluvioProtocol
import TestSupport
import Testing

@testable import FluvioLocal

@Suite("Reading a log")
struct LogReadTests {
    let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    /// 100 batches of 1 to 3 records and very different lengths, several of them in an index entry's reach.
    private func filled(segmentBytes: Int) throws -> (Log, [BatchHeader]) {
        let log = try directory.log(segmentBytes: segmentBytes)
        for number in 0..<100 {
            try log.append(
                Batches.noise(size: 60 + number * number % 37 * 100, count: number % 3 + 1, tag: Int32(number)))
        }
        return (log, Batches.headers(try log.all(from: 0)))
    }

    @Test("Any offset finds the whole batch that holds it", arguments: [1 << 30, 20_000])
    func everyOffset(segmentBytes: Int) throws {
        let (log, headers) = try filled(segmentBytes: segmentBytes)
        #expect(headers.count == 100)
        for header in headers {
            for offset in header.baseOffset..<(header.nextOffset ?? 0) {
                let slice = try #require(try log.read(from: offset, maximumBytes: 1, committed: false))
                #expect(slice.count == header.wholeSize)
                #expect(slice.next == header.nextOffset)
                #expect(Batches.headers(try slice.bytes) == [header])
            }
        }
    }

    @Test("A slice holds as many whole batches as fit, and never passes its segment", arguments: [1 << 30, 20_000])
    func limits(segmentBytes: Int) throws {
        let (log, headers) = try filled(segmentBytes: segmentBytes)
        for (index, header) in headers.enumerated() {
            for limit in [0, 60, 61, 500, 4_096, 9_000, 30_000, .max] {
                let slice = try #require(try log.read(from: header.baseOffset, maximumBytes: limit, committed: false))
                let found = Batches.headers(try slice.bytes)
                #expect(found == Array(headers[index..<index + found.count]))
                #expect(slice.next == found.last?.nextOffset)
                #expect(slice.count <= limit || found.count == 1)
                let end = index + found.count
                if end < headers.count, slice.count + headers[end].wholeSize <= limit {
                    // Only the end of a segment stops it early.
                    #expect(try directory.names(in: "t-0").contains { $0.contains("0\(headers[end].baseOffset).log") })
                }
            }
        }
    }

    @Test("Slices one after the other, with and without the mark of the one before, give the same bytes")
    func marks() throws {
        let (log, _) = try filled(segmentBytes: 20_000)
        var withMarks: [UInt8] = []
        var without: [UInt8] = []
        var offset: Int64 = 0
        while let slice = try log.read(from: offset, maximumBytes: 3_000, committed: false) {
            without += try slice.bytes
            offset = slice.next
        }
        withMarks = try log.all(from: 0, maximumBytes: 3_000)
        #expect(withMarks == without)
        #expect(try log.all(from: 0) == without)
    }

    @Test("At the end there is nothing; beyond it and before the start there are errors that say where to go")
    func ends() throws {
        let (log, headers) = try filled(segmentBytes: 1 << 30)
        let end = try #require(headers.last?.nextOffset)
        #expect(try log.read(from: end, maximumBytes: 100, committed: false) == nil)
        #expect(throws: ReadError.beyond(end + 1, end: end)) {
            try log.read(from: end + 1, maximumBytes: 100, committed: false)
        }
        #expect(throws: ReadError.evicted(-1, next: 0)) { try log.read(from: -1, maximumBytes: 100, committed: false) }
    }

    @Test("COMMITTED reads end at the high watermark", arguments: [1 << 30, 20_000])
    func committed(segmentBytes: Int) throws {
        let (log, headers) = try filled(segmentBytes: segmentBytes)
        #expect(try log.read(from: 0, maximumBytes: .max, committed: true) == nil)
        var read: [BatchHeader] = []
        for header in headers {
            let mark = try #require(header.nextOffset)
            #expect(log.advanceHighWatermark(to: mark))
            #expect(!log.advanceHighWatermark(to: mark))
            while let slice = try log.read(
                from: read.last?.nextOffset ?? 0, maximumBytes: .max, committed: true)
            {
                read += Batches.headers(try slice.bytes)
            }
            #expect(read.last?.nextOffset == mark)
        }
        #expect(read == headers)
    }

    @Test("Readers beside a writer see whole batches only")
    func beside() async throws {
        let log = try directory.log(segmentBytes: 100_000)
        async let reader: Int64 = {
            var next: Int64 = 0
            var mark: LogMark?
            while next < 3_000 {
                guard let slice = try log.read(from: next, maximumBytes: 5_000, committed: false, after: mark) else {
                    await Task.yield()
                    continue
                }
                for header in Batches.headers(try slice.bytes) {
                    guard header.baseOffset == next, let after = header.nextOffset else { return next }
                    next = after
                }
                mark = slice.mark
            }
            return next
        }()
        for number in 0..<1_000 { try log.append(Batches.noise(size: 100 + number, count: 3)) }
        #expect(try await reader == 3_000)
    }
}
