import ToolSupport

/// Makes rows of records: finds the table, and what to do with those that are no rows. For the thread of the pump.
@safe
final class Router {
    /// The encoders of the tables.
    private let encoders: UnsafeMutablePointer<RowEncoder>
    /// The numbers of the tables at the writer.
    private let tables: [Int]
    private let table: Int
    private let names: [[UInt8]: Int]
    private let routes: Bool
    private var shredder: JSONShredder
    private var scratch = JSONScratch()
    private let badText: BadTextPolicy

    /// - Parameter names: the tables by the names that records may give, if they give names.
    init(
        topic: String, tables: [Int], plans: [TablePlan], route: String?, names: [String], options: RunOptions
    ) {
        unsafe encoders = .allocate(capacity: max(1, tables.count))
        for (index, table) in tables.enumerated() {
            unsafe (encoders + index).initialize(
                to: RowEncoder(plans[table], topic: topic, assumesUTC: options.assumesUTC))
        }
        self.tables = tables
        table = tables.first ?? 0
        let steps = route.flatMap(JSONPointer.steps)
        routes = steps != nil
        shredder = JSONShredder([steps ?? []])
        self.names = Dictionary(
            names.enumerated().map { (Array($0.element.utf8), $0.offset) }, uniquingKeysWith: { first, _ in first })
        badText = options.badText
    }

    deinit {
        unsafe encoders.deinitialize(count: tables.count)
        unsafe encoders.deallocate()
    }

    /// Takes a record into the batch: as a row, or as a dead letter.
    @inline(__always)
    func add(_ record: RecordView, lane: Int, to batch: inout Batch) {
        do throws(RowFault) {
            try put(record, lane, &batch)
        } catch {
            mend(record, lane, &batch, error)
        }
    }

    @inline(__always)
    private func put(_ record: RecordView, _ lane: Int, _ batch: inout Batch) throws(RowFault) {
        if !routes {
            try unsafe put(record, lane, &batch, &encoders[0], table)
        } else {
            let index = try destination(record)
            try unsafe put(record, lane, &batch, &encoders[index], tables[index])
        }
    }

    @inline(__always)
    private func put(
        _ record: RecordView, _ lane: Int, _ batch: inout Batch, _ encoder: inout RowEncoder, _ table: Int
    ) throws(RowFault) {
        try encoder.encode(record)
        if encoder.isFolded {
            fold(lane, record.offset, &batch, &encoder, table)
        } else {
            unsafe batch.add(encoder.writer.bytes, offset: record.offset, lane: lane, table: table)
        }
    }

    /// One row of a key in a batch, or the server would refuse them all.
    private func fold(
        _ lane: Int, _ offset: Int64, _ batch: inout Batch, _ encoder: inout RowEncoder, _ table: Int
    ) {
        let number = batch.tables[table].entries.count
        let row = unsafe encoder.writer.bytes
        let earlier = unsafe batch.tables[table].index.replace(row, parts: encoder.keyRanges, with: number)
        guard let earlier else {
            return unsafe batch.add(row, offset: offset, lane: lane, table: table)
        }
        if encoder.merger != nil {
            let first = batch.tables[table].start(of: earlier)
            let end = Int(batch.tables[table].entries[earlier].end)
            let merged = unsafe encoder.merger?.merge(batch.tables[table].bytes[first..<end], row) ?? []
            unsafe merged.withUnsafeBytes { unsafe batch.add($0, offset: offset, lane: lane, table: table) }
        } else {
            unsafe batch.add(row, offset: offset, lane: lane, table: table)
        }
        // The one that is left out stands in for the other, should the server refuse that one.
        if encoder.plan.mode == .upsert {
            batch.tables[table].entries[earlier].isLeftOut = true
            batch.tables[table].entries[number].alternative = Int32(truncatingIfNeeded: earlier)
        } else {
            batch.tables[table].entries[number].isLeftOut = true
            batch.tables[table].entries[earlier].alternative = Int32(truncatingIfNeeded: number)
        }
    }

    private func destination(_ record: RecordView) throws(RowFault) -> Int {
        scratch.begin()
        do throws(JSONError) {
            try unsafe shredder.shred(record.value)
        } catch {
            throw RowFault(fault: .notJSON(error))
        }
        guard let token = unsafe shredder.found[0] else { throw RowFault(fault: .unknownTable) }
        let name = unsafe Array(scratch.content(of: token))
        guard let index = names[name] else { throw RowFault(fault: .unknownTable) }
        return index
    }

    @inline(never)
    private func mend(_ record: RecordView, _ lane: Int, _ batch: inout Batch, _ fault: RowFault) {
        var fault = fault
        if fault.fault.isMendable, badText != .dead {
            let key = unsafe record.key.map { unsafe TextMender.mend($0, badText) }
            let value = unsafe TextMender.mend(record.value, badText)
            do throws(RowFault) {
                try put(mended: record, key, value, lane, &batch)
                return
            } catch {
                fault = error
            }
        }
        let plan = unsafe encoders[0].plan
        let column = tables.count == 1 ? fault.column.map { plan.columns[$0] } : nil
        batch.dead.append(
            unsafe DeadRecord(
                lane: lane, offset: record.offset, timestamp: record.timestamp,
                key: record.key.map { unsafe Array($0) },
                value: Array(record.value), state: fault.fault.state.code,
                message: fault.fault.message(column: column?.name, type: column?.type.name), column: column?.name))
    }

    /// The row of a mended record, in the place of the record itself.
    private func put(
        mended record: RecordView, _ key: [UInt8]?, _ value: [UInt8], _ lane: Int, _ batch: inout Batch
    ) throws(RowFault) {
        var copy = JSONScratch()
        var mended = record
        unsafe mended.key = key.map { unsafe copy.keep($0) }
        unsafe mended.value = copy.keep(value)
        try put(mended, lane, &batch)
    }
}
