import FluvioClient
import ToolSupport
import Unix

// Producers: one for each file that has something to send.
extension SourcePump {
    /// How long a lane is kept for more to come, where others could have its room.
    private static let idle = Duration.seconds(60)

    /// Begins to make a file's producers. False: too many have some.
    func open(_ file: SourceFile) -> Bool {
        if lanes.count >= mostLanes, !closeOneLane() { return false }
        // Before anything of it is sent, so that it is known again by its content if nothing of it is acknowledged.
        lookAtHead(of: file)
        nextLane += 1
        lanes[nextLane] = file.id
        file.sending = .opening
        // All of it for a few files, and a share where there are many.
        let share = max(1 << 18, options.memory / max(2, min(lanes.count * 2, mostLanes)))
        opener.open(
            file.id, number: nextLane, file.record.lane, isAtRest: file.isAtRest,
            first: firstPartition(of: file), memory: share)
        return true
    }

    /// A file's producers are there.
    func opened(_ id: FileID, _ result: Result<OpenedLane, FluvioError>) {
        switch result {
        case .failure(let error): failure = failure ?? error
        case .success(let opened):
            guard let file = files[id] else { return opened.producer.close() }
            let lane = Lane(opened, offset: file.record.position, line: file.record.line)
            file.isAtRest = false
            if opened.isNew || checkpoint.isClean {
                // Not as of now: the position that goes with it is that of the record.
                file.record.lane = opened.lane
                announce(file, lane)
            } else {
                file.sending = .open(lane)
            }
            let stored = opened.stored.values.reduce(opened.deadStored, +)
            if stored > 0 {
                diagnostics.note(
                    "\(file.record.path): \(counted(stored, "record")) behind offset \(file.record.position) \(stored == 1 ? "is" : "are") in the topic already"
                )
            }
            if stored > 0, let before = file.record.rules {
                failure = ToolError(
                    "\(file.record.path): these were made under other rules (\(before)); run it once more with the "
                        + "options of before", .usage)
            } else {
                file.record.rules = nil
            }
            wake(id)
        }
    }

    /// The checkpoint is to know what there is of a file before it sends.
    func announce(_ file: SourceFile, _ lane: Lane) {
        file.sending = .announcing(lane)
        announcing += 1
        changed(file)
    }

    /// The checkpoint knows all producers: they may send.
    func announced() {
        guard announcing > 0 else { return }
        announcing = 0
        for file in files.values {
            if case .announcing(let lane) = file.sending {
                file.sending = .open(lane)
                wake(file.id)
            }
        }
    }

    /// A topic was made anew under way: nothing of what was sent before is in it.
    func topicChanged(_ change: TopicChange, isDead: Bool) {
        diagnostics.error(change.text((isDead ? options.deadLetters : nil) ?? options.topic, isDead: isDead))
        for file in files.values {
            if let lane = file.lane {
                lane.forgetKnown()
            } else if file.isAtRest, case .closed = file.sending {
                file.record.forgetTopic(isDead: isDead)
                changed(file)
            }
        }
    }

    /// Ends a file's producers, which have nothing under way.
    func close(_ file: SourceFile) {
        guard case .open(let lane) = file.sending, lane.progress.isSettled else { return }
        file.record.lane = lane.settled
        file.isAtRest = true
        file.sending = .closed
        lane.close()
        lanes[lane.number] = nil
    }

    /// Ends the one that was quiet for the longest time; false: all of them have something under way.
    func closeOneLane() -> Bool {
        var oldest: SourceFile?
        for id in lanes.values {
            guard let file = files[id], case .open(let lane) = file.sending, file.isDrained, lane.progress.isSettled
            else { continue }
            if let other = oldest?.lane, other.used <= lane.used { continue }
            oldest = file
        }
        guard let oldest else { return false }
        close(oldest)
        return true
    }

    /// Ends those that have been quiet for long.
    func closeIdleLanes() {
        let limit = MonotonicTime.now
        for id in Array(lanes.values) {
            guard let file = files[id], case .open(let lane) = file.sending, file.isDrained,
                limit - lane.used > Self.idle
            else { continue }
            close(file)
        }
    }
}

extension Lane {
    /// The partition of a key.
    @inline(__always)
    func partition(of key: UnsafeRawBufferPointer) -> Int {
        unsafe KeyPartition.of(key, count: Int(began.spread))
    }
}
