import Glibc

/// Finds the values at several places of JSON texts, in one pass over each text. For one thread.
package struct JSONShredder: Sendable {
    /// One step down: to a member, to an element, or to either, as in a JSON Pointer, where `0` can be both.
    package struct Step: Hashable, Sendable {
        /// The UTF-8 of a member's name; nil: elements only.
        package let name: [UInt8]?
        /// The number of an element, from 0; nil: members only.
        package let index: Int?

        /// At least one of both.
        package init(name: [UInt8]?, index: Int?) { (self.name, self.index) = (name, index) }
    }

    private struct Node {
        var step: Step
        /// Places that end here.
        var slots: [Int] = []
        var children: [Int] = []
    }

    /// The first stands for the whole text.
    private var nodes = [Node(step: Step(name: nil, index: nil))]

    /// - Parameter places: the steps from the whole text down to each of them; none: the text itself.
    package init(_ places: [[Step]]) {
        for (slot, steps) in places.enumerated() {
            var node = 0
            for step in steps {
                if let known = nodes[node].children.first(where: { nodes[$0].step == step }) {
                    node = known
                } else {
                    nodes.append(Node(step: step))
                    nodes[node].children.append(nodes.count - 1)
                    node = nodes.count - 1
                }
            }
            nodes[node].slots.append(slot)
        }
    }

    /// Checks a text, and sets the slot of each place to what stands there, as slices of the text; slots of places that
    /// it does not have stay as they are. Of a member that is there twice, the last counts.
    package func shred(
        _ text: UnsafeRawBufferPointer, names: inout JSONScratch, into slots: inout [JSONToken?]
    ) throws(JSONError) {
        try unsafe JSONText.requireUTF8(text)
        var scanner = unsafe JSONScanner(text)
        scanner.skipSpace()
        let start = scanner.position
        // Whatever is there is checked; of an object the members are looked at on the way.
        if scanner.next == UInt8(ascii: "{"), !nodes[0].children.isEmpty {
            try members(of: 0, &scanner, &names, &slots)
            let whole = scanner.token(.object, from: start)
            for slot in nodes[0].slots { slots[slot] = whole }
        } else {
            let token = try scanner.value(maximumDepth: JSONText.maximumDepth)
            found(token, at: 0, &names, &slots)
        }
        try scanner.requireEnd()
    }

    private func members(
        of node: Int, _ scanner: inout JSONScanner, _ names: inout JSONScratch, _ slots: inout [JSONToken?]
    ) throws(JSONError) {
        try scanner.members { name, value in
            let content = unsafe names.content(of: name)
            for child in nodes[node].children {
                guard let wanted = nodes[child].step.name, wanted.count == content.count else { continue }
                let isWanted = unsafe wanted.withUnsafeBytes { wanted in
                    guard let left = wanted.baseAddress, let right = content.baseAddress else { return true }
                    return unsafe memcmp(left, right, wanted.count) == 0
                }
                if isWanted { found(value, at: child, &names, &slots) }
            }
        }
    }

    private func found(_ token: JSONToken, at node: Int, _ names: inout JSONScratch, _ slots: inout [JSONToken?]) {
        for slot in nodes[node].slots { slots[slot] = token }
        if nodes[node].children.isEmpty { return }
        var scanner = unsafe JSONScanner(token.bytes)
        // The token is checked already.
        switch token.kind {
        case .object: try? members(of: node, &scanner, &names, &slots)
        case .array:
            var index = 0
            try? scanner.elements { element in
                for child in nodes[node].children where nodes[child].step.index == index {
                    found(element, at: child, &names, &slots)
                }
                index += 1
            }
        default: break
        }
    }
}

extension JSONToken {
    /// Hands the elements of an array of a checked text to `body`; nothing of any other value.
    package func forEachElement(_ body: (JSONToken) -> Void) {
        guard kind == .array else { return }
        var scanner = unsafe JSONScanner(bytes)
        try? scanner.elements(body)
    }

    /// Hands the members of an object of a checked text to `body`, the names as they are written; nothing of any other
    /// value.
    package func forEachMember(_ body: (JSONToken, JSONToken) -> Void) {
        guard kind == .object else { return }
        var scanner = unsafe JSONScanner(bytes)
        try? scanner.members(body)
    }
}
