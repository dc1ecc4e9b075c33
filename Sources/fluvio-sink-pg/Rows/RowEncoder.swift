import ToolSupport

/// Why a record is no row.
struct RowFault: Error, Equatable, Sendable {
    var fault: ValueFault
    /// The column, by its index; nil: the record as a whole.
    var column: Int?
}

/// A record as it was read; its bytes are good until the next.
@safe
struct RecordView {
    var partition: UInt32
    var offset: Int64
    /// Milliseconds since 1970; -1 for none.
    var timestamp: Int64
    var key: UnsafeRawBufferPointer?
    var value: UnsafeRawBufferPointer
}

/// What is made of a record.
enum RowKind: UInt8, Sendable {
    case put = 85  // U
    case delete = 68  // D
}

/// Makes rows of one table from the records of one topic. For one thread.
@safe
final class RowEncoder {
    let plan: TablePlan
    private(set) var writer: RowWriter
    private var reader: CellReader
    private let shredder: JSONShredder?
    private var slots: [JSONToken?]
    private let empty: [JSONToken?]
    private let topic: UnsafeMutableRawBufferPointer
    /// Rows go through a table of their own first, with a column that says what is to be done.
    private let isStaged: Bool
    /// Where the key's columns stand in the row that was made last.
    private(set) var keyRanges: [Range<Int>]

    init(_ plan: TablePlan, topic: String, assumesUTC: Bool) {
        self.plan = plan
        writer = RowWriter(isBinary: plan.isBinary)
        reader = CellReader(assumesUTC: assumesUTC)
        shredder = plan.places.isEmpty ? nil : JSONShredder(plan.places)
        empty = Array(repeating: nil, count: plan.places.count)
        slots = empty
        isStaged = plan.mode != .append
        keyRanges = Array(repeating: 0..<0, count: plan.keys.count)
        let name = Array(topic.utf8)
        unsafe self.topic = .allocate(byteCount: max(1, name.count), alignment: 1)
        unsafe self.topic.copyBytes(from: name)
        topicLength = name.count
    }

    private let topicLength: Int

    deinit { unsafe topic.deallocate() }

    /// Makes the row of a record, which then is in ``writer``.
    func encode(_ record: RecordView) throws(RowFault) -> RowKind {
        reader.scratch.begin()
        // In these modes an empty value takes the row of its key away.
        let kind: RowKind = unsafe plan.mode == .upsert && record.value.isEmpty ? .delete : .put
        if let shredder, kind == .put {
            slots = empty
            do throws(JSONError) {
                try unsafe shredder.shred(record.value, names: &reader.scratch, into: &slots)
            } catch {
                throw RowFault(fault: .notJSON(error))
            }
        }
        writer.begin(columns: plan.columns.count + (isStaged ? 1 : 0))
        for index in plan.columns.indices {
            if index > 0 { writer.separate() }
            let start = writer.count
            do throws(ValueFault) {
                try column(index, record, kind)
            } catch {
                throw RowFault(fault: error, column: index)
            }
            if isStaged, let place = plan.keys.firstIndex(of: index) { keyRanges[place] = start..<writer.count }
        }
        if isStaged {
            writer.separate()
            writer.operation(kind.rawValue)
        }
        writer.end()
        return kind
    }

    @inline(__always)
    private func column(_ index: Int, _ record: RecordView, _ kind: RowKind) throws(ValueFault) {
        let column = plan.columns[index]
        if kind == .delete, !plan.keys.contains(index) {
            try writer.write(.null, column.type, elements: &reader)
            return
        }
        let cell = try cell(column, record, kind)
        if case .null = cell, column.isRequired { throw .missing }
        try writer.write(cell, column.type, elements: &reader)
    }

    private func cell(_ column: ColumnPlan, _ record: RecordView, _ kind: RowKind) throws(ValueFault) -> Cell {
        switch column.source {
        case .path:
            guard kind == .put else { throw .missing }
            guard let slot = column.slot else { return try unsafe reader.cell(bytes: record.value, column) }
            if let token = slots[slot] { return try reader.cell(token, column) }
            return try fallback(column)
        case .field(.topic):
            let name = unsafe UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(topic)[..<topicLength])
            return unsafe .text(name)
        case .field(.partition): return .integer(Int64(record.partition))
        case .field(.offset): return .integer(record.offset)
        case .field(.timestamp):
            guard record.timestamp >= 0 else { return try fallback(column) }
            if column.type.scalar == .other { return .integer(record.timestamp) }
            return try CellReader.cell(timestamp: record.timestamp, column.type.scalar)
        case .field(.key):
            guard let key = unsafe record.key else { return try fallback(column) }
            return try unsafe reader.cell(bytes: key, column)
        case .field(.value): return try unsafe reader.cell(bytes: record.value, column)
        }
    }

    private func fallback(_ column: ColumnPlan) throws(ValueFault) -> Cell {
        guard let text = column.fallback else { return .null }
        let bytes = unsafe reader.scratch.keep(text)
        let token: JSONToken
        do throws(JSONError) {
            token = try unsafe JSONText.parse(bytes)
        } catch {
            throw .malformed
        }
        return try reader.cell(token, column)
    }
}
