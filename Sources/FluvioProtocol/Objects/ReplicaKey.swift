/// A partition of a topic. As the name of an object it is the text `TOPIC-PARTITION`.
public struct ReplicaKey: WireCodable, Hashable, Sendable {
    /// The topic.
    public var topic = ""
    /// From 0.
    public var partition: UInt32 = 0

    package init() {}

    /// Sets what is given; what has a default may be left out.
    public init(topic: String, partition: UInt32) {
        self.topic = topic
        self.partition = partition
    }

    package mutating func code<C: WireCoder>(with coder: inout C) throws(WireError) {
        try coder.code(&topic)
        try coder.code(&partition)
    }
}

extension ReplicaKey: CustomStringConvertible {
    /// `TOPIC-PARTITION`.
    public var description: String { "\(topic)-\(partition)" }

    /// The key that an object's name says: the number stands after the last dash. Nil if there is none.
    public init?(name: String) {
        let bytes = name.utf8
        guard let dash = bytes.lastIndex(of: UInt8(ascii: "-")) else { return nil }
        let digits = name[bytes.index(after: dash)...]
        guard digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let partition = UInt32(digits) else { return nil }
        self.init(topic: String(name[..<dash]), partition: partition)
    }
}
