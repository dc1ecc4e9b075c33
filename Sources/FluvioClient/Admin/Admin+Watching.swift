package import FluvioProtocol
import FluvioTransport

extension Admin {
    /// What a watch tells: first all objects as they are, then every change. It ends with an error when the connection to
    /// the SC breaks; what changed meanwhile would not be known.
    package func watch<Spec: WatchableSpec>(
        _ request: WatchRequest<Spec>
    ) async throws(FluvioError) -> AsyncThrowingStream<MetadataUpdate<Spec>, any Error> {
        let link = try await cluster.control.connection(within: cluster.settings.requestTimeout)
        let (stream, news) = AsyncThrowingStream<MetadataUpdate<Spec>, any Error>.makeStream()
        let id = try link.subscribe(request) { update in
            switch update {
            case .success(let update): news.yield(update)
            case .failure(let error): news.finish(throwing: error)
            }
        }
        news.onTermination = { [weak connection = link.connection] _ in connection?.unsubscribe(id) }
        return stream
    }
}
