import Testing

@testable import FluvioLocal

@Suite("How far a stream may run ahead of its acknowledgements")
struct StreamFlowTests {
    @Test("At most 8 responses are unacknowledged")
    func responses() {
        var flow = StreamFlow(from: 0)
        for end in 1...8 as ClosedRange<Int64> {
            #expect(flow.maySend)
            flow.sent(upTo: end, bytes: 10)
        }
        #expect(!flow.maySend)
        flow.acknowledged(1)
        #expect(flow.maySend && flow.position == 8)
        flow.sent(upTo: 9, bytes: 10)
        #expect(!flow.maySend)
    }

    @Test("With 4 MiB unacknowledged no further response goes out; a larger one goes alone")
    func bytes() {
        var flow = StreamFlow(from: 0)
        for end in 1...3 as ClosedRange<Int64> { flow.sent(upTo: end, bytes: 1 << 20) }
        #expect(flow.maySend)
        flow.sent(upTo: 4, bytes: 1 << 20)
        #expect(!flow.maySend)
        flow.acknowledged(4)
        flow.sent(upTo: 5, bytes: 100 << 20)
        #expect(!flow.maySend)
        flow.acknowledged(5)
        #expect(flow.maySend && flow.position == 5)
    }

    @Test("An acknowledgement stands for all responses before it")
    func several() {
        var flow = StreamFlow(from: 0)
        for end in 1...8 as ClosedRange<Int64> { flow.sent(upTo: end * 10, bytes: 1) }
        flow.acknowledged(70)
        for end in 9...15 as ClosedRange<Int64> {
            #expect(flow.maySend)
            flow.sent(upTo: end * 10, bytes: 1)
        }
        #expect(!flow.maySend)
    }

    @Test("Any other offset is where the stream goes on, forgetting what is under way", arguments: [0, 15, 9, 500])
    func rewind(offset: Int64) {
        var flow = StreamFlow(from: 10)
        flow.sent(upTo: 20, bytes: 4 << 20)
        flow.acknowledged(offset)
        #expect(flow == StreamFlow(from: offset))
    }

    @Test("The offset acknowledged last, once more, begins again from there")
    func twice() {
        var flow = StreamFlow(from: 0)
        flow.sent(upTo: 10, bytes: 1)
        flow.sent(upTo: 20, bytes: 1)
        flow.acknowledged(10)
        #expect(flow.position == 20)
        flow.acknowledged(10)
        #expect(flow == StreamFlow(from: 10))
    }
}
