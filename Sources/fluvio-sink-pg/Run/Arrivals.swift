import Synchronization
import Unix

/// Topics and partitions on their way to the pump.
final class Arrivals: Sendable {
    struct News: Sendable {
        var opened: [SinkPump.Opened] = []
        var released: [Lot] = []
        var failure: (any Error)?
    }

    private let news = Mutex(News())
    private let event: FileDescriptor
    /// More may come.
    let isOpen: Bool

    init(isOpen: Bool) throws {
        self.isOpen = isOpen
        event = try Unix.eventDescriptor()
    }

    /// Readable when something has come.
    var descriptor: CInt { event.raw }

    func put(_ opened: SinkPump.Opened) {
        news.withLock { $0.opened.append(opened) }
        Unix.ring(event.raw)
    }

    /// One is to be given away.
    func release(_ lot: Lot) {
        news.withLock { $0.released.append(lot) }
        Unix.ring(event.raw)
    }

    func fail(_ error: any Error) {
        news.withLock { $0.failure = $0.failure ?? error }
        Unix.ring(event.raw)
    }

    /// What has come since the last call.
    func take() -> News {
        Unix.quiet(event.raw)
        return news.withLock { news in
            defer { news = News() }
            return news
        }
    }
}
