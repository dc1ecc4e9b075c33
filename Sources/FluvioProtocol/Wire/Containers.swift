// Options, vectors and maps of what the protocol carries.

/// A `bool`, then the value if it is 1.
extension Optional: WireCodable where Wrapped: WireCodable {
    package init() { self = nil }

    package mutating func code<C: WireCoder>(with coder: inout C) throws(WireError) {
        var present = self != nil
        try coder.code(&present)
        self = present ? try coder.payload(self) : nil
    }
}

/// A count, then the items.
extension Array: WireCodable where Element: WireCodable {
    package mutating func code<C: WireCoder>(with coder: inout C) throws(WireError) {
        // Bytes have the same layout, and a way that does not go one by one.
        if Element.self == UInt8.self, var bytes = self as? [UInt8] {
            try coder.code(&bytes)
            self = bytes as? Self ?? self
            return
        }
        let count = try coder.codeCount(self.count, width: .vector)
        if coder.isReading {
            removeAll(keepingCapacity: true)
            // More is taken as it proves to be there: an item may be far larger in memory than on the wire.
            reserveCapacity(Swift.min(count, 256))
            for _ in 0..<count { append(try coder.payload(nil as Element?)) }
        } else {
            for item in self { _ = try coder.payload(item) }
        }
    }
}

/// A count, then key and value, written in ascending order of the keys. Of a key that comes twice the later value
/// stays, as with the official peers.
extension Dictionary: WireCodable where Key: WireMapKey, Value: WireCodable {
    package mutating func code<C: WireCoder>(with coder: inout C) throws(WireError) {
        let count = try coder.codeCount(self.count, width: .map)
        if coder.isReading {
            removeAll(keepingCapacity: true)
            for _ in 0..<count {
                let key = try coder.payload(nil as Key?)
                self[key] = try coder.payload(nil as Value?)
            }
        } else {
            for (key, value) in sorted(by: { $0.key.precedes($1.key) }) {
                _ = try coder.payload(key)
                _ = try coder.payload(value)
            }
        }
    }
}
