/// What stands around the rows of a COPY in binary (PostgreSQL: COPY, binary format).
enum CopyFormat {
    /// A signature, no flags, no extension.
    static let binaryHead: [UInt8] =
        Array("PGCOPY\n".utf8) + [0xff, 0x0d, 0x0a, 0] + [UInt8](repeating: 0, count: 8)
    /// A row with -1 columns.
    static let binaryTail: [UInt8] = [0xff, 0xff]
}

extension Connection {
    /// Sends rows of a COPY that has begun.
    borrowing func put(array bytes: [UInt8]) throws(DatabaseError) {
        var failure: DatabaseError?
        unsafe bytes.withUnsafeBytes { buffer in
            do throws(DatabaseError) { try unsafe put(buffer) } catch { failure = error }
        }
        if let failure { throw failure }
    }
}
