import FluvioProtocol
import FluvioTransport
import Synchronization

/// The topology of a live client: what it is now, and who waits for it to change.
final class TopologyStore: Sendable {
    /// Looks at the topology, or at the error that ended the client. True: it has seen enough and is not called again.
    typealias Observer = @Sendable (Result<Topology, FluvioError>) -> Bool

    /// Names an observer.
    struct ObserverID: Hashable, Sendable {
        fileprivate let number: UInt64
    }

    private struct State {
        var topology = Topology()
        var observers: [ObserverID: Observer] = [:]
        var next: UInt64 = 0
        var end: FluvioError?
    }

    private let state = Mutex(State())
    private let loop: EventLoop

    init(loop: EventLoop) { self.loop = loop }

    /// What is known now.
    var current: Topology { state.withLock { $0.topology } }

    /// Calls `observer` with the topology as it is now, on this thread, and as it becomes, on the thread that brings
    /// the news (the event loop's: it must not block). Two calls may overlap. Never called under a lock.
    @discardableResult
    func observe(_ observer: @escaping Observer) -> ObserverID {
        let (id, now) = state.withLock { state in
            state.next += 1
            let id = ObserverID(number: state.next)
            if state.end == nil { state.observers[id] = observer }
            return (id, state.end.map { .failure($0) } ?? Result<Topology, FluvioError>.success(state.topology))
        }
        if observer(now) { forget(id) }
        return id
    }

    /// Calls an observer no more. One call may be under way.
    func forget(_ id: ObserverID) { state.withLock { _ = $0.observers.removeValue(forKey: id) } }

    /// Waits until `find` finds something; it answers nil to wait on, and throws to end the wait.
    ///
    /// - Parameters:
    ///   - limit: nil: any time.
    ///   - failure: says why nothing was found when the time is over.
    func value<Value: Sendable>(
        within limit: Duration?, orElse failure: @escaping @Sendable (Topology) -> FluvioError,
        _ find: @escaping @Sendable (Topology) throws(FluvioError) -> Value?
    ) async throws(FluvioError) -> Value {
        let (topology, end) = state.withLock { ($0.topology, $0.end) }
        if let end { throw end }
        if let value = try find(topology) { return value }
        let once = Once<Value>()
        let id = observe { result in
            do throws(FluvioError) {
                guard let value = try find(try result.get()) else { return false }
                once.settle(.success(value))
            } catch {
                once.settle(.failure(error))
            }
            return true
        }
        let timer = limit.map { limit in
            loop.schedule(after: limit) { [weak self] in
                if let self { once.settle(.failure(failure(self.current))) }
            }
        }
        defer {
            forget(id)
            if let timer { loop.cancel(timer) }
        }
        return try await once.value()
    }

    // MARK: - News

    func apply(_ update: MetadataUpdate<TopicSpec>) { change { $0.apply(update) } }
    func apply(_ update: MetadataUpdate<PartitionSpec>) { change { $0.apply(update) } }
    func apply(_ update: MetadataUpdate<SpuSpec>) { change { $0.apply(update) } }

    /// Tells everybody that there will be no more news.
    func end(_ error: FluvioError) {
        let observers = state.withLock { state in
            guard state.end == nil else { return [Observer]() }
            state.end = error
            defer { state.observers = [:] }
            return Array(state.observers.values)
        }
        for observer in observers { _ = observer(.failure(error)) }
    }

    private func change(_ apply: (inout Topology) -> Topology.Changes) {
        let news: (topology: Topology, observers: [ObserverID: Observer])? = state.withLock { state in
            let changes = apply(&state.topology)
            // The SC repeats itself much: who waits is not woken for nothing.
            return changes.isEmpty ? nil : (state.topology, state.observers)
        }
        guard let news else { return }
        for (id, observer) in news.observers where observer(.success(news.topology)) { forget(id) }
    }
}
