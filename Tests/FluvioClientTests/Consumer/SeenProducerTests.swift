import Testing

@testable import FluvioClient

@Suite("Records that stand in the log twice, over processes")
struct SeenProducerTests {
    private func repeated(_ filter: inout RepeatFilter, _ id: Int64, _ sequence: Int32, _ count: Int32) -> Int32 {
        filter.repeated(producerID: id, first: RecordSequence(sequence: sequence), count: count)
    }

    @Test func `are known to a reader that takes over what another has seen`() {
        var first = RepeatFilter()
        _ = repeated(&first, 1, 0, 10)
        _ = repeated(&first, 2, 0, 4)
        _ = first.repeated(producerID: 3, first: RecordSequence(epoch: 1, sequence: 7), count: 1)
        #expect(first.newest(2).map(\.producerID) == [3, 2])
        var second = RepeatFilter()
        second.learn(first.newest(100))
        #expect(repeated(&second, 1, 8, 4) == 2)
        #expect(repeated(&second, 2, 0, 4) == 4)
        #expect(second.repeated(producerID: 3, first: RecordSequence(epoch: 1, sequence: 8), count: 1) == 0)
    }
}
