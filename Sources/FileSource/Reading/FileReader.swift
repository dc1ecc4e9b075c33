import Glibc
import Unix

/// One open file and how far it is read. What stands before the position is compared with what stood there, in the same
/// read as what follows, so that a file which was cut and has grown again is not taken for the one it was.
final class FileReader {
    /// What a read gave.
    enum Outcome: Equatable {
        /// Some of it was taken, and there may be more.
        case progressed
        /// Everything that is complete was taken, or waits for the rest of it.
        case drained
        /// The taker has no room at the moment.
        case full
        /// What stood before the position does not stand there any more.
        case truncated
        /// It was empty when it was opened, and is compressed. Nothing was taken.
        case compressed
        /// A line is above the limit, and that is to stop the tool. It begins here.
        case tooLong(Int)
    }

    /// What a taker says of a record.
    enum Answer {
        case taken
        /// It does not fit: it comes again.
        case full
    }

    /// Gives the bytes of the file from a place on; -1 is the end of what there is.
    private let input: any ByteInput
    let descriptor: CInt
    /// Where the next record begins.
    private(set) var position: Int
    /// Records before it.
    private(set) var line: Int
    private var marks: ReadMarks
    private var passing: Holes
    /// Lines that were left out, or cut.
    private(set) var dropped = 0
    private(set) var cut = 0
    private var splitter: LineSplitter
    private let grouper: LineGrouper?
    private let text: FileText?
    /// Whether lines that go on with a record are of one that was cut or left out.
    private var isPassing: Bool
    /// Whether whole lines wait for what follows them, as it may be of the same record, and nothing follows.
    private(set) var endsInGroup = false

    /// - Parameters:
    ///   - record: what is known of the file: where it begins, and what stands before that.
    ///   - tail: the bytes that stand before the position.
    ///   - text: the encoding; nil: bytes are what they are.
    init(
        _ input: any ByteInput, at record: FileRecord, tail: [UInt8], splitter: LineSplitter,
        grouper: LineGrouper? = nil, text: FileText? = nil
    ) {
        self.input = input
        descriptor = input.descriptor
        (position, line) = (record.position, record.line)
        marks = ReadMarks(record.evidence, tail: tail)
        self.splitter = splitter
        self.grouper = grouper
        self.text = text
        switch record.excess {
        case .line:
            self.splitter.skip()
            isPassing = grouper?.resume(isWhole: false) ?? false
        case .record: isPassing = grouper?.resume(isWhole: true) ?? false
        case .hole, nil: isPassing = false
        }
        passing = Holes(isBehindOne: record.excess == .hole || record.generation > 0 && record.position == 0)
    }

    /// What is passed over behind the position.
    var excess: FileRecord.Excess? {
        if splitter.isSkipping { return .line }
        return isPassing ? .record : passing.isBehindOne && position > 0 ? .hole : nil
    }

    /// Whether what is read is what is in the file, byte for byte.
    var isPlain: Bool { input.isPlain }

    /// The bytes before the position, those at the beginning, and some between.
    var tail: [UInt8] { marks.tail }
    var head: Head { marks.head }
    var past: PastMarks { marks.past }

    /// Bytes of holes that were passed over.
    var holes: Int { passing.passed }

    /// Whether what was read of it stands there still; false also where that cannot be seen.
    func isInPlace() -> Bool { input.isPlain && marks.isInPlace(input, before: position) }

    /// Looks at the beginning of a file that nothing was taken of yet; false: it is as it was.
    func lookAtHead() -> Bool { input.isPlain && marks.lookAtHead(input) }

    /// The first `count` bytes; nil if they cannot be had any more.
    func beginning(_ count: Int) throws -> [UInt8]? { try input.beginning(count) }

    /// The text of the first `count` bytes.
    func beginningOfText(_ count: Int) throws -> [UInt8]? {
        guard let bytes = try input.beginning(count) else { return nil }
        return try text?.text(ofBeginning: bytes) ?? bytes
    }

    /// Lines in which something stood that is no character.
    var invalidLines: Int { text?.invalidLines ?? 0 }

    /// Bytes that are left to be read; nil: not known.
    func remaining(of size: Int) -> Int? { input.isPlain ? max(0, size - position) : input.remaining(of: size) }

    /// Reads once, and hands the records in it to `take`.
    ///
    /// - Parameters:
    ///   - isFinal: the file is not going to grow: what is left is a record, without a delimiter too.
    func read(
        _ window: ReadWindow, isFinal: Bool, _ take: (Piece) -> Answer
    ) throws -> Outcome {
        // Records are counted, and lines are split, in variables: a member of an object costs each line more than the rest.
        var (splitter, line) = (splitter, line)
        let before = tail.count
        let count = try unsafe input.readSound(into: window.bytes, at: position - before)
        let bytes = unsafe UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(window.bytes)[..<count])
        guard count >= before, unsafe tail.elementsEqual(bytes[..<before]) else { return .truncated }
        let base = position - before
        // More of it has been looked at than was taken: what comes may have the first lines in common with it.
        if head.length > position, input.isPlain, try unsafe !marks.isHead(of: input, bytes, base) { return .truncated }
        let isAtEnd = count < window.capacity
        if position == 0, input.isPlain, let first = unsafe bytes.first, first >= 0x1f {
            let beginning = unsafe bytes.prefix(8)
            if unsafe FileCompression(beginning: beginning) != nil { return .compressed }
            if !isFinal, unsafe FileCompression.mayBegin(beginning) { return .drained }
        }
        // Half a line, where compressed data is cut or damaged, is no record.
        let isEnding = isFinal && isAtEnd && input.isWhole && input.damage == nil
        if let text, !text.isResolved {
            // What it begins with says how to read it.
            guard let beginning = try input.beginning(text.encoding.unit) ?? (isFinal && isAtEnd ? [] : nil) else {
                return .drained
            }
            let delimiter = try text.resolve(beginning)
            splitter = splitter.with(delimiter: delimiter)
        }
        splitter.begin(at: base)
        // Were it captured, each line would cost more.
        let (limit, policy) = (splitter.limit, splitter.policy)
        var at = before
        var record = PendingRecord(isPassing: isPassing)
        var outcome = Outcome.drained
        var problem: (any Error)?

        /// Hands a record on; what follows begins at `next`.
        func hand(_ range: Range<Int>, next: Int, isCut: Bool = false) -> Bool {
            let raw = unsafe UnsafeRawBufferPointer(rebasing: bytes[range])
            var piece = unsafe Piece(
                bytes: raw, raw: raw, start: base + range.lowerBound, line: line + 1, isCut: isCut)
            if let text {
                piece = text.decode(piece)
                // The mark of the order of bytes, and nothing as yet.
                if unsafe piece.start == 0 && piece.bytes.isEmpty && !raw.isEmpty && next == range.upperBound {
                    at = next
                    return true
                }
            }
            guard case .taken = take(piece) else { return false }
            if isCut { self.cut += 1 }
            line += 1
            at = next
            return true
        }

        /// Hands on what is pending. False: there is no room.
        func handPending() -> Bool {
            guard let lines = record.lines else { return true }
            guard hand(lines.range, next: lines.next) else {
                outcome = .full
                return false
            }
            record.end()
            return true
        }

        /// The record that begins at `start` is too long, as of what stands before `next`. False: it ends here.
        func exceed(_ start: Int, next: Int, isWhole: Bool) -> Bool {
            switch policy {
            case .stop:
                outcome = .tooLong(base + start)
                return false
            case .drop:
                dropped += 1
                at = next
            case .truncate, .split:
                guard hand(start..<start + limit, next: next, isCut: true) else {
                    outcome = .full
                    return false
                }
            }
            record.pass(grouper, isWhole: isWhole)
            return true
        }

        var from = before
        loop: while true {
            if from < count, unsafe bytes[from] == 0, !splitter.isSkipping, record.lines == nil,
                unsafe splitter.unit == 1 || isCharacterOfZeros(bytes, from)
            {
                do {
                    if let past = try unsafe pastHole(bytes, from, base) {
                        from = past - base
                        at = from
                        if at >= count { break }
                        continue
                    }
                } catch {
                    problem = error
                    break
                }
            }
            // What has not come yet may be zeros too.
            if from < count { passing.end() }
            let wasSkipping = splitter.isSkipping
            var step = unsafe splitter.next(in: bytes, from: from)
            if case .more(let rest) = step, isEnding, let last = unsafe splitter.rest(in: bytes, from: rest) {
                step = last
            }
            switch step {
            case .record(let range, let next):
                guard let grouper else {
                    if !hand(range, next: next) {
                        outcome = .full
                        break loop
                    }
                    from = next
                    continue
                }
                let line = unsafe text(of: bytes, range, base)
                switch unsafe record.place(line, end: range.upperBound, limit: limit, grouper) {
                case .passes: at = next
                case .continues: record.extend(to: range.upperBound, next: next)
                case .exceeds(let start): if !exceed(start, next: next, isWhole: true) { break loop }
                case .begins:
                    if !handPending() { break loop }
                    record.begin(range, next: next)
                    _ = unsafe grouper.begin(line)
                }
                if !grouper.isOpen, !handPending() { break loop }
                from = next
            case .truncated(let range, let next), .dropped(let range, let next):
                let line = unsafe text(of: bytes, range, base)
                var isTaken = true
                switch unsafe record.place(line, end: range.upperBound, limit: limit, grouper) {
                case .passes: at = next
                case .continues: break
                case .exceeds(let start): isTaken = exceed(start, next: next, isWhole: false)
                case .begins: isTaken = handPending() && exceed(range.lowerBound, next: next, isWhole: false)
                }
                if !isTaken {
                    splitter.undo(wasSkipping)
                    break loop
                }
                from = next
            case .skipped(let next): (at, from) = (next, next)
            case .tooLong:
                let range = from..<min(count, from + limit)
                let line = unsafe text(of: bytes, range, base)
                let place = unsafe record.place(line, end: from + limit + 1, limit: limit, grouper)
                if place == .begins, !handPending() { break loop }
                if case .exceeds(let start) = place { from = start }
                outcome = .tooLong(base + from)
                break loop
            case .more(let rest):
                if isEnding, !handPending() { break loop }
                if record.lines == nil { at = max(at, rest) }
                // A record that is longer than the window.
                if at == before, !isAtEnd, !splitter.isSkipping {
                    window.reserve(before + (grouper == nil ? 1 : 2) * splitter.reach)
                }
                if !isAtEnd { outcome = .progressed }
                break loop
            }
        }
        if outcome == .drained, !isAtEnd { outcome = .progressed }
        (self.splitter, self.line, isPassing) = (splitter, line, record.isPassing)
        endsInGroup = isAtEnd && record.lines?.next == count
        unsafe moved(to: base + at, bytes, base)
        // Only now that it is written down what was handed on.
        if let problem { throw problem }
        if outcome == .drained, let damage = input.damage { throw damage }
        if isFinal, outcome == .drained, !input.isWhole {
            throw DecodingError(description: "it ends in the middle of compressed data")
        }
        return outcome
    }

    private func isCharacterOfZeros(_ bytes: UnsafeRawBufferPointer, _ at: Int) -> Bool {
        at + splitter.unit <= bytes.count && (0..<splitter.unit).allSatisfy { unsafe bytes[at + $0] == 0 }
    }

    /// What a line says to the grouper.
    private func text(of bytes: UnsafeRawBufferPointer, _ range: Range<Int>, _ base: Int) -> UnsafeRawBufferPointer {
        let raw = unsafe UnsafeRawBufferPointer(rebasing: bytes[range])
        return unsafe text?.text(of: raw, isFirst: base + range.lowerBound == 0) ?? raw
    }

    private func moved(to next: Int, _ bytes: UnsafeRawBufferPointer, _ base: Int) {
        guard next != position else { return }
        unsafe marks.move(from: position, to: next, bytes, base, input)
        position = next
    }

    /// Where the data goes on behind a hole; nil: the zero at this place is data.
    private func pastHole(_ bytes: UnsafeRawBufferPointer, _ at: Int, _ base: Int) throws -> Int? {
        guard input.isPlain else { return nil }
        return try unsafe passing.pass(descriptor, at: base + at, bytes, base, unit: splitter.unit)
    }
}
