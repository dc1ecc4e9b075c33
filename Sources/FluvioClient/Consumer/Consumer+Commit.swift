import FluvioProtocol
import FluvioTransport
import Synchronization
import Unix

extension Consumer {
    /// Stores on the servers, under ``ConsumerSettings/consumerID``, where reading is to go on: each partition at an
    /// offset before which everything is done with. Offset 0 stores nothing: there reading begins anyway.
    ///
    /// - Throws: what keeps it from the leader of a partition; ``FluvioError/Code/invalidArgument`` without an id.
    public func commit(_ positions: [UInt32: Int64]) async throws(FluvioError) {
        for (partition, position) in positions.sorted(by: { $0.key < $1.key }) where position > 0 {
            guard let stream = streams[partition] else { continue }
            try await stream.commit(position)
        }
    }
}

extension PartitionStream {
    /// Stores that everything before `position` is done with.
    ///
    /// A server takes it only from a connection with a stream of that consumer (protocol: UpdateConsumerOffset): the
    /// stream that there is, or one that is opened for it.
    func commit(_ position: Int64) async throws(FluvioError) {
        guard settings.consumerID != nil else {
            throw FluvioError(.invalidArgument, "a consumer without an id cannot store positions", at: place)
        }
        let started = MonotonicTime.now
        var schedule = RetrySchedule(limit: settings.retry)
        var random = SystemRandomNumberGenerator()
        // Once refused, the number of the stream is not tried again.
        var trusted = session
        while true {
            let failure: FluvioError
            let wasTrusted = trusted != nil
            do throws(FluvioError) {
                try await store(position, trusted)
                return
            } catch {
                guard wasTrusted || error.isRetriable else { throw error.at(place) }
                failure = error
            }
            trusted = nil
            if wasTrusted { continue }
            let elapsed = MonotonicTime.now - started
            guard let delay = schedule.delay(afterFailureAt: elapsed, using: &random) else { throw failure.at(place) }
            guard (try? await Task.sleep(for: delay)) != nil else { throw .cancelled }
        }
    }

    private func store(
        _ position: Int64, _ session: (link: ServerLink, id: UInt32)?
    ) async throws(FluvioError) {
        let (link, id) = if let session { session } else { try await openSession(at: position - 1) }
        let request = UpdateConsumerOffsetRequest(offset: position - 1, sessionID: id)
        let answer = try await link.call(request, timeout: settings.requestTimeout)
        guard answer.error.isSuccess else { throw FluvioError(answer.error, at: place) }
    }

    /// Opens a stream for its number alone. It comes with the first records, so one is read that is there already.
    private func openSession(at offset: Int64) async throws(FluvioError) -> (link: ServerLink, id: UInt32) {
        let link = try await cluster.sharedLink(to: try await cluster.leader(of: replica))
        let request = StreamFetchRequest(
            topic: replica.topic, partition: replica.partition, fetchOffset: max(0, offset), maxBytes: 1024,
            isolation: .readUncommitted, consumerID: settings.consumerID)
        let first = Once<StreamFetchResponse<RecordSet>>()
        let stream = try link.subscribe(request) { first.settle($0) }
        defer { link.connection.unsubscribe(stream) }
        let timer = cluster.loop.schedule(after: settings.requestTimeout) {
            first.settle(.failure(FluvioError(.deadlineExceeded, "no answer in time")))
        }
        defer { cluster.loop.cancel(timer) }
        let response = try await first.value()
        // With most errors, as that of an offset that is not kept any more, the number comes too.
        guard response.streamID > 0 else { throw FluvioError(response.partition.error, at: place) }
        return (link, response.streamID)
    }
}

extension Fluvio {
    /// Where a consumer goes on reading, by topic and partition, as servers have stored it: the offset after the last
    /// record that it was done with.
    public func positions(of consumer: String) async throws(FluvioError) -> [String: [UInt32: Int64]] {
        var positions: [String: [UInt32: Int64]] = [:]
        for entry in try await admin.consumerOffsets() where entry.consumerID == consumer {
            positions[entry.replica.topic, default: [:]][entry.replica.partition] = entry.offset + 1
        }
        return positions
    }
}
