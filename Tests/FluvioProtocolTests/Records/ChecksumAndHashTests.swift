import FluvioProtocol
import Testing

@Suite struct ChecksumAndHashTests {
    @Test func checksumOfTheDigits() {
        let digits = Array("123456789".utf8)
        let whole = unsafe digits.withUnsafeBytes { unsafe CRC32C.checksum(of: $0) }
        #expect(whole == 0xe306_9283)
        for split in 0...digits.count {
            let first = unsafe digits[..<split].withUnsafeBytes { unsafe CRC32C.checksum(of: $0) }
            let both = unsafe digits[split...].withUnsafeBytes { unsafe CRC32C.checksum(of: $0, continuing: first) }
            #expect(both == whole)
        }
    }

    /// Hash, and partition of 2, 3, 7, 10 and 16 (protocol: partitioner).
    @Test(
        arguments: [
            ("", 0xe849_e8bb_6ffe_2567, [1, 2, 3, 9, 7]), ("a", 0xfeb1_5081_b68c_a86b, [1, 1, 2, 7, 11]),
            ("key", 0x1bf9_4d51_7402_7fca, [0, 2, 6, 6, 10]), ("hello", 0xd17f_96bd_0852_ce12, [0, 2, 2, 4, 2]),
            ("user-42", 0xf6e2_dfff_2b9c_3615, [1, 0, 6, 9, 5]),
            ("0123456789abcdef", 0xc4d0_363f_590e_0c1b, [1, 0, 4, 3, 11]),
        ] as [(String, UInt64, [Int])])
    func keysGoWhereTheOfficialClientSendsThem(key: String, hash: UInt64, partitions: [Int]) {
        let bytes = Array(key.utf8)
        unsafe bytes.withUnsafeBytes { bytes in
            #expect(unsafe KeyHash.hash(bytes) == hash)
            let chosen = [2, 3, 7, 10, 16].map { unsafe KeyHash.partition(forKey: bytes, count: $0) }
            #expect(chosen == partitions)
        }
    }

    /// Seen on a real cluster with three partitions.
    @Test(arguments: [("k1", 2), ("k2", 1), ("k3", 0)])
    func keysGoWhereTheClusterHasThem(key: String, partition: Int) {
        let bytes = Array(key.utf8)
        #expect(unsafe bytes.withUnsafeBytes { unsafe KeyHash.partition(forKey: $0, count: 3) } == partition)
    }

    @Test(arguments: [0, -1])
    func withoutPartitionsItIsZero(count: Int) {
        #expect(unsafe KeyHash.partition(forKey: UnsafeRawBufferPointer(start: nil, count: 0), count: count) == 0)
    }
}
