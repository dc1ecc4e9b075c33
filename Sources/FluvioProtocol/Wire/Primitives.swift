// The primitives, so that options, vectors and maps of them need no code of their own.

extension UInt8: WireCodable {
    package mutating func code<C: WireCoder>(with coder: inout C) throws(WireError) { try coder.code(&self) }
}
extension Bool: WireCodable {
    package mutating func code<C: WireCoder>(with coder: inout C) throws(WireError) { try coder.code(&self) }
}
extension UInt16: WireCodable {
    package mutating func code<C: WireCoder>(with coder: inout C) throws(WireError) { try coder.code(&self) }
}
extension UInt32: WireCodable {
    package mutating func code<C: WireCoder>(with coder: inout C) throws(WireError) { try coder.code(&self) }
}
extension UInt64: WireCodable {
    package mutating func code<C: WireCoder>(with coder: inout C) throws(WireError) { try coder.code(&self) }
}
extension Int16: WireCodable {
    package mutating func code<C: WireCoder>(with coder: inout C) throws(WireError) { try coder.code(&self) }
}
extension Int32: WireCodable {
    package mutating func code<C: WireCoder>(with coder: inout C) throws(WireError) { try coder.code(&self) }
}
extension Int64: WireCodable {
    package mutating func code<C: WireCoder>(with coder: inout C) throws(WireError) { try coder.code(&self) }
}
extension Float: WireCodable {
    package mutating func code<C: WireCoder>(with coder: inout C) throws(WireError) { try coder.code(&self) }
}
extension Double: WireCodable {
    package mutating func code<C: WireCoder>(with coder: inout C) throws(WireError) { try coder.code(&self) }
}
extension String: WireCodable {
    package mutating func code<C: WireCoder>(with coder: inout C) throws(WireError) { try coder.code(&self) }
}
extension Duration: WireCodable {
    package init() { self = .zero }
    package mutating func code<C: WireCoder>(with coder: inout C) throws(WireError) { try coder.code(&self) }
}
