import FluvioProtocol

/// Where keys go.
enum KeyPartition {
    /// The partition of a key among so many, the same as with all of Fluvio's clients.
    @inline(__always)
    static func of(_ key: UnsafeRawBufferPointer, count: Int) -> Int {
        unsafe KeyHash.partition(forKey: key, count: count)
    }

    /// The same for a key that is kept.
    static func of(_ key: [UInt8], count: UInt32) -> UInt32 {
        unsafe key.withUnsafeBytes { unsafe UInt32(of($0, count: Int(count))) }
    }
}
