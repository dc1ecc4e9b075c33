import FluvioProtocol
import TestSupport
import Testing

@testable import FluvioClient

/// What goes over the wire is what the official client sends.
@Suite("SmartModules")
struct SmartModuleTests {
    private func captured(_ line: Int) throws -> (
        frame: CapturedFrame, header: RequestHeader, request: StreamFetchRequest
    ) {
        let frame = try #require(try Captures.load("12-smartmodule").first { $0.line == line })
        let (header, body) = try RequestHeader.decode(frame: frame.bytes)
        return (frame, header, try StreamFetchRequest(decoding: frame.bytes, range: body, version: header.apiVersion))
    }

    @Test func `a request by name is that of the official client, byte for byte`() throws {
        let (frame, header, official) = try captured(85)
        let ours = StreamFetchRequest(
            topic: official.topic, partition: official.partition, fetchOffset: official.fetchOffset,
            maxBytes: official.maxBytes, isolation: official.isolation,
            smartModules: [SmartModule(.named("flt"), parameters: ["key": "a"]).invocation],
            consumerID: official.consumerID)
        let bytes = try ours.frame(
            version: header.apiVersion, clientID: header.clientID, correlationID: header.correlationID)
        #expect(bytes == frame.bytes)
    }

    @Test func `a produce request by name is that of the official client, byte for byte`() throws {
        let frames = try Captures.load("12-smartmodule").filter { $0.apiKey == 0 && $0.direction == .toServer }
        let frame = try #require(frames.last)
        let (header, body) = try RequestHeader.decode(frame: frame.bytes)
        let official = try ProduceRequest<RecordSet>(
            decoding: frame.bytes, range: body, version: header.apiVersion)
        let records = try #require(official.topics.first?.partitions.first?.records.bytes)
        let ours = try ProduceRequest(
            isolation: official.isolation, timeout: official.timeout,
            topics: [
                TopicProduceData(
                    name: "smt",
                    partitions: [PartitionProduceData(partition: 0, records: RecordRange(count: records.count))])
            ], smartModules: [SmartModule(.named("flt"), parameters: ["key": "a"]).invocation]
        ).framePieces(version: header.apiVersion, clientID: header.clientID, correlationID: header.correlationID)
        #expect(ours.pieces[0] + Array(records) + ours.pieces[1] == frame.bytes)
    }

    @Test func `WebAssembly goes along in gzip, as ad hoc and generic`() throws {
        let code = [UInt8]("\0asm\u{1}\0\0\0".utf8) + [UInt8](repeating: 7, count: 5000)
        let invocation = try SmartModule(webAssembly: code, parameters: ["k": "v"]).invocation
        guard case .adHoc(let compressed) = invocation.wasm else {
            Issue.record("not ad hoc")
            return
        }
        var decompressor = Decompressor()
        var plain: [UInt8] = []
        try unsafe compressed.withUnsafeBytes { try unsafe decompressor.decompress($0, with: .gzip, into: &plain) }
        #expect(plain == code && compressed.count < 200)
        #expect(invocation.kind == .generic(.nothing) && invocation.name == nil)
        #expect(invocation.parameters == SmartModuleParameters(values: ["k": "v"]))
    }

    @Test func `accumulators and lookback have their places`() {
        let invocation = SmartModule(
            .named("a"), initial: [1, 2], lookback: SmartModule.Lookback(last: 3, age: .seconds(4))
        ).invocation
        #expect(invocation.kind == .generic(.aggregate([1, 2])))
        #expect(invocation.parameters.lookback == Lookback(last: 3, age: .seconds(4)))
        #expect(invocation.name == "a" && invocation.wasm == .predefined("a"))
    }
}
