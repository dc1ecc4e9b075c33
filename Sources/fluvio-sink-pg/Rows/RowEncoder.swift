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
    /// A partial row of a key that was deleted before it, in the same batch.
    case replace = 82  // R
}

/// Makes rows of one table from the records of one topic. For one thread.
///
/// All that a value needs lies in flat memory that the encoder owns: no reference is counted for a row.
@safe
struct RowEncoder: ~Copyable {
    let plan: TablePlan
    /// The last row.
    private(set) var writer: RowWriter
    private var reader: CellReader
    private var shredder: JSONShredder
    /// What it has found.
    private let places: UnsafePointer<JSONToken?>
    private let steps: UnsafeMutablePointer<ColumnStep>
    private let count: Int
    /// The topic's name, then the texts of the fallbacks.
    private let texts: UnsafeMutableRawBufferPointer
    private let topicLength: Int
    /// Columns need parts of the JSON value.
    private let isJSON: Bool
    private let isUpsert: Bool
    /// Rows go through a table of their own first, with a column that says what is to be done.
    private let isStaged: Bool
    /// Columns that only staged rows have.
    private let extraColumns: Int
    /// Rows say which of their columns are to be left as they are.
    private let isPartial: Bool
    /// Of several rows of a key in a batch only one is written.
    let isFolded: Bool
    /// Makes one row of two, where they are partial.
    var merger: RowMerger?
    /// Where the key's columns stand in the row that was made last.
    private(set) var keyRanges: [Range<Int>]

    init(_ plan: TablePlan, topic: String, assumesUTC: Bool) {
        self.plan = plan
        writer = RowWriter(isBinary: plan.isBinary)
        reader = CellReader(assumesUTC: assumesUTC, isBinary: plan.isBinary)
        let shredder = JSONShredder(plan.places)
        unsafe places = shredder.found
        self.shredder = shredder
        isJSON = !plan.places.isEmpty
        isUpsert = plan.mode == .upsert
        isStaged = plan.isStaged
        isPartial = plan.isPartial
        merger = plan.isPartial ? RowMerger(columns: plan.columns.count, isBinary: plan.isBinary) : nil
        extraColumns = plan.stageColumns.count
        isFolded = plan.mode != .append
        keyRanges = Array(repeating: 0..<0, count: plan.keys.count)
        let name = Array(topic.utf8)
        topicLength = name.count
        let all = plan.columns.reduce(name) { $0 + ($1.fallback ?? []) }
        unsafe texts = .allocate(byteCount: max(1, all.count), alignment: 1)
        unsafe texts.copyBytes(from: all)
        count = plan.columns.count
        unsafe steps = .allocate(capacity: max(1, count))
        var start = name.count
        for (index, column) in plan.columns.enumerated() {
            var fallback: JSONToken?
            if let text = column.fallback {
                let bytes = unsafe UnsafeRawBufferPointer(rebasing: texts[start..<start + text.count])
                // It was written from a value, so it is one.
                fallback = unsafe try? JSONText.parse(bytes)
                start += text.count
            }
            unsafe (steps + index).initialize(
                to: ColumnStep(column, keyPart: plan.keys.firstIndex(of: index), fallback: fallback))
        }
    }

    deinit {
        unsafe texts.deallocate()
        unsafe steps.deallocate()
    }

    /// Makes the row of a record, which then is in ``writer``.
    mutating func encode(_ record: RecordView) throws(RowFault) {
        reader.scratch.begin()
        // In these modes an empty value takes the row of its key away.
        let kind: RowKind = unsafe isUpsert && record.value.isEmpty ? .delete : .put
        if isJSON, kind == .put {
            do throws(JSONError) {
                try unsafe shredder.shred(record.value)
            } catch {
                throw RowFault(fault: .notJSON(error))
            }
        }
        writer.begin(columns: count + extraColumns)
        for index in 0..<count {
            if index > 0 { writer.separate() }
            let start = writer.count
            do throws(ValueFault) {
                try column(index, record, kind)
            } catch {
                throw RowFault(fault: error, column: index)
            }
            if isStaged {
                let part = unsafe steps[index].keyPart
                if part >= 0 { keyRanges[part] = start..<writer.count }
            }
        }
        if isPartial {
            writer.separate()
            writer.beginBytes(count)
            for index in 0..<count { writer.byteOfBytes(unsafe isSet(steps[index]) ? 1 : 0) }
        }
        if isStaged {
            writer.separate()
            writer.operation(kind.rawValue)
        }
        writer.end()
    }

    /// Whether the record says what a column is.
    private func isSet(_ step: ColumnStep) -> Bool {
        guard step.canBeLeft else { return true }
        return unsafe places[step.place] != nil
    }

    @inline(__always)
    private mutating func column(_ index: Int, _ record: RecordView, _ kind: RowKind) throws(ValueFault) {
        let step = unsafe steps + index
        if kind == .delete, unsafe step.pointee.keyPart < 0 {
            writer.null()
            return
        }
        let cell = try unsafe cell(step, record, kind)
        if case .null = cell {
            if unsafe step.pointee.isRequired { throw .missing }
            writer.null()
            return
        }
        try unsafe writer.write(cell, step.pointee, elements: &reader)
    }

    @inline(__always)
    private mutating func cell(
        _ step: UnsafeMutablePointer<ColumnStep>, _ record: RecordView, _ kind: RowKind
    ) throws(ValueFault) -> Cell {
        switch unsafe step.pointee.source {
        case .place:
            guard kind == .put else { throw .missing }
            guard let token = unsafe places[step.pointee.place] ?? step.pointee.fallback else { return .null }
            if unsafe step.pointee.refusesNull, case .null = token.kind { throw .missing }
            return try unsafe reader.cell(token, step.pointee)
        case .value:
            guard kind == .put else { throw .missing }
            return try unsafe reader.cell(bytes: record.value, step.pointee)
        case .key:
            guard let key = unsafe record.key else { return try unsafe fallback(step) }
            return try unsafe reader.cell(bytes: key, step.pointee)
        case .topic: return unsafe .text(UnsafeRawBufferPointer(rebasing: texts[..<topicLength]))
        case .partition: return .integer(Int64(record.partition))
        case .offset: return .integer(record.offset)
        case .timestamp:
            guard record.timestamp >= 0 else { return try unsafe fallback(step) }
            if unsafe step.pointee.scalar == .other { return .integer(record.timestamp) }
            return try unsafe CellReader.cell(timestamp: record.timestamp, step.pointee.scalar)
        }
    }

    private mutating func fallback(_ step: UnsafeMutablePointer<ColumnStep>) throws(ValueFault) -> Cell {
        guard let token = unsafe step.pointee.fallback else { return .null }
        return try unsafe reader.cell(token, step.pointee)
    }
}
