import ToolSupport

/// Values in the binary forms of their types (PostgreSQL: COPY, binary format).
extension RowWriter {
    mutating func binary(_ cell: Cell, _ type: ColumnType.Scalar, _ oid: UInt32, _ elements: inout CellReader)
        throws(ValueFault)
    {
        let start = count
        // The length, which is known in the end.
        putInteger(Int32(0))
        if case .list(let token) = cell {
            try binaryArray(token, type, oid, &elements)
        } else {
            try scalarBinary(cell, type)
        }
        patch(Int32(count - start - 4), at: start)
    }

    private mutating func patch(_ number: Int32, at place: Int) {
        unsafe UnsafeMutableRawPointer(base + place).storeBytes(of: number.bigEndian, as: Int32.self)
    }

    /// Dimensions, whether there are nulls, the type; size and first index of the one dimension; the elements
    /// (PostgreSQL: array_recv).
    private mutating func binaryArray(
        _ token: JSONToken, _ type: ColumnType.Scalar, _ oid: UInt32, _ elements: inout CellReader
    ) throws(ValueFault) {
        let start = count
        putInteger(Int32(1))
        putInteger(Int32(0))
        putInteger(oid)
        putInteger(Int32(0))
        putInteger(Int32(1))
        var fault: ValueFault?
        var number: Int32 = 0
        var hasNulls = false
        token.forEachElement { element in
            guard fault == nil else { return }
            do throws(ValueFault) {
                guard element.kind != .array || type == .jsonb || type == .json else { throw .nested }
                let cell = try elements.scalar(element, type)
                number += 1
                if case .null = cell {
                    hasNulls = true
                    putInteger(Int32(-1))
                } else {
                    let place = count
                    putInteger(Int32(0))
                    try scalarBinary(cell, type)
                    patch(Int32(count - place - 4), at: place)
                }
            } catch {
                fault = error
            }
        }
        if let fault { throw fault }
        if number == 0 {
            // An empty array has no dimension.
            count = start
            putInteger(Int32(0))
            putInteger(Int32(0))
            putInteger(oid)
            return
        }
        patch(hasNulls ? 1 : 0, at: start + 4)
        patch(number, at: start + 12)
    }

    private mutating func scalarBinary(_ cell: Cell, _ type: ColumnType.Scalar) throws(ValueFault) {
        switch cell {
        case .null, .list: break
        case .bool(let truth): put(truth ? 1 : 0)
        case .integer(let number):
            switch type {
            case .int2: putInteger(Int16(truncatingIfNeeded: number))
            case .int4: putInteger(Int32(truncatingIfNeeded: number))
            case .numeric: numeric(number)
            case .text: decimal(number)
            default: putInteger(number)
            }
        case .double(let number):
            if type == .float4 {
                putInteger(Float(number).bitPattern)
            } else {
                putInteger(number.bitPattern)
            }
        case .digits(let bytes): try unsafe BinaryNumeric.write(bytes) { putInteger($0) }
        case .text(let bytes), .bytes(let bytes): unsafe put(bytes)
        case .json(let bytes):
            // The version of jsonb's form; json has none.
            if type == .jsonb { put(1) }
            unsafe put(bytes)
        case .microseconds(let time): putInteger(time)
        case .days(let days): putInteger(days)
        case .uuid(let high, let low):
            putInteger(high)
            putInteger(low)
        }
    }

    private mutating func numeric(_ number: Int64) {
        let text = "\(number)"
        let bytes = Array(text.utf8)
        // Digits alone are always a number.
        try? unsafe bytes.withUnsafeBytes { bytes in try unsafe BinaryNumeric.write(bytes) { putInteger($0) } }
    }
}
