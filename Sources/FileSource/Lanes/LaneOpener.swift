import FluvioClient
import ToolSupport

/// Makes the producers of lanes, in tasks.
struct LaneOpener: Sendable {
    let client: Fluvio
    let options: SourceOptions
    let mailbox: Mailbox
    let diagnostics: Diagnostics

    /// Begins; a letter says what came of it.
    ///
    /// - Parameters:
    ///   - lane: where it was, if anything was sent.
    ///   - isAtRest: nothing was under way when it was there.
    ///   - first: the partition of records whose key does not decide.
    ///   - memory: bytes that it may hold.
    func open(
        _ file: FileID, number: Int, _ lane: FileRecord.Lane?, isAtRest: Bool, first: UInt32, memory: Int
    ) {
        Task.detached {
            let result: Result<OpenedLane, FluvioError>
            do throws(FluvioError) {
                result = .success(
                    try await opened(number, lane, isAtRest: isAtRest, first: first, memory: memory))
            } catch {
                result = .failure(error)
            }
            mailbox.post(.opened(file, result))
        }
    }

    private func opened(
        _ number: Int, _ before: FileRecord.Lane?, isAtRest: Bool, first: UInt32, memory: Int
    ) async throws(FluvioError) -> OpenedLane {
        let isKeyed = options.spreads
        var settings = options.producerSettings(memory)
        settings.resume = before?.positions ?? [:]
        settings.resumesAtRest = isAtRest
        settings.partitions = isKeyed ? nil : [first]
        var producer: Producer
        do throws(FluvioError) {
            let elsewhere = isKeyed || isAtRest ? [] : before?.partitions(besides: first) ?? []
            if !elsewhere.isEmpty { settings.partitions = elsewhere }
            producer = try await self.producer(options.topic, settings, number, isDead: false)
            // What was under way before goes on where it went. Where nothing was, the file moves.
            if !elsewhere.isEmpty, producer.alreadyStored.isEmpty {
                producer.close()
                settings.partitions = [first]
                producer = try await self.producer(options.topic, settings, number, isDead: false)
            }
        } catch {
            guard before != nil, !isAtRest, Self.isUnknown(error) else { throw error }
            return try await resend(error, number, before, first: first, memory: memory)
        }
        var dead: Producer?
        do throws(FluvioError) {
            if let topic = options.deadLetters {
                settings.resume = before?.dead.map { [0: $0] } ?? [:]
                settings.partitions = [0]
                dead = try await self.producer(topic, settings, number, isDead: true)
            }
            return try lane(number, before, isKeyed, first, producer, dead)
        } catch {
            producer.close()
            dead?.close()
            throw error
        }
    }

    /// Whether the topic cannot tell what it has of the records that were under way.
    private static func isUnknown(_ error: FluvioError) -> Bool {
        error.code == .offsetOutOfRange || error.code == .unacknowledged
    }

    /// Begins anew at the position, where that is asked for.
    private func resend(
        _ error: FluvioError, _ number: Int, _ before: FileRecord.Lane?, first: UInt32, memory: Int
    ) async throws(FluvioError) -> OpenedLane {
        guard options.onUnknown == .resend else {
            throw FluvioError(
                error.code, error.message, at: error.place,
                advice: "'--on-unknown resend' sends again what was under way",
                underlying: error)
        }
        if mailbox.isFirstDoubt {
            diagnostics.note("\(error.message); what was under way is sent again, and some may be there twice")
        }
        return try await opened(number, nil, isAtRest: false, first: first, memory: memory)
    }

    private func lane(
        _ number: Int, _ before: FileRecord.Lane?, _ isKeyed: Bool, _ first: UInt32, _ producer: Producer,
        _ dead: Producer?
    ) throws(FluvioError) -> OpenedLane {
        guard let now = producer.checkpoint(), let deadNow = dead.map({ $0.checkpoint() }) ?? [:] else {
            throw FluvioError(.closed, "the producer was not ready")
        }
        let stored = producer.alreadyStored
        let deadStored = dead?.alreadyStored[0] ?? 0
        let spread = isKeyed ? producer.partitions : 1
        var lane = before ?? FileRecord.Lane(spread: spread, first: first, positions: now, dead: deadNow[0])
        if stored.isEmpty {
            // Everything before the position is acknowledged, and nothing behind it was sent: a changed number of
            // partitions counts from here, and so do a new epoch and another partition.
            let dead = deadStored > 0 ? before?.dead ?? deadNow[0] : deadNow[0]
            lane = FileRecord.Lane(spread: spread, first: first, positions: now, dead: dead)
        } else {
            // A topic for dead letters that there was not before.
            if lane.dead == nil { lane.dead = deadNow[0] }
            // One that went to a single partition stays so, though keys are to decide now.
            for partition in 0..<(isKeyed && lane.spread > 1 ? lane.spread : 0) where lane.positions[partition] == nil {
                lane.positions[partition] = now[partition]
            }
        }
        lane.newest = (before?.newest ?? [:]).filter {
            before?.positions[$0.key]?.producerID == lane.positions[$0.key]?.producerID
        }
        lane.newestDead = before?.dead?.producerID == lane.dead?.producerID ? before?.newestDead : nil
        return OpenedLane(
            number: number, producer: producer, dead: dead, lane: lane, stored: stored, deadStored: deadStored,
            isNew: Self.isNew(lane, before),
            isKept: options.producer.isolation == .readCommitted && producer.isProvable && dead?.isProvable ?? true)
    }

    /// Whether the checkpoint does not know all of these ids and epochs.
    private static func isNew(_ lane: FileRecord.Lane, _ before: FileRecord.Lane?) -> Bool {
        guard let before, lane.spread == before.spread else { return true }
        func differs(_ a: ProducerPosition?, _ b: ProducerPosition?) -> Bool {
            a?.producerID != b?.producerID || a?.epoch != b?.epoch
        }
        return differs(lane.dead, before.dead)
            || lane.positions.contains { differs($0.value, before.positions[$0.key]) }
    }

    private func producer(
        _ topic: String, _ settings: ProducerSettings, _ number: Int, isDead: Bool
    ) async throws(FluvioError) -> Producer {
        try await client.producer(
            for: topic, settings: settings,
            onAcknowledgement: { [mailbox] in mailbox.post(.stored(lane: number, isDead: isDead, $0)) },
            onEvent: { [diagnostics, mailbox] event in
                // Of the topic, and not of each file.
                if case .atLeastOnce = event, !mailbox.isFirstWord { return }
                diagnostics.tell(event, of: "topic \(topic), ")
            })
    }
}

extension SourceOptions {
    /// - Parameter memory: bytes that a producer may hold.
    func producerSettings(_ memory: Int) -> ProducerSettings {
        var settings = ProducerSettings()
        settings.batchSize = producer.batchSize
        settings.linger = producer.linger
        settings.compression = producer.compression
        settings.isolation = producer.isolation
        settings.requestTimeout = producer.timeout
        settings.retry = connection.retryLimit
        settings.memory = memory
        return settings
    }

    /// Makes the topics that are missing.
    func makeTopics(_ client: Fluvio, _ partitions: Int, _ diagnostics: Diagnostics) async throws(FluvioError) {
        for name in [topic] + (deadLetters.map { [$0] } ?? []) {
            do throws(FluvioError) {
                try await client.admin.createTopic(
                    name, TopicSpec(partitions: name == topic ? UInt32(clamping: partitions) : 1))
                diagnostics.note("topic '\(name)' created")
            } catch {
                guard error.code == .objectExists else { throw error }
            }
        }
    }
}
