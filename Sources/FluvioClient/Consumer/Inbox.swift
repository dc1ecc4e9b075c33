import CLinux
import Glibc
import Synchronization
import Unix

/// What has arrived of all partitions and was not taken yet, in the order of arrival.
final class Inbox: Sendable {
    enum Item: Sendable {
        case chunk(RecordChunk)
        case failed(FluvioError)
    }

    private struct State {
        /// Taken ones are nil: they must not be held until the inbox is empty, which under load it never is.
        var items: [Item?] = []
        var head = 0
        /// Streams from which more may come.
        var open: Int
        var waiters: [CheckedContinuation<Void, Never>] = []
    }

    /// Places of taken items after which the others move up.
    private static let maximumTaken = 64

    private let state: Mutex<State>
    private let event: FileDescriptor

    /// For so many streams.
    init(streams: Int) throws(SystemError) {
        state = Mutex(State(open: streams))
        event = try Unix.eventDescriptor()
    }

    /// Readable while something has been put since the last ``rearm()``.
    var descriptor: CInt { event.raw }

    /// What can be had at the moment.
    enum Step: Sendable {
        case item(Item)
        /// Nothing yet.
        case empty
        /// Nothing any more: every stream has finished.
        case end
    }

    func put(_ item: Item) {
        wake { $0.items.append(item) }
    }

    /// One stream has brought everything.
    func finished() {
        wake { $0.open -= 1 }
    }

    private func wake(_ change: (inout State) -> Void) {
        let waiters = state.withLock { state in
            change(&state)
            defer { state.waiters = [] }
            return state.waiters
        }
        _ = eventfd_write(event.raw, 1)
        for waiter in waiters { waiter.resume() }
    }

    func take() -> Step {
        state.withLock { state in
            guard state.head < state.items.count else { return state.open > 0 ? .empty : .end }
            guard let item = state.items[state.head].take() else { return .empty }
            state.head += 1
            if state.head == state.items.count || state.head == Self.maximumTaken {
                state.items.removeFirst(state.head)
                state.head = 0
            }
            return .item(item)
        }
    }

    /// Blocks this thread until something is there; false if `wake` became readable first, or the time is over.
    func wait(or wake: CInt, timeoutMilliseconds: CInt = -1) -> Bool {
        let events = try? Unix.poll(
            event.raw, CInt(POLLIN), wake, CInt(POLLIN), timeoutMilliseconds: timeoutMilliseconds)
        var value: eventfd_t = 0
        _ = unsafe eventfd_read(event.raw, &value)
        return events?.first != 0 && events?.second == 0
    }

    /// Makes ``descriptor`` unreadable until more is put.
    func rearm() {
        var value: eventfd_t = 0
        _ = unsafe eventfd_read(event.raw, &value)
    }

    /// Waits until something is there, or was put, or ``wakeAll()``.
    func wait() async {
        await withCheckedContinuation { continuation in
            let isReady = state.withLock { state in
                if state.head < state.items.count || state.open <= 0 { return true }
                state.waiters.append(continuation)
                return false
            }
            if isReady { continuation.resume() }
        }
    }

    /// Ends all waits.
    func wakeAll() { wake { _ in } }
}
