import Unix

/// A file that the source knows, and what it is doing with it.
final class SourceFile {
    /// How its records leave.
    enum Sending {
        /// Nothing is to be sent.
        case closed
        /// Its producers are being made.
        case opening
        /// The checkpoint does not know its producers yet, and they must not send before.
        case announcing(Lane)
        case open(Lane)
    }

    /// As it stands in the checkpoint: as of what is acknowledged.
    var record: FileRecord
    /// The record as it was written last.
    var written: [UInt8]?
    var reader: FileReader?
    var sending = Sending.closed
    var origin: RecordMaker.Origin
    /// What the first row of a CSV file says.
    var columns: [[UInt8]]?
    /// Nothing of it is sent before this one is at its end and acknowledged.
    var predecessor: FileID?
    var sighting: Sighting
    /// Bytes and time of change when it was looked at last.
    var facts: Unix.FileFacts { sighting.facts }
    /// Something of it was sent, perhaps by a process before this one.
    var hasBegun = false
    /// Everything that is there has been read.
    var isDrained = false
    /// It waits for the room of another one's producers.
    var wantsLane = false
    /// Whether its lane was closed with nothing under way, in this process or the one before.
    var isAtRest = false
    /// Since when nothing has come.
    var quietSince = MonotonicTime.now
    /// Another file of the same content; it has nothing of its own to send.
    var original: FileID?
    /// It has no name any more, and what was in it goes on in another file: only what is still written to it is read.
    var isRemnant = false
    /// Not all of it could be read: it is neither deleted nor moved.
    var isDamaged = false
    /// Nothing more of it can be read: it was cut, and this is what had been read of it.
    var cutContent: (evidence: Evidence, position: Int, line: Int, excess: FileRecord.Excess?)?
    var isCut: Bool { cutContent != nil }
    var isDirty = true
    /// Bytes of its beginning that the checkpoint knows.
    var knownHead: Int
    /// Nothing more is to come: what is left at its end is a record.
    var isEnding = false
    /// It has been quiet for long: what is left at its end is a record, for the time being.
    var isFlushed = false
    /// What was left at its end has been read.
    var isFinished = false
    /// Since when a file that comes after it has something to send.
    var successorSince: MonotonicTime?

    /// What was before it has been looked at since it has something to send.
    var hasLookedBack = false

    /// Whether it can be found again, and others be known by it.
    var isLasting: Bool { original == nil && !isRemnant }

    /// Whether what is left at the end is a record.
    var isFinal: Bool { isEnding || isFlushed }

    /// Its producers are being made.
    var isBeingMade: Bool {
        switch sending {
        case .opening, .announcing: true
        case .closed, .open: false
        }
    }

    init(_ record: FileRecord, _ facts: Unix.FileFacts, _ origin: RecordMaker.Origin) {
        (self.record, sighting, self.origin) = (record, Sighting(facts), origin)
        knownHead = record.evidence.head.length
    }

    var id: FileID { record.id }

    /// Its name before rotation.
    var family: String { record.family }

    var lane: Lane? {
        switch sending {
        case .closed, .opening: nil
        case .announcing(let lane), .open(let lane): lane
        }
    }

    /// About how many bytes are still to be read.
    var unread: Int { reader?.remaining(of: facts.size) ?? 0 }

    /// Everything that was read is acknowledged.
    var isSettled: Bool { lane?.progress.isSettled ?? true }

    /// Which records behind the position are in the topic is not known: a process before this one was killed, and the end
    /// of the topic was not read since, or not all that stands there was passed.
    var isDoubtful: Bool {
        if let lane { return lane.progress.isCatchingUp }
        return record.lane != nil && !isAtRest
    }

    /// Everything that is there is read and acknowledged.
    var isCaughtUp: Bool { (reader == nil || isDrained) && isSettled }

    /// Whether what was read of it still stands there.
    var isInPlace: Bool { reader?.isInPlace() ?? false }

    /// Takes over what has been acknowledged since; false if nothing was.
    func settle() -> Bool {
        guard let lane, lane.progress.settle() else { return false }
        let mark = lane.progress.settled
        (record.position, record.line, record.excess) = (mark.offset, mark.line, mark.excess)
        record.lane = lane.settled
        // What was seen at first may be more than what is read.
        if mark.head.length > record.evidence.head.length { record.evidence.head = mark.head }
        record.evidence.take(mark: mark.tail)
        if let reader { record.evidence.past = reader.past.upTo(mark.offset) }
        isDirty = true
        return true
    }
}
