/// How far the handshake of a WebSocket is: what is still to be sent, and who reads what comes.
struct UpgradeProgress: Sendable {
    private enum Side {
        case asking(ClientUpgrade)
        case answering(ServerUpgrade, admit: @Sendable (UpgradeRequest) -> UpgradeRefusal?)
    }

    private enum Phase {
        case below, head
        /// Only the answer is to be sent.
        case answering
        case failing(TransportError.Reason)
        case done
    }

    private var side: Side
    private var phase = Phase.below
    private var outgoing: [UInt8] = []
    private var sent = 0
    private var early: [UInt8] = []

    init(asking upgrade: ClientUpgrade) {
        side = .asking(upgrade)
        outgoing = Array(upgrade.request.utf8)
    }

    init(answering admit: @escaping @Sendable (UpgradeRequest) -> UpgradeRefusal?) {
        side = .answering(ServerUpgrade(), admit: admit)
    }

    /// Whether the channel below has done its own handshake.
    var isBelowDone: Bool { if case .below = phase { false } else { true } }

    /// Whether the WebSocket stands.
    var isDone: Bool { if case .done = phase { true } else { false } }

    /// What came behind the handshake.
    mutating func takeEarly() -> [UInt8] {
        defer { early = [] }
        return early
    }

    mutating func goOn(over channel: any ByteChannel) -> Progress {
        if case .below = phase {
            let progress = channel.handshake()
            guard progress == .done else { return progress }
            phase = .head
        }
        while true {
            if let blocked = send(to: channel) { return blocked }
            switch phase {
            case .below, .head:
                if let progress = receive(from: channel) { return progress }
            case .answering:
                phase = .done
                return .done
            case .failing(let reason): return .failed(reason)
            case .done: return .done
            }
        }
    }

    /// nil: all is sent.
    private mutating func send(to channel: any ByteChannel) -> Progress? {
        while sent < outgoing.count {
            switch outgoing.write(from: sent, to: channel) {
            case .moved(let count): sent += count
            case .blocked(let readiness): return .blocked(readiness)
            case .failed(let reason): return .failed(Self.broken(reason))
            case .end: return .failed(.webSocket(.handshake(.brokenOff)))
            }
        }
        (outgoing, sent) = ([], 0)
        return nil
    }

    /// nil: something came, and was taken.
    private mutating func receive(from channel: any ByteChannel) -> Progress? {
        var bytes: [UInt8] = []
        switch channel.read(atMost: HTTPHead.limit, into: &bytes) {
        case .moved: take(bytes)
        case .blocked(let readiness): return .blocked(readiness)
        case .end: return .failed(.webSocket(.handshake(.brokenOff)))
        case .failed(let reason): return .failed(Self.broken(reason))
        }
        return nil
    }

    /// A connection that breaks before there is a WebSocket is one that was not agreed upon.
    private static func broken(_ reason: TransportError.Reason) -> TransportError.Reason {
        if case .reset = reason { .webSocket(.handshake(.brokenOff)) } else { reason }
    }

    private mutating func take(_ bytes: [UInt8]) {
        switch side {
        case .asking(var upgrade):
            let output = upgrade.take(bytes)
            side = .asking(upgrade)
            switch output {
            case .none: break
            case .open(let rest):
                early = rest
                phase = .done
            case .failure(let failure): phase = .failing(.webSocket(failure))
            }
        case .answering(var upgrade, let admit):
            let output = upgrade.take(bytes)
            side = .answering(upgrade, admit: admit)
            switch output {
            case .none: break
            case .open(let request, let answer, let rest):
                if let refusal = admit(request) { return refuse(refusal) }
                outgoing = Array(answer.utf8)
                early = rest
                phase = .answering
            case .refuse(let refusal): refuse(refusal)
            }
        }
    }

    private mutating func refuse(_ refusal: UpgradeRefusal) {
        outgoing = Array(refusal.answer.utf8)
        phase = .failing(.webSocket(.turnedAway(refusal.status, why: refusal.why)))
    }
}
