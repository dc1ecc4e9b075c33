import FluvioProtocol
import FluvioTransport
import Synchronization
import Unix

// Finding the leader again, and looking after one that says nothing.
extension PartitionStream {
    /// Performs what the course asks for until the stream is open again, or it gives up.
    func recover(with first: StreamCourse.Action, at link: ServerLink?) async {
        var action = first
        var link = link
        while !Task.isCancelled {
            let event: StreamCourse.Event
            switch action {
            case .pause(let delay):
                await cluster.news(of: replica, within: delay)
                event = .resumed
            case .seek, .ask, .look: event = await ask(action, &link)
            case .giveUp(let defeat): return inbox.put(.failed(reason(of: defeat)))
            case .nothing, .acknowledge, .open, .finish, .probe:
                perform(StreamCourse.Step(action), link)
                return watchSilence()
            }
            let step = handle(event)
            // What was found is told of only when the stream is on its way again.
            if case .open = step.action, let link { open(at: link) }
            tell(step.notices)
            if case .open = step.action { return watchSilence() }
            action = step.action
        }
    }

    private func ask(_ action: StreamCourse.Action, _ link: inout ServerLink?) async -> StreamCourse.Event {
        do throws(FluvioError) {
            switch action {
            case .ask:
                guard let link else { break }
                let offsets = try await link.offsets(of: replica, timeout: settings.requestTimeout)
                return .offsets(start: offsets.start, end: offsets.end)
            case .look(let offset):
                guard let link else { break }
                return .looked(isThere: try await link.reaches(offset, of: replica, timeout: settings.requestTimeout))
            default: break
            }
            let leader = try await cluster.leader(of: replica)
            let found = try await cluster.sharedLink(to: leader)
            state.withLock { state in
                state.link = found
                state.spu = leader
            }
            link = found
            return .connected
        } catch {
            note(error)
            // One that takes requests and answers none is not asked again.
            if error.code == .deadlineExceeded, let link { link.connection.close() }
            return .failed(isRetriable: error.mayPass)
        }
    }

    func reason(of defeat: StreamCourse.Defeat) -> FluvioError {
        switch defeat {
        case .unreachable:
            let last = state.withLock { $0.trouble }
            return (last ?? FluvioError(.unreachable, "no leader")).at(place)
        case .truncated(let position):
            return FluvioError(
                .offsetOutOfRange,
                "the log ends before offset \(position), up to which it was read: it has lost records",
                at: place)
        }
    }

    /// Looks now and then whether a stream that says nothing is alive.
    func watchSilence() {
        let timer = cluster.loop.schedule(after: StreamCourse.silence) { [weak self] in
            guard let self else { return }
            perform(handle(.tick), state.withLock { $0.link })
            if state.withLock({ !$0.isClosed && $0.course.isStreaming }) { watchSilence() }
        }
        let old = state.withLock { state in
            defer { state.timer = timer }
            return state.timer
        }
        if let old { cluster.loop.cancel(old) }
    }

    /// Asks for a word over the connection of the stream.
    func probe(_ link: ServerLink) async {
        do throws(FluvioError) {
            let offsets = try await link.offsets(of: replica, timeout: settings.requestTimeout)
            perform(handle(.offsets(start: offsets.start, end: offsets.end)), link)
        } catch {
            guard state.withLock({ $0.link?.connection === link.connection }) else { return }
            note(error)
            perform(handle(.lost), link)
            // After it: what the stream would hear of the end of its connection does not say why.
            if error.code == .deadlineExceeded { link.connection.close() }
        }
    }

    /// The SC names a leader: if it is another than the one that is read from, and says so itself, reading goes on there.
    func leads(_ leader: Int32) {
        let old = state.withLock { state -> Int32? in
            guard let spu = state.spu, spu != leader, !state.isMoving, !state.isClosed else { return nil }
            state.isMoving = true
            return spu
        }
        guard let old else { return }
        tasks.start { [self] in
            let found = await cluster.confirmedLeader(of: replica, not: old) {
                self.state.withLock { $0.spu == old && !$0.isClosed }
            }
            let link = state.withLock { state in
                state.isMoving = false
                return state.spu == old ? state.link : nil
            }
            guard let found, let link else { return }
            note(FluvioError(.notLeader, "SPU \(found) leads the partition now", at: place))
            perform(handle(.lost), link)
        }
    }
}
