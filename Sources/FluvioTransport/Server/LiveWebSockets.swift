import Synchronization

/// Asks WebSockets that are silent for a sign of life, now and then.
final class LiveWebSockets: Sendable {
    private struct Entry {
        weak var channel: WebSocketChannel?
    }

    private struct State {
        var entries: [Entry] = []
        var timer: Timer?
        var hasEnded = false
    }

    private let loop: EventLoop
    private let interval: Duration
    private let state = Mutex(State())

    init(on loop: EventLoop, every interval: Duration) {
        self.loop = loop
        self.interval = interval
    }

    func add(_ channel: WebSocketChannel) { state.withLock { $0.entries.append(Entry(channel: channel)) } }

    func begin() {
        let timer = loop.schedule(after: interval) { [weak self] in self?.ring() }
        let hasEnded = state.withLock { state in
            if !state.hasEnded { state.timer = timer }
            return state.hasEnded
        }
        if hasEnded { loop.cancel(timer) }
    }

    func end() {
        let timer = state.withLock { state in
            state.hasEnded = true
            state.entries = []
            return state.timer.take()
        }
        if let timer { loop.cancel(timer) }
    }

    private func ring() {
        let channels = state.withLock { state in
            state.entries.removeAll { $0.channel == nil }
            return state.entries.compactMap(\.channel)
        }
        for channel in channels { channel.askForLife() }
        begin()
    }
}
