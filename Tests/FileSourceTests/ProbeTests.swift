import Foundation
import Testing

@testable import FileSource

/// What is seen of a file that is being made while it is looked at.
@Suite("Files that are to be recognised") struct ProbeTests {
    @Test(arguments: [0, 1])
    func `what comes after it was opened, and says that it is compressed, is not taken for text`(first: Int) throws {
        let path = NSTemporaryDirectory() + "probe-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: path) }
        // What gzip writes: a header, and data.
        let bytes = Data([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3] + [UInt8](repeating: 0x55, count: 2000))
        try bytes.prefix(first).write(to: URL(fileURLWithPath: path))
        let probe = try Probe(path)
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
        try file.seekToEnd()
        try file.write(contentsOf: bytes.dropFirst(first))
        #expect(try probe.number(ofFirst: 16) == nil)
        #expect(try probe.head()?.length == first)
        #expect(try #require(probe.again()).input.isPlain == false)
    }
}
