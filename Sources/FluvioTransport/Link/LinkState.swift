/// What a ``Link`` knows of its socket, apart from what was read.
struct LinkState {
    enum Phase { case handshaking, open, closed }

    var phase = Phase.handshaking
    var token: LoopToken?
    /// What the loop waits for; nil: it does not know the socket yet.
    var watched: Readiness?
    /// The deadline of the handshake, or of lingering.
    var timer: Timer?

    var handshakeWants: Readiness = []
    /// What reading was blocked on last.
    var readWants: Readiness = .read
    /// What writing was blocked on last.
    var writeWants: Readiness = .write

    var output = OutputQueue()
    /// Whether the queue has reached the low-water mark and not been below it since.
    var isAboveMark = false
    /// Why nothing can be written any more.
    var writeFailure: TransportError.Reason?
    /// Nothing more will be queued: when the queue is empty, the peer is told.
    var isFinishing = false
    /// The peer was told that no more will come.
    var wroteEnd = false
    /// The peer said that no more will come.
    var sawEnd = false
    /// This side has closed, and waits for the queue to empty and for the peer to see it.
    var isLingering = false

    /// Whether something is to be written: the end is, too.
    var hasOutput: Bool { !output.isEmpty || (isFinishing && !wroteEnd && writeFailure == nil) }

    /// Whether everything was said on both sides.
    var isOver: Bool { isLingering && wroteEnd && sawEnd }

    /// What to wait for, to read and to write.
    struct Wants: Equatable {
        var read: Readiness
        var write: Readiness
        var all: Readiness { read.union(write) }
    }

    func wants(gate: UInt8) -> Wants {
        switch phase {
        case .closed: return Wants(read: [], write: [])
        case .handshaking: return Wants(read: [], write: handshakeWants)
        case .open: break
        }
        // Lingering, what comes is read and dropped.
        let reads = !sawEnd && (isLingering || gate & (Link.Gate.paused | Link.Gate.deaf) == 0)
        return Wants(read: reads ? readWants : [], write: hasOutput ? writeWants : [])
    }
}
