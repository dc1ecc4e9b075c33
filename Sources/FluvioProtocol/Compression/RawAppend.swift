extension [UInt8] {
    /// Makes room for `capacity` more bytes and lets `body` fill it; it answers how many it wrote.
    mutating func appendBytes(upTo capacity: Int, _ body: (UnsafeMutableRawBufferPointer) -> Int) {
        append(addingCapacity: capacity) { (output: inout OutputSpan<UInt8>) in
            unsafe output.withUnsafeMutableBufferPointer { buffer, initialized in
                let room = UnsafeMutableRawBufferPointer(buffer)
                initialized = unsafe Swift.max(0, Swift.min(body(room), room.count))
            }
        }
    }

    /// Appends `count` zeros, all at once.
    mutating func appendZeros(_ count: Int) {
        unsafe appendBytes(upTo: count) { unsafe $0.initializeMemory(as: UInt8.self, repeating: 0).count }
    }

    /// How much room to offer to a decompressor next: what is free already, else as much again as there is; never
    /// more than one byte beyond `limit`, which is enough to see that it is passed.
    func nextRoom(limit: Int) -> Int {
        let free = capacity - count
        return Swift.min(free >= 1024 ? free : Swift.max(count, 32_768), Swift.max(0, limit - count) + 1)
    }
}
