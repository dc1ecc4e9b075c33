/// An enum without payloads that is one byte on the wire; an unknown number is an error, as with the official peers.
package protocol WireTag: WireCodable, RawRepresentable, Equatable, Sendable where RawValue == UInt8 {}

extension WireTag {
    package mutating func code<C: WireCoder>(with coder: inout C) throws(WireError) {
        let at = coder.position
        let raw = try coder.codeTag(rawValue)
        guard let known = Self(rawValue: raw) else {
            throw WireError(.unknownTag(type: "\(Self.self)", tag: Int(raw)), at: at)
        }
        self = known
    }
}

/// A key of a map on the wire.
package protocol WireMapKey: WireCodable, Hashable {
    /// The order in which the official peers write their maps.
    func precedes(_ other: Self) -> Bool
}

extension UInt32: WireMapKey {
    package func precedes(_ other: Self) -> Bool { self < other }
}

extension String: WireMapKey {
    /// By bytes, as Rust compares; Swift's own order knows equivalent spellings.
    package func precedes(_ other: Self) -> Bool { utf8.lexicographicallyPrecedes(other.utf8) }
}
