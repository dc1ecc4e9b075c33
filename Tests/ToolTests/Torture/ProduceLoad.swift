import FluvioProtocol
import Foundation
import Synchronization
import TestSupport
import Unix

/// Producers and a consumer's acknowledgements at full speed, until their server goes.
final class ProduceLoad: Sendable {
    /// An acknowledged batch.
    struct Stored: Sendable {
        let partition: UInt32
        let base: Int64
        let number: Int32
    }

    private struct State {
        var stored: [Stored] = []
        var position: Int64?
        /// An answer that was none of those that may come.
        var fault: String?
    }

    private let topic: String
    private let port: UInt16
    private let state = Mutex(State())
    private let group = DispatchGroup()

    /// Who keeps a position in partition 0.
    static let consumer = "torture"

    /// - Parameters:
    ///   - position: of the consumer so far; it goes on from there.
    ///   - numbers: of the batches of each producer.
    init(_ topic: String, port: UInt16, position: Int64, numbers: [Range<Int32>]) {
        (self.topic, self.port) = (topic, port)
        for (index, numbers) in numbers.enumerated() {
            run { try self.produce(UInt32(index % 2), numbers) }
        }
        run { try self.acknowledge(from: position) }
    }

    /// All that was acknowledged, in the order in which it was told. Call it when the server is gone.
    func stored() throws -> [Stored] {
        group.wait()
        return try state.withLock { state in
            if let fault = state.fault { throw PartitionReader.Fault(description: fault) }
            return state.stored
        }
    }

    /// The last position that was acknowledged.
    var position: Int64? { state.withLock { $0.position } }

    private func run(_ body: @escaping @Sendable () throws -> Void) {
        let group = group
        group.enter()
        Thread.detachNewThread {
            defer { group.leave() }
            do {
                try body()
            } catch is SystemError {
            } catch TestClient.Failure.ended {
            } catch TestClient.Failure.connect {
                // The server was gone before the first request.
            } catch {
                self.state.withLock { $0.fault = "\(error)" }
            }
        }
    }

    /// Some requests of one to three batches are always under way.
    private func produce(_ partition: UInt32, _ numbers: Range<Int32>) throws {
        let client = try TestClient(port: port)
        var open: [(id: Int32, numbers: Range<Int32>)] = []
        var next = numbers.lowerBound
        while next < numbers.upperBound {
            let batches = next..<min(numbers.upperBound, next + 1 + next % 3)
            next = batches.upperBound
            let bytes = batches.flatMap { NumberedBatches.make($0) }
            let data = PartitionProduceData(partition: partition, records: RecordSet(bytes: bytes[...]))
            let request = ProduceRequest(
                isolation: .readUncommitted, timeout: 5_000,
                topics: [TopicProduceData(name: topic, partitions: [data])])
            open.append((try client.ask(request), batches))
            if open.count == 4 {
                let (id, batches) = open.removeFirst()
                let answer = try client.answer(to: id, of: ProduceRequest<RecordSet>.self).topics[0].partitions[0]
                guard answer.error == .success else {
                    throw PartitionReader.Fault(description: "an answer to produce: \(answer.error)")
                }
                note(batches, partition, from: answer.baseOffset)
            }
        }
    }

    private func note(_ batches: Range<Int32>, _ partition: UInt32, from base: Int64) {
        state.withLock { state in
            var base = base
            for number in batches {
                state.stored.append(Stored(partition: partition, base: base, number: number))
                base += Int64(NumberedBatches.count(number))
            }
        }
    }

    /// Stores positions that grow, as a consumer does.
    private func acknowledge(from position: Int64) throws {
        let client = try TestClient(port: port)
        try client.ask(
            StreamFetchRequest(topic: topic, partition: 0, fetchOffset: 0, maxBytes: 0, consumerID: Self.consumer))
        var end = position
        while true {
            // Two producers write there: their answers may come in another order.
            end = max(end, state.withLock { $0.stored.last { $0.partition == 0 }?.base } ?? 0)
            let answer = try client.call(UpdateConsumerOffsetRequest(offset: end, sessionID: 1))
            guard answer.error == .success else {
                throw PartitionReader.Fault(description: "an answer to a position: \(answer.error)")
            }
            let acknowledged = end
            state.withLock { $0.position = acknowledged }
        }
    }
}
