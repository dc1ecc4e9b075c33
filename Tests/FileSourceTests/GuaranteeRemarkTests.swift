import FluvioClient
import Testing

@testable import FileSource

@Suite("What is said of the guarantee at the start") struct GuaranteeRemarkTests {
    @Test func `records that may come twice after a crash are told, and why`() {
        var options = SourceOptions()
        options.topic = "logs"
        var topic = TopicSpec(partitions: 1)
        #expect(Guarantees.remarks(options, topic) == [] && Guarantees.remarks(options, nil) == [])
        topic.deduplication = Deduplication(count: 5, age: nil, uses: "dedup", with: [:])
        #expect(Guarantees.remarks(options, topic).first?.hasPrefix("topic 'logs' has deduplication") == true)
        options.partialTimeout = .seconds(1)
        #expect(Guarantees.remarks(options, topic).count == 2 && Guarantees.remarks(options, nil).count == 1)
    }
}
