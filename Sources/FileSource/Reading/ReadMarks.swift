import Unix

/// What is known of the content of a file that is read: what it begins with, what stands before the position, and before
/// some of the places that were passed.
struct ReadMarks {
    private(set) var head: Head
    /// The bytes before the position.
    private(set) var tail: [UInt8]
    private(set) var past: PastMarks

    init(_ evidence: Evidence, tail: [UInt8]) { (head, self.tail, past) = (evidence.head, tail, evidence.past) }

    /// Whether what stands before `position` in a file stands there still.
    func isInPlace(_ input: any ByteInput, before position: Int) -> Bool {
        guard position > 0 else { return (try? input.beginning(head.length).map(isHead)) ?? false }
        var bytes = [UInt8](repeating: 0, count: tail.count)
        let place = position - tail.count
        let read = unsafe bytes.withUnsafeMutableBytes { try? unsafe input.read(into: $0, at: place) }
        return read == tail.count && bytes == tail
    }

    /// Looks at the beginning of a file that nothing was taken of yet; false: it is as it was.
    mutating func lookAtHead(_ input: any ByteInput) -> Bool {
        guard head.length < Head.longest, let size = try? Unix.size(input.descriptor),
            let beginning = try? input.beginning(min(Head.longest, size)), beginning.count > head.length,
            // What has another beginning now was cut, and a read will say so.
            isHead(of: beginning)
        else { return false }
        head = Head(of: beginning)
        return true
    }

    private func isHead(of beginning: [UInt8]) -> Bool {
        if head.length == 0 { return true }
        return unsafe beginning[..<head.length].withUnsafeBytes { unsafe Evidence.number(of: $0) } == head.number
    }

    /// Whether a file of which these bytes stand at `base` has the same beginning.
    func isHead(of input: any ByteInput, _ bytes: UnsafeRawBufferPointer, _ base: Int) throws -> Bool {
        guard base > 0 else {
            return unsafe bytes.count >= head.length
                && Evidence.number(of: UnsafeRawBufferPointer(rebasing: bytes[..<head.length])) == head.number
        }
        return try input.beginning(head.length).map(isHead) ?? false
    }

    /// The position moves on. `bytes` stand at `base`.
    mutating func move(
        from position: Int, to next: Int, _ bytes: UnsafeRawBufferPointer, _ base: Int, _ input: any ByteInput
    ) {
        unsafe pass(from: position, to: next, bytes, base)
        let end = min(next - base, bytes.count)
        let length = min(Evidence.longestMark, next, end)
        // Beyond the window after a hole: what stands there are zeros.
        if next - base > bytes.count {
            tail = [UInt8](repeating: 0, count: min(Evidence.longestMark, next))
        } else {
            tail = unsafe Array(bytes[(end - length)..<end])
        }
        let wanted = min(Head.longest, next)
        guard head.length < wanted else { return }
        if base == 0, bytes.count >= wanted {
            head = unsafe Head(of: UnsafeRawBufferPointer(rebasing: bytes[..<wanted]))
        } else if let beginning = try? input.beginning(wanted) {
            head = Head(of: beginning)
        }
    }

    /// Keeps what stands before some of the places that are passed.
    private mutating func pass(from: Int, to next: Int, _ bytes: UnsafeRawBufferPointer, _ base: Int) {
        let places = [next - 65_536, next - 16_384, next - 4096, next - 1024, next] + (from < 2048 ? [2048] : [])
        for place in places.sorted() {
            guard place > from, place <= next, place >= PastMarks.length, place - base <= bytes.count,
                place - PastMarks.length >= base
            else { continue }
            let before = unsafe UnsafeRawBufferPointer(
                rebasing: bytes[(place - PastMarks.length - base)..<(place - base)])
            past.add(place, unsafe Evidence.number(of: before))
        }
    }
}
