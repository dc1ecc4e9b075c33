import FluvioProtocol
import FluvioTransport
import Synchronization
import Testing

@testable import FluvioClient

@Suite struct TopologyStoreTests {
    private let loop: EventLoop
    private let store: TopologyStore

    init() throws {
        loop = try EventLoop(name: "test")
        store = TopologyStore(loop: loop)
    }

    private func push(topic name: String) {
        store.apply(MetadataUpdate(epoch: 1, changes: [.update(Metadata<TopicSpec>(name: name))]))
    }

    private func wait(for name: String, within limit: Duration? = nil) async throws(FluvioError) -> String {
        try await store.value(
            within: limit, orElse: { FluvioError(.deadlineExceeded, "\($0.topics.count) topics") },
            { topology throws(FluvioError) in topology.topics[name]?.name })
    }

    @Test func `What is there is found at once`() async throws {
        push(topic: "x")
        #expect(try await wait(for: "x", within: .zero) == "x")
    }

    @Test func `What comes later is waited for`() async throws {
        async let found = wait(for: "x")
        await #expect(throws: Never.self) {
            for number in 0..<100 {
                push(topic: "other\(number)")
                await Task.yield()
            }
        }
        push(topic: "x")
        #expect(try await found == "x")
    }

    @Test func `What does not come ends with the deadline, and says what there is`() async {
        push(topic: "y")
        let error = await #expect(throws: FluvioError.self) { try await wait(for: "x", within: .milliseconds(20)) }
        #expect(error?.code == .deadlineExceeded)
        #expect(error?.message == "1 topics")
    }

    @Test func `Cancellation ends a wait`() async {
        let task = Task { try await wait(for: "x") }
        task.cancel()
        let result = await task.result
        #expect(throws: FluvioError.self) { try result.get() }
    }

    @Test func `The end of the client ends every wait, also those that begin later`() async {
        let waiting = Task { try await wait(for: "x") }
        await Task.yield()
        store.end(.clientClosed)
        let error = await #expect(throws: FluvioError.self) { try await waiting.value }
        #expect(error?.code == .closed)
        await #expect(throws: FluvioError.self) { try await wait(for: "x") }
    }

    @Test func `An observer is called until it has seen enough, and not for what it knows`() {
        let seen = Mutex<[Int]>([])
        store.observe { result in
            let count = (try? result.get())?.topics.count ?? -1
            return seen.withLock { seen in
                seen.append(count)
                return count == 2
            }
        }
        push(topic: "a")
        push(topic: "a")
        push(topic: "b")
        push(topic: "c")
        #expect(seen.withLock { $0 } == [0, 1, 2])
    }
}
