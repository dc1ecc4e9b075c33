import FluvioProtocol
import FluvioTransport

extension Admin {
    /// First all objects of a kind as they are, then every change. It ends with an error when the connection to the SC
    /// breaks; what changed meanwhile would not be known.
    ///
    /// - Throws: ``FluvioError/Code/invalidArgument`` for kinds that the SC does not let be watched.
    public func watch<Spec: ObjectSpec>(
        _ type: ObjectType<Spec>
    ) async throws(FluvioError) -> AsyncThrowingStream<MetadataUpdate<Spec>, any Error> {
        guard let watch = type.watch else {
            throw FluvioError(.invalidArgument, "a \(Spec.kind.noun) cannot be watched", advice: "list it now and then")
        }
        return try await watch(cluster)
    }
}

extension Cluster {
    /// The items of a watch.
    func watch<Spec: WatchableSpec>(
        _ request: WatchRequest<Spec>
    ) async throws(FluvioError) -> AsyncThrowingStream<MetadataUpdate<Spec>, any Error> {
        let link = try await control.connection(within: settings.requestTimeout)
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
