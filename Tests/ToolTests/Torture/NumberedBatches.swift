import FluvioProtocol
import TestSupport

/// Batches that say which they are: what a log holds can be compared with what was sent.
enum NumberedBatches {
    /// How many records batch `number` has.
    static func count(_ number: Int32) -> Int { 1 + Int(number) % 7 }

    /// Batch `number`: its number is its first sequence, and all else follows from it.
    static func make(_ number: Int32) -> [UInt8] {
        Batches.make(count(number), size: 20 + Int(number) % 97 * (number % 13 == 0 ? 100 : 3), tag: number)
    }

    /// What is wrong with `batch` of `bytes`, read back; nil: it is what was sent under its number.
    static func fault(_ batch: RecordBatch, in bytes: ArraySlice<UInt8>) -> String? {
        let number = batch.header.firstSequence
        let sent = make(number)
        let payload = bytes[bytes.startIndex + batch.payload.lowerBound..<bytes.startIndex + batch.payload.upperBound]
        return payload.elementsEqual(sent[batch.header.headerSize...]) ? nil : "batch \(number) holds something else"
    }
}

/// Reads a partition through the server, batch by batch, and holds it against what must be there.
struct PartitionReader {
    let topic: String
    let partition: UInt32
    /// Where the next batch must begin: anything else is a gap, or an offset twice.
    private(set) var next: Int64 = 0
    /// The number of the batch at each base offset read so far.
    private(set) var numbers: [Int64: Int32] = [:]

    init(_ topic: String, _ partition: UInt32) { (self.topic, self.partition) = (topic, partition) }

    struct Fault: Error, CustomStringConvertible {
        let description: String
    }

    /// Reads to the end.
    mutating func read(from client: TestClient) throws {
        var maximum: Int32 = 1 << 20
        while true {
            let request = FetchRequest(
                maxBytes: maximum, isolation: .readUncommitted,
                topics: [
                    FetchTopic(name: topic, partitions: [FetchPartition(partition: partition, fetchOffset: next)])
                ])
            let answer = try client.call(request).topics[0].partitions[0]
            guard answer.error == .success else { throw fault("\(answer.error)") }
            let before = next
            try take(answer.records.bytes)
            if answer.records.bytes.isEmpty { return }
            if next == before { maximum *= 2 }
        }
    }

    private mutating func take(_ bytes: ArraySlice<UInt8>) throws {
        var reader = BatchReader(0..<bytes.count)
        while let item = unsafe bytes.withUnsafeBytes({ unsafe reader.next(in: $0) }) {
            switch item {
            case .cut: return
            case .corrupt(let error): throw fault("\(error)")
            case .batch(let batch):
                guard batch.header.baseOffset == next else { throw fault("offset \(batch.header.baseOffset) follows") }
                if let what = NumberedBatches.fault(batch, in: bytes) { throw fault(what) }
                numbers[next] = batch.header.firstSequence
                next = batch.nextOffset
            }
        }
    }

    private func fault(_ what: String) -> Fault {
        Fault(description: "\(topic) partition \(partition), at offset \(next): \(what)")
    }
}
