import FluvioProtocol
import TestSupport

/// Appends a batch to a partition of the server at a port; its base offset.
func produce(to topic: String, partition: UInt32 = 0, port: UInt16, records: Int) async throws -> Int64 {
    let client = try TestClient(port: port)
    let data = PartitionProduceData(
        partition: partition, records: RecordSet(bytes: Batches.make(records)[...]))
    let request = ProduceRequest(
        isolation: .readCommitted, timeout: 5_000, topics: [TopicProduceData(name: topic, partitions: [data])])
    let response = try client.call(request)
    guard let answer = response.topics.first?.partitions.first, answer.error == .success else {
        throw Unexpected(response)
    }
    return answer.baseOffset
}
