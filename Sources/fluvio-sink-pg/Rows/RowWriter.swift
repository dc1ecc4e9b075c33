import Glibc
import ToolSupport

/// Bytes of one row, as COPY takes them. Grows to the largest row.
@safe
struct RowWriter: ~Copyable {
    private(set) var base: UnsafeMutablePointer<UInt8>
    private var capacity = 4096
    /// Bytes of the row so far.
    var count = 0
    let isBinary: Bool

    init(isBinary: Bool) {
        unsafe base = .allocate(capacity: capacity)
        self.isBinary = isBinary
    }

    deinit { unsafe base.deallocate() }

    /// The row so far.
    var bytes: UnsafeRawBufferPointer { unsafe UnsafeRawBufferPointer(start: base, count: count) }

    /// Begins a row.
    mutating func begin(columns: Int) {
        count = 0
        if isBinary { put16(UInt16(columns)) }
    }

    /// Ends it.
    mutating func end() { if !isBinary { put(0x0a) } }

    /// Between two columns.
    mutating func separate() { if !isBinary { put(0x09) } }

    @inline(__always)
    mutating func reserve(_ more: Int) {
        if capacity - count < more { grow(more) }
    }

    @inline(never)
    private mutating func grow(_ more: Int) {
        let larger = max(capacity * 2, count + more)
        let next = UnsafeMutablePointer<UInt8>.allocate(capacity: larger)
        unsafe next.update(from: base, count: count)
        unsafe base.deallocate()
        unsafe base = next
        capacity = larger
    }

    @inline(__always)
    mutating func put(_ byte: UInt8) {
        reserve(1)
        unsafe base[count] = byte
        count += 1
    }

    @inline(__always)
    mutating func put(_ bytes: UnsafeRawBufferPointer) {
        reserve(bytes.count)
        guard let source = bytes.baseAddress else { return }
        unsafe memcpy(base + count, source, bytes.count)
        count += bytes.count
    }

    @inline(__always)
    mutating func putInteger<Number: FixedWidthInteger>(_ number: Number) {
        reserve(MemoryLayout<Number>.size)
        unsafe UnsafeMutableRawPointer(base + count).storeBytes(of: number.bigEndian, as: Number.self)
        count += MemoryLayout<Number>.size
    }

    mutating func put16(_ number: UInt16) { putInteger(number) }

    mutating func put(_ text: StaticString) {
        for index in 0..<text.utf8CodeUnitCount { put(unsafe text.utf8Start[index]) }
    }

    /// The column of staged rows that says what is to be done: of the type "char".
    mutating func operation(_ letter: UInt8) {
        if isBinary { putInteger(Int32(1)) }
        put(letter)
    }

    /// Begins a value of so many bytes, for ``byteOfBytes(_:)``.
    mutating func beginBytes(_ count: Int) {
        if isBinary { putInteger(Int32(truncatingIfNeeded: count)) } else { put("\\\\x") }
    }

    /// One of them, less than 16.
    mutating func byteOfBytes(_ byte: UInt8) {
        if !isBinary { put(UInt8(ascii: "0")) }
        put(isBinary ? byte : UInt8(ascii: "0") + byte)
    }

    // MARK: - A value

    /// Writes that there is no value.
    @inline(__always)
    mutating func null() {
        if isBinary { putInteger(Int32(-1)) } else { put("\\N") }
    }

    /// Writes a value as the column wants it.
    ///
    /// - Parameter elements: makes cells of the elements of an array.
    @inline(__always)
    mutating func write(
        _ cell: Cell, _ column: ColumnStep, elements: inout CellReader
    ) throws(ValueFault) {
        if isBinary {
            try binary(cell, column.scalar, column.oid, &elements)
        } else {
            try text(cell, column.scalar, &elements)
        }
    }
}
