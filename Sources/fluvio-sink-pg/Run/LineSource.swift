import Glibc
import ToolSupport
import Unix

/// Lines of standard input that become rows: each is the value of a record. For the thread of the pump.
///
/// Their offsets count the lines that this sink has taken in over all its runs: whoever writes them into the pipe knows
/// nothing of what is committed, so that a run that ends early gets some of them again.
final class LineSource {
    /// What stands for the topic in the tables of the sink.
    static let topic = "-"
    /// The longest line.
    static let longest = 64 << 20
    /// Bytes after which others have their turn.
    private static let turn = 1 << 20

    private var reader: RecordReader
    private let router: Router
    private let lane: Int
    private var next: Int64

    init(router: Router, _ opened: DatabaseWriter.Opened) {
        reader = RecordReader(limit: Self.longest)
        self.router = router
        (lane, next) = (opened.number, opened.next)
    }

    enum Step {
        case taken, empty, end
    }

    /// Takes in some lines. Does not block.
    func take(into batch: inout Batch) throws -> Step {
        let from = next
        var size = 0
        var last: InputEnd?
        while size < Self.turn, last == nil {
            let step: InputStep
            do throws(InputError) { step = try reader.next() } catch { throw ToolError("\(error)") }
            switch step {
            case .record(let line):
                size += line.length + 1
                unsafe put(line.bytes, &batch)
            case .oversize(let line):
                throw ToolError("line \(line.line) of standard input is longer than \(Self.longest) bytes")
            case .chunk: break
            case .idle, .woken: last = .idle
            case .end: last = .end
            }
        }
        if next > from { advance(from, &batch) }
        if next > from { return .taken }
        return last == .end ? .end : .empty
    }

    private enum InputEnd {
        case idle, end
    }

    private func put(_ line: UnsafeRawBufferPointer, _ batch: inout Batch) {
        // An empty line is what the end of a file or a pretty printer leaves behind.
        if unsafe line.isEmpty { return }
        let record = unsafe RecordView(partition: 0, offset: next, timestamp: -1, key: nil, value: line)
        router.add(record, lane: lane, to: &batch)
        unsafe batch.lines.add(line, offset: next)
        next += 1
    }

    private func advance(_ from: Int64, _ batch: inout Batch) {
        if batch.advances.isEmpty { batch.advances.append(LaneAdvance(lane: lane, from: from, to: from)) }
        batch.advances[0].to = next
        batch.advances[0].records += next - from
        batch.advances[0].highWatermark = next
        batch.records += Int(next - from)
    }
}
