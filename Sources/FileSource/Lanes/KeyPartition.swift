import FluvioProtocol

/// Where keys go.
enum KeyPartition {
    /// The partition of a key among so many, the same as with all of Fluvio's clients.
    @inline(__always)
    static func of(_ key: UnsafeRawBufferPointer, count: Int) -> Int {
        unsafe KeyHash.partition(forKey: key, count: count)
    }
}
