import Glibc

/// Finds the last row of a key in a batch. Open addressing, as a dictionary of arrays would allocate per record.
struct KeyIndex: Sendable {
    private var keys: [UInt8] = []
    /// Start of each known key in ``keys``, its length, and the row.
    private var known: [(start: Int, length: Int, row: Int)] = []
    /// Index into ``known`` plus one; 0 is free. A power of two long.
    private var table: [Int32] = []

    mutating func clear() {
        keys.removeAll(keepingCapacity: true)
        known.removeAll(keepingCapacity: true)
        for index in table.indices { table[index] = 0 }
    }

    /// Remembers `row` as the last of the key that is made up of the parts; the row that was it before.
    mutating func replace(_ row: UnsafeRawBufferPointer, parts: [Range<Int>], with number: Int) -> Int? {
        if known.count * 2 >= table.count { grow() }
        let start = keys.count
        for part in parts {
            // The length sets parts apart: "a" "bc" is another key than "ab" "c".
            unsafe withUnsafeBytes(of: Int32(truncatingIfNeeded: part.count)) { unsafe keys.append(contentsOf: $0) }
            unsafe keys.append(contentsOf: row[part])
        }
        let length = keys.count - start
        var place = Self.hash(keys, start, length) & (table.count - 1)
        while table[place] != 0 {
            let entry = Int(table[place]) - 1
            if known[entry].length == length, equals(known[entry].start, start, length) {
                keys.removeLast(length)
                defer { known[entry].row = number }
                return known[entry].row
            }
            place = (place + 1) & (table.count - 1)
        }
        known.append((start, length, number))
        table[place] = Int32(known.count)
        return nil
    }

    private func equals(_ a: Int, _ b: Int, _ length: Int) -> Bool {
        unsafe keys.withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress else { return true }
            return unsafe memcmp(base + a, base + b, length) == 0
        }
    }

    private static func hash(_ keys: [UInt8], _ start: Int, _ length: Int) -> Int {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        unsafe keys.withUnsafeBytes { bytes in
            var position = start
            let end = start + length
            while position + 8 <= end {
                let word = unsafe bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self)
                // Both halves of the product: keys often differ in their last bytes only, which are the high ones here.
                let (high, low) = (hash ^ word).multipliedFullWidth(by: 0x9e37_79b9_7f4a_7c15)
                hash = high ^ low
                position += 8
            }
            while position < end {
                hash = unsafe (hash ^ UInt64(bytes[position])) &* 0x100_0000_01b3
                position += 1
            }
        }
        return Int(truncatingIfNeeded: hash ^ hash >> 32) & Int.max
    }

    private mutating func grow() {
        table = Array(repeating: 0, count: max(1024, table.count * 2))
        for (index, entry) in known.enumerated() {
            var place = Self.hash(keys, entry.start, entry.length) & (table.count - 1)
            while table[place] != 0 { place = (place + 1) & (table.count - 1) }
            table[place] = Int32(index + 1)
        }
    }
}
