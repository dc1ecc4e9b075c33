import FluvioProtocol
import Testing

@testable import FluvioLocal

@Suite("Answers owed to a producer")
struct ProduceQueueTests {
    private typealias Place = ProduceQueue.Place

    private func response(_ entries: Int) -> ProduceResponse {
        let partitions = (0..<entries).map { PartitionProduceResponse(partition: UInt32($0), baseOffset: 7) }
        return ProduceResponse(topics: [TopicProduceResponse(name: "t", partitions: partitions)])
    }

    private func header(_ id: Int32) -> RequestHeader {
        RequestHeader(apiKey: 0, apiVersion: 25, correlationID: id, clientID: "")
    }

    @Test("Answers leave in the order of the requests, whichever is decided first")
    func order() {
        var queue = ProduceQueue()
        let place = Place(topic: 0, partition: 0)
        let first = queue.add(response(1), to: header(1), open: [place])
        let second = queue.add(response(1), to: header(2), open: [place])
        _ = queue.add(response(1), to: header(3), open: [])
        #expect(queue.takeReady().isEmpty)
        queue.settle(second, place)
        #expect(queue.takeReady().isEmpty)
        queue.settle(first, place)
        #expect(queue.takeReady().map(\.header.correlationID) == [1, 2, 3])
        #expect(queue.isEmpty)
    }

    @Test("An answer waits for all of its entries; those that fail lose their offset")
    func entries() {
        var queue = ProduceQueue()
        let places = (0..<3).map { Place(topic: 0, partition: $0) }
        let id = queue.add(response(3), to: header(1), open: places)
        queue.settle(id, places[1], error: .storageError)
        queue.settle(id, places[0])
        #expect(queue.takeReady().isEmpty)
        queue.settle(id, places[0], error: .storageError)
        queue.settle(id, places[2])
        let answers = queue.takeReady()
        #expect(answers.count == 1)
        #expect(answers.first?.response.topics[0].partitions.map(\.error) == [.success, .storageError, .success])
        #expect(answers.first?.response.topics[0].partitions.map(\.baseOffset) == [7, 0, 7])
    }

    @Test("When the time is over, what is undecided is an error, and later decisions change nothing")
    func expire() {
        var queue = ProduceQueue()
        let places = (0..<2).map { Place(topic: 0, partition: $0) }
        let id = queue.add(response(2), to: header(1), open: places)
        queue.settle(id, places[0])
        let error = ErrorCode.requestTimedOut(milliseconds: 5, kind: .produce)
        queue.expire(id, error: error)
        queue.settle(id, places[1])
        #expect(queue.takeReady().first?.response.topics[0].partitions.map(\.error) == [.success, error])
        queue.expire(id, error: error)
        queue.settle(id, places[1])
        #expect(queue.takeReady().isEmpty)
    }
}
