import Glibc

/// The places that a ``JSONShredder`` looks for, as a tree, its nodes in the order of their depth: the children of one
/// follow each other.
struct JSONShredderTree {
    struct Node {
        var step: JSONShredder.Step
        /// Places that end here.
        var places: [Int] = []
        var children: [Int] = []
    }

    private(set) var nodes: [Node] = []
    /// Of each node; of the first, which stands for the whole text, itself.
    private(set) var parents: [Int] = []

    init(_ places: [[JSONShredder.Step]]) {
        var grown = [Node(step: JSONShredder.Step(name: nil, index: nil))]
        for (place, steps) in places.enumerated() {
            var node = 0
            for step in steps {
                if let known = grown[node].children.first(where: { grown[$0].step == step }) {
                    node = known
                } else {
                    grown.append(Node(step: step))
                    grown[node].children.append(grown.count - 1)
                    node = grown.count - 1
                }
            }
            grown[node].places.append(place)
        }
        var order = [0]
        parents = [0]
        var next = 0
        while next < order.count {
            let node = grown[order[next]]
            nodes.append(node)
            order += node.children
            parents += node.children.map { _ in next }
            next += 1
        }
    }
}

/// A node in flat memory.
@safe
struct JSONShredderNode {
    let firstChild: Int32
    let childCount: Int32
    let firstSlot: Int32
    let slotCount: Int32
    /// Another child of the same parent that is of the same name, but may also be an element, or may not; -1: none.
    private(set) var twin: Int32 = -1
    /// -1: no element.
    let index: Int
    /// Of a member.
    private let name: UnsafeMutableRawBufferPointer?
    /// Names that its members had so far.
    var known: JSONKnownNames

    init(_ node: JSONShredderTree.Node, child: Int, slot: Int) {
        (firstChild, childCount) = (Int32(child), Int32(node.children.count))
        (firstSlot, slotCount) = (Int32(slot), Int32(node.places.count))
        index = node.step.index ?? -1
        unsafe name = node.step.name.map { bytes in
            let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 1)
            unsafe copy.copyBytes(from: bytes)
            return unsafe copy
        }
        known = JSONKnownNames(isWanted: !node.children.isEmpty)
    }

    func deallocate() {
        unsafe name?.deallocate()
        known.deallocate()
    }

    func isNamed(_ other: UnsafeRawBufferPointer) -> Bool {
        guard let name = unsafe name, name.count == other.count else { return false }
        guard let left = name.baseAddress, let right = other.baseAddress else { return true }
        return unsafe memcmp(left, right, other.count) == 0
    }

    mutating func findTwin(among nodes: UnsafeMutablePointer<JSONShredderNode>, of parent: Int) {
        guard let name = unsafe name, twin < 0 else { return }
        let first = unsafe Int(nodes[parent].firstChild)
        var isBehind = false
        for other in unsafe first..<first + Int(nodes[parent].childCount) {
            if isBehind, unsafe nodes[other].isNamed(UnsafeRawBufferPointer(name)) {
                twin = Int32(other)
                return
            }
            if unsafe nodes[other].index == index, unsafe nodes[other].isNamed(UnsafeRawBufferPointer(name)) {
                isBehind = true
            }
        }
    }
}

/// Names of members as they were written, quotes and colon included, in the order in which they were met first.
@safe
struct JSONKnownNames {
    /// The longest that is kept, and the most.
    private static let longest = 64
    private static let most = 64

    private struct Entry {
        var length: Int32
        /// The node of the member, or -1.
        var child: Int32
    }

    private let entries: UnsafeMutablePointer<Entry>?
    private let texts: UnsafeMutablePointer<UInt8>?
    private(set) var count = 0

    init(isWanted: Bool) {
        unsafe entries = isWanted ? .allocate(capacity: Self.most) : nil
        unsafe texts = isWanted ? .allocate(capacity: Self.most * Self.longest) : nil
    }

    func deallocate() {
        unsafe entries?.deallocate()
        unsafe texts?.deallocate()
    }

    /// Whether that one is next; if so, passes over it and gives its node, or -1 for a member that is not looked for.
    @inline(__always)
    func match(_ entry: Int, _ scanner: inout JSONScanner) -> Int? {
        guard entry < count, let entries = unsafe entries, let texts = unsafe texts else { return nil }
        let length = unsafe Int(entries[entry].length)
        guard scanner.end - scanner.position >= length,
            unsafe memcmp(scanner.base + scanner.position, texts + entry * Self.longest, length) == 0
        else { return nil }
        scanner.position += length
        return unsafe Int(entries[entry].child)
    }

    /// Remembers one; where the one after it will be.
    mutating func add(_ text: UnsafeRawBufferPointer, child: Int) -> Int {
        guard count < Self.most, text.count <= Self.longest, let from = text.baseAddress,
            let entries = unsafe entries, let texts = unsafe texts
        else { return count }
        unsafe memcpy(texts + count * Self.longest, from, text.count)
        unsafe entries[count] = Entry(length: Int32(text.count), child: Int32(child))
        count += 1
        return count
    }
}
