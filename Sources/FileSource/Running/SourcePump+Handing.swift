import FluvioClient
import Glibc
import ToolSupport
import Unix

// Making records of what was read, and handing them on.
extension SourcePump {
    /// Reads where records are the bytes of lines, and go to one partition: by a way that has nothing to do for each of
    /// them but to hand it on.
    func readPlainly(
        _ file: SourceFile, _ reader: FileReader, _ lane: Lane, _ now: Int64, isFinal: Bool
    ) throws -> (FileReader.Outcome, (any Error)?) {
        let partition = lane.began.first
        var count = 0
        var problem: (any Error)?
        // The lane holds it; to count references would cost each record two atomic operations.
        let producer = unsafe Unmanaged.passUnretained(lane.producer)
        defer {
            lane.progress.take(count, of: lane.slot(of: partition))
            records += count
        }
        let outcome = try reader.read(window, isFinal: isFinal) { piece in
            let outcome = unsafe producer._withUnsafeGuaranteedRef { producer in
                unsafe producer.append(key: nil, value: piece.bytes, timestamp: now, partition: partition)
            }
            if outcome == .appended {
                count += 1
                return .taken
            }
            problem = unsafe refusal(outcome, piece.bytes.count, lane) { place(of: piece, in: file) }
            return .full
        }
        return (outcome, problem)
    }

    /// Why a producer has not taken a record; nil: it has no room at the moment.
    private func refusal(
        _ outcome: Producer.AppendOutcome, _ size: Int, _ lane: Lane, _ place: () -> String
    ) -> (any Error)? {
        switch outcome {
        case .appended, .full: nil
        case .tooLarge: ToolError("\(place()): \(size) bytes, which is more than a server stores", .refused)
        case .failed: lane.failure ?? FluvioError(.unacknowledged, "the producer has failed")
        }
    }

    /// Makes a record of a piece and gives it to the producer.
    @inline(__always)
    func hand(
        _ piece: FileReader.Piece, of file: SourceFile, _ lane: Lane, _ now: Int64
    ) throws -> FileReader.Answer {
        let piece = piece.start == 0 && options.format != .raw ? piece.withoutMark : piece
        if options.format == .csv, file.columns == nil {
            file.columns = try firstRow(piece, file)
            // A file that goes on in the middle has its names read from its beginning; only in the beginning they stand
            // before a row.
            if piece.start == 0 { return .taken }
        }
        if piece.invalid > 0, options.invalid == .refuse {
            return try refuse(
                piece, "\(counted(piece.invalid, "place is", "places are")) no \(options.encoding?.text ?? "text")",
                of: file, lane, now)
        }
        let made = maker.make(piece, of: file.origin, columns: file.columns, now: now)
        if let remark = maker.takeStrangeTime() { diagnostics.note("\(place(of: piece, in: file)): \(remark)") }
        switch made {
        case .none: return .taken
        case .record(let key, let value, let timestamp):
            let partition: UInt32
            if let key = unsafe key, options.spreads {
                partition = unsafe UInt32(lane.partition(of: key))
            } else {
                partition = lane.began.first
            }
            return try unsafe append(key, value, timestamp, partition, lane.producer, lane.slot(of: partition), lane) {
                place(of: piece, in: file)
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
        let outcome = unsafe producer.append(key: key, value: value, timestamp: timestamp, partition: partition)
        if outcome == .appended {
            records += 1
            return .taken
        }
        if let problem = refusal(outcome, value.count, lane, place) { throw problem }
        lane.progress.giveBack(slot)
        return .full
    }

    private func refuse(
        _ piece: FileReader.Piece, _ reason: String, of file: SourceFile, _ lane: Lane, _ now: Int64
    ) throws -> FileReader.Answer {
        let place = place(of: piece, in: file)
        switch options.onBadLine {
        case .stop: throw ToolError("\(place): \(reason)", .refused)
        case .drop:
            counts.update { $0.refused += 1 }
            isRefused = true
            tellRefusal("\(place): \(reason); left out")
            return .taken
        case .dead:
            guard let dead = lane.dead else { throw ToolError("\(place): \(reason)", .refused) }
            let answer = try unsafe append(nil, piece.raw, now, 0, dead, lane.deadSlot, lane) { place }
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

    /// A row, and a record of several lines, is not the line of that number.
    private func place(of piece: FileReader.Piece, in file: SourceFile) -> String {
        "\(file.record.path), \(options.recordWord) \(piece.line)"
    }

    /// The first few, and then each thousandth.
    private func tellRefusal(_ text: String) {
        let count = counts.all.refused
        if count <= 10 || count % 1000 == 0 { diagnostics.error(text) }
    }

    /// The names of the columns of a CSV file.
    private func firstRow(_ piece: FileReader.Piece, _ file: SourceFile) throws -> [[UInt8]] {
        do throws(CSVError) {
            if piece.start == 0 { return try unsafe CSVRows.names(of: piece.bytes) }
            return try CSVRows.first(of: (try? file.reader?.beginningOfText(min(64 << 10, piece.start))) ?? [])
        } catch {
            throw ToolError("\(file.record.path), row 1: \(error)", .refused)
        }
    }
}

extension FileReader.Piece {
    /// Without the mark of UTF-8 with which some programs begin a file.
    var withoutMark: FileReader.Piece {
        guard unsafe bytes.starts(with: [0xef, 0xbb, 0xbf]) else { return self }
        return unsafe FileReader.Piece(
            bytes: UnsafeRawBufferPointer(rebasing: bytes[3...]), raw: raw, start: start, line: line, isCut: isCut,
            invalid: invalid)
    }
}
