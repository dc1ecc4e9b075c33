import Glibc

/// Finds the values at several places of JSON texts, in one pass over each text. For one thread.
///
/// Nothing is allocated for a text. Most texts of a topic have the same members in the same order: a name is first held
/// against the one that stood there before, and only looked for if it is another.
@safe
package struct JSONShredder: ~Copyable {
    /// One step down: to a member, to an element, or to either, as in a JSON Pointer, where `0` can be both.
    package struct Step: Hashable, Sendable {
        /// The UTF-8 of a member's name; nil: elements only.
        package let name: [UInt8]?
        /// The number of an element, from 0; nil: members only.
        package let index: Int?

        /// At least one of both.
        package init(name: [UInt8]?, index: Int?) { (self.name, self.index) = (name, index) }
    }

    private let nodes: UnsafeMutablePointer<JSONShredderNode>
    private let nodeCount: Int
    private let values: UnsafeMutablePointer<JSONToken?>
    /// Places.
    package let count: Int
    /// The places that end at the nodes, one node after the other.
    private let slots: UnsafeMutablePointer<Int32>
    private var scratch = JSONScratch()

    /// - Parameter places: the steps from the whole text down to each of them; none: the text itself.
    package init(_ places: [[Step]]) {
        let tree = JSONShredderTree(places)
        (nodeCount, count) = (tree.nodes.count, places.count)
        unsafe nodes = .allocate(capacity: nodeCount)
        unsafe slots = .allocate(capacity: max(1, count))
        unsafe values = .allocate(capacity: max(1, count))
        unsafe values.initialize(repeating: nil, count: max(1, count))
        var slot = 0
        var child = 1
        for index in tree.nodes.indices {
            let node = tree.nodes[index]
            unsafe (nodes + index).initialize(to: JSONShredderNode(node, child: child, slot: slot))
            child += node.children.count
            for place in node.places {
                unsafe slots[slot] = Int32(place)
                slot += 1
            }
        }
        for index in 0..<nodeCount { unsafe nodes[index].findTwin(among: nodes, of: tree.parents[index]) }
    }

    deinit {
        for index in 0..<nodeCount { unsafe nodes[index].deallocate() }
        unsafe nodes.deallocate()
        unsafe slots.deallocate()
        unsafe values.deallocate()
    }

    /// What stands at each place of the last text, as slices of it; nil where it does not have that place. Of a member
    /// that is there twice, the last counts. Good for as long as the shredder is.
    package var found: UnsafePointer<JSONToken?> { unsafe UnsafePointer(values) }

    /// Checks a text and finds what stands at each place.
    package mutating func shred(_ text: UnsafeRawBufferPointer) throws(JSONError) {
        try unsafe JSONText.requireUTF8(text)
        for place in 0..<count { unsafe values[place] = nil }
        scratch.begin()
        var scanner = unsafe JSONScanner(text)
        scanner.skipSpace()
        try value(at: 0, &scanner, depth: 0)
        try scanner.requireEnd()
    }

    /// Passes over a value that stands at a node.
    private mutating func value(at node: Int, _ scanner: inout JSONScanner, depth: Int) throws(JSONError) {
        let start = scanner.position
        let token: JSONToken
        let isInner = unsafe nodes[node].childCount > 0 && depth < JSONText.maximumDepth
        if isInner, scanner.next == UInt8(ascii: "{") {
            try members(of: node, &scanner, depth: depth + 1)
            token = scanner.token(.object, from: start)
        } else if isInner, scanner.next == UInt8(ascii: "[") {
            try elements(of: node, &scanner, depth: depth + 1)
            token = scanner.token(.array, from: start)
        } else {
            token = try scanner.value(maximumDepth: JSONText.maximumDepth - depth)
        }
        let first = unsafe Int(nodes[node].firstSlot)
        for slot in unsafe first..<first + Int(nodes[node].slotCount) { unsafe values[Int(slots[slot])] = token }
    }

    private mutating func members(of node: Int, _ scanner: inout JSONScanner, depth: Int) throws(JSONError) {
        scanner.position += 1
        scanner.skipSpace()
        if scanner.take(UInt8(ascii: "}")) { return }
        var expected = 0
        while true {
            scanner.skipSpace()
            let child = try name(of: node, &scanner, &expected)
            scanner.skipSpace()
            if child < 0 {
                _ = try scanner.value(maximumDepth: JSONText.maximumDepth - depth)
            } else {
                try values(at: child, &scanner, depth: depth)
            }
            scanner.skipSpace()
            if scanner.take(UInt8(ascii: ",")) { continue }
            try scanner.require(UInt8(ascii: "}"), .commaOrBrace)
            return
        }
    }

    /// Passes over a value that stands at a node, and at others that are the same place by another path.
    @inline(__always)
    private mutating func values(at node: Int, _ scanner: inout JSONScanner, depth: Int) throws(JSONError) {
        let start = scanner.position
        try value(at: node, &scanner, depth: depth)
        var twin = unsafe Int(nodes[node].twin)
        while twin >= 0 {
            scanner.position = start
            try value(at: twin, &scanner, depth: depth)
            twin = unsafe Int(nodes[twin].twin)
        }
    }

    /// Passes over a name and its colon; the child of that name, or -1.
    @inline(__always)
    private mutating func name(
        of node: Int, _ scanner: inout JSONScanner, _ expected: inout Int
    ) throws(JSONError) -> Int {
        if let child = unsafe nodes[node].known.match(expected, &scanner) {
            expected += 1
            return child
        }
        return try otherName(of: node, &scanner, &expected)
    }

    @inline(never)
    private mutating func otherName(
        of node: Int, _ scanner: inout JSONScanner, _ expected: inout Int
    ) throws(JSONError) -> Int {
        let start = scanner.position
        // One of those that come later or before, as where some are missing in this text.
        for entry in unsafe 0..<nodes[node].known.count {
            if let child = unsafe nodes[node].known.match(entry, &scanner) {
                expected = entry + 1
                return child
            }
        }
        let token = try scanner.string()
        scanner.skipSpace()
        try scanner.require(UInt8(ascii: ":"), .colon)
        let content = unsafe scratch.content(of: token)
        let first = unsafe Int(nodes[node].firstChild)
        var found = -1
        for child in unsafe first..<first + Int(nodes[node].childCount) {
            if unsafe nodes[child].isNamed(content) {
                found = child
                break
            }
        }
        expected = unsafe nodes[node].known.add(scanner.slice(from: start), child: found)
        return found
    }

    private mutating func elements(of node: Int, _ scanner: inout JSONScanner, depth: Int) throws(JSONError) {
        scanner.position += 1
        scanner.skipSpace()
        if scanner.take(UInt8(ascii: "]")) { return }
        let first = unsafe Int(nodes[node].firstChild)
        var index = 0
        while true {
            scanner.skipSpace()
            let start = scanner.position
            var isFound = false
            for child in unsafe first..<first + Int(nodes[node].childCount) where unsafe nodes[child].index == index {
                scanner.position = start
                try value(at: child, &scanner, depth: depth)
                isFound = true
            }
            if !isFound { _ = try scanner.value(maximumDepth: JSONText.maximumDepth - depth) }
            index += 1
            scanner.skipSpace()
            if scanner.take(UInt8(ascii: ",")) { continue }
            try scanner.require(UInt8(ascii: "]"), .commaOrBracket)
            return
        }
    }
}

extension JSONScanner {
    /// What was passed over since a position.
    fileprivate func slice(from start: Int) -> UnsafeRawBufferPointer {
        unsafe UnsafeRawBufferPointer(start: base + start, count: position - start)
    }
}
