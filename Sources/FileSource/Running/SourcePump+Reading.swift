import FluvioClient
import Glibc
import ToolSupport
import Unix

// Reading what is there, and handing it on.
extension SourcePump {
    /// Turns of one file before the next has its own.
    private static let turns = 4
    /// Files that have a producer at the same time.
    static let mostLanes = 128

    /// Reads of every file that has something, a little. False: nothing could be done.
    func readSome() throws -> Bool {
        var hasWorked = false
        let round = ready
        ready.removeAll(keepingCapacity: true)
        isReady.removeAll(keepingCapacity: true)
        for id in round {
            guard let file = files[id] else { continue }
            switch try step(file) {
            case .again:
                wake(id)
                hasWorked = true
            case .waits: break
            case .later: wake(id)
            }
        }
        return hasWorked
    }

    private enum Step {
        /// There is more.
        case again
        /// Something else must happen before, and will wake it.
        case waits
        /// It is to be tried in the next turn after a wait.
        case later
    }

    private func step(_ file: SourceFile) throws -> Step {
        guard let reader = file.reader, file.original == nil else { return .waits }
        if let before = file.predecessor {
            guard files[before].map(hasComeToItsEnd) ?? true else { return .later }
            file.predecessor = nil
        }
        switch file.sending {
        case .closed:
            guard try hasMore(reader, file) else {
                file.isDrained = true
                if file.isFinal { file.isFinished = true }
                return .waits
            }
            return open(file) ? .waits : .later
        case .opening, .announcing: return .waits
        case .open(let lane):
            if lane.progress.needsRenewal, !lane.progress.isSettled {
                lane.flush()
                return .later
            }
            if lane.progress.needsRenewal {
                close(file)
                return .again
            }
            for _ in 0..<Self.turns {
                if let step = try read(file, reader, lane, isFinal: file.isFinal) { return step }
            }
            return .again
        }
    }

    /// Whether what comes after a file may be sent.
    private func hasComeToItsEnd(_ file: SourceFile) -> Bool {
        file.isCaughtUp && !file.isBeingMade && (!missing.contains(file.id) || unreadable.contains(file.id))
    }

    /// Whether a read would give anything: also what was cut.
    private func hasMore(_ reader: FileReader, _ file: SourceFile) throws -> Bool {
        guard reader.isPlain else { return !file.isDrained }
        let size = try Unix.size(reader.descriptor)
        if size < reader.position { return true }
        if size > reader.position { return true }
        // Of the same size, but perhaps not the same.
        return file.facts.modified != file.record.evidence.modified && size > 0 && !file.isDrained
    }

    /// One read; nil: there is more.
    private func read(_ file: SourceFile, _ reader: FileReader, _ lane: Lane, isFinal: Bool) throws -> Step? {
        let now = Moment.present
        let start = reader.position
        let holes = (reader.holes, reader.dropped, reader.cut)
        var outcome: FileReader.Outcome?
        var problem: (any Error)?
        do {
            outcome = try reader.read(window, isFinal: isFinal) { piece in
                do {
                    return try hand(piece, of: file, lane, now)
                } catch {
                    problem = error
                    return .full
                }
            }
        } catch let error where error is SystemError || error is DecodingError {
            complain("\(file.record.path): \((error as? SystemError)?.reason ?? "\(error)")")
        }
        if reader.position != start {
            lane.used = .now
            file.isDrained = false
            lane.progress.mark(
                offset: reader.position, line: reader.line, tail: reader.tail, head: reader.head)
            counts.update { counts in
                counts.bytes += reader.position - start
                counts.holeBytes += reader.holes - holes.0
                counts.dropped += reader.dropped - holes.1
                counts.cut += reader.cut - holes.2
            }
            if reader.holes != holes.0 {
                file.record.holes += reader.holes - holes.0
                diagnostics.note("\(file.record.path): \(reader.holes - holes.0) bytes of a hole are passed over")
            }
            tellOversize(file, cut: reader.cut - holes.2, dropped: reader.dropped - holes.1)
        }
        if let problem { throw problem }
        switch outcome {
        case nil:
            // It could not be read any further.
            (file.isDrained, file.isFinished) = (true, file.isFinal)
            lane.flush()
            return .waits
        case .progressed: return nil
        case .full:
            lane.isBlocked = true
            return .waits
        case .drained:
            file.isDrained = true
            if isFinal { file.isFinished = true }
            lane.flush()
            return .waits
        case .truncated:
            cut(file)
            return .waits
        case .tooLong(let offset):
            throw ToolError(
                "\(file.record.path), offset \(offset): a line of more than \(Sizes.text(options.maximumLine)) "
                    + "(--max-line, --oversize)", .refused)
        }
    }

    private func tellOversize(_ file: SourceFile, cut: Int, dropped: Int) {
        if cut > 0 {
            diagnostics.note(
                "\(file.record.path): \(cut) lines are longer than \(Sizes.text(options.maximumLine)) and were cut")
        }
        if dropped > 0 {
            diagnostics.note(
                "\(file.record.path): \(dropped) lines are longer than \(Sizes.text(options.maximumLine)) and were left out"
            )
        }
    }

    /// Makes a record of a piece and gives it to the producer.
    @inline(__always)
    private func hand(
        _ piece: FileReader.Piece, of file: SourceFile, _ lane: Lane, _ now: Int64
    ) throws -> FileReader.Answer {
        if options.format == .csv, file.columns == nil {
            file.columns = try firstRow(piece, file)
            // A file that goes on in the middle has its names read from its beginning; only in the beginning they stand
            // before a row.
            if piece.start == 0 { return .taken }
        }
        switch maker.make(piece, of: file.origin, columns: file.columns, now: now) {
        case .none: return .taken
        case .record(let key, let value, let timestamp):
            let partition: UInt32
            if let key = unsafe key, !options.key.isOfFile {
                partition = unsafe UInt32(lane.partition(of: key))
            } else {
                partition = lane.began.first
            }
            return try unsafe append(key, value, timestamp, partition, lane.producer, lane.slot(of: partition), lane) {
                "\(file.record.path), line \(piece.line)"
            }
        case .refused(let reason): return try refuse(piece, reason, of: file, lane, now)
        }
    }

    @inline(__always)
    private func append(
        _ key: UnsafeRawBufferPointer?, _ value: UnsafeRawBufferPointer, _ timestamp: Int64, _ partition: UInt32,
        _ producer: Producer, _ slot: Int, _ lane: Lane, _ place: () -> String
    ) throws -> FileReader.Answer {
        guard lane.progress.take(slot) else {
            counts.update { $0.alreadyStored += 1 }
            return .taken
        }
        switch unsafe producer.append(key: key, value: value, timestamp: timestamp, partition: partition) {
        case .appended:
            records += 1
            return .taken
        case .full:
            lane.progress.giveBack(slot)
            return .full
        case .tooLarge:
            throw ToolError("\(place()): \(value.count) bytes, which is more than a server stores", .refused)
        case .failed: throw lane.failure ?? FluvioError(.unacknowledged, "the producer has failed")
        }
    }

    private func refuse(
        _ piece: FileReader.Piece, _ reason: String, of file: SourceFile, _ lane: Lane, _ now: Int64
    ) throws -> FileReader.Answer {
        let place = "\(file.record.path), line \(piece.line)"
        switch options.onBadLine {
        case .stop: throw ToolError("\(place): \(reason)", .refused)
        case .drop:
            counts.update { $0.refused += 1 }
            isRefused = true
            tellRefusal("\(place): \(reason); left out")
            return .taken
        case .dead:
            guard let dead = lane.dead else { throw ToolError("\(place): \(reason)", .refused) }
            let answer = try unsafe append(nil, piece.bytes, now, 0, dead, lane.deadSlot, lane) { place }
            if case .taken = answer {
                counts.update { counts in
                    counts.refused += 1
                    counts.deadLetters += 1
                }
                isRefused = true
                tellRefusal("\(place): \(reason); sent to \(options.deadLetters ?? "")")
            }
            return answer
        }
    }

    /// The first few, and then each thousandth.
    private func tellRefusal(_ text: String) {
        let count = counts.all.refused
        if count <= 10 || count % 1000 == 0 { diagnostics.error(text) }
    }

    /// The names of the columns of a CSV file.
    private func firstRow(_ piece: FileReader.Piece, _ file: SourceFile) throws -> [[UInt8]] {
        do throws(CSVError) {
            if piece.start == 0 { return try unsafe CSVRows.split(piece.bytes) }
            let beginning = (try? file.reader?.beginning(min(64 << 10, piece.start))) ?? []
            let end = beginning.firstIndex(of: 0x0a) ?? beginning.count
            let fields = unsafe beginning[..<end].withUnsafeBytes { bytes in
                Result { () throws(CSVError) in try unsafe CSVRows.split(bytes) }
            }
            return try fields.get()
        } catch {
            throw ToolError("\(file.record.path), line 1: \(error)", .refused)
        }
    }
}
