import FluvioClient
import Synchronization
import ToolSupport

/// Tells of what happens to the streams, and remembers whether records were missing.
final class Gaps: Sendable {
    private let diagnostics: Diagnostics
    private let namesTopics: Bool
    private let seen = Atomic<Bool>(false)

    /// - Parameter namesTopics: several topics may be read, so lines say which.
    init(_ diagnostics: Diagnostics, namesTopics: Bool) {
        self.diagnostics = diagnostics
        self.namesTopics = namesTopics
    }

    var wereSeen: Bool { seen.load(ordering: .relaxed) }

    func tell(_ topic: String, _ event: ConsumerEvent) {
        let place = namesTopics ? "topic \(topic), " : ""
        switch event {
        case .lost(let partition, let error):
            diagnostics.note("\(place)partition \(partition): \(error.message); trying again")
        case .recovered(let partition): diagnostics.note("\(place)partition \(partition): goes on where it was")
        case .gap(let partition, let offsets):
            seen.store(true, ordering: .relaxed)
            let last = offsets.upperBound - 1
            diagnostics.error(
                "\(place)partition \(partition): offsets \(offsets.lowerBound)..\(last) are not kept any more")
        }
    }
}
