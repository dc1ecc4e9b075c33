import TestSupport
import Testing

extension TestClient {
    /// Whether the server has ended the connection, with nothing sent before.
    func sawEnd() throws -> Bool {
        do {
            let frame = try receive()
            Issue.record("a frame instead of the end: \(frame.prefix(60))")
            return false
        } catch Failure.ended {
            return true
        }
    }
}
