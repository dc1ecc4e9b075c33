import Glibc

/// What a connection has still to send, in order.
struct OutputQueue {
    /// Bytes in memory, or in a file.
    enum Piece {
        case bytes([UInt8], Range<Int>)
        case file(SharedFile, offset: Int, count: Int)

        var count: Int {
            switch self {
            case .bytes(_, let range): range.count
            case .file(_, _, let count): count
            }
        }
    }

    /// Pieces, from `first` on; the others are spent.
    private var pieces: [Piece] = []
    private var first = 0
    /// Bytes of all pieces.
    private(set) var byteCount = 0

    var isEmpty: Bool { first == pieces.count }

    /// How many pieces wait.
    var count: Int { pieces.count - first }

    /// The piece that comes `index` places after the next one.
    subscript(index: Int) -> Piece { pieces[first + index] }

    /// Puts a piece at the end, unless it is empty.
    mutating func append(_ piece: Piece) {
        guard piece.count > 0 else { return }
        pieces.append(piece)
        byteCount += piece.count
    }

    /// Takes `count` bytes off the front.
    mutating func consume(_ count: Int) {
        var left = count
        byteCount -= count
        while left > 0 {
            let size = pieces[first].count
            if left < size {
                switch pieces[first] {
                case .bytes(let bytes, let range):
                    pieces[first] = .bytes(bytes, (range.lowerBound + left)..<range.upperBound)
                case .file(let file, let offset, let count):
                    pieces[first] = .file(file, offset: offset + left, count: count - left)
                }
                return
            }
            left -= size
            // Spent pieces let go of their bytes at once, and of their place when it pays.
            pieces[first] = .bytes([], 0..<0)
            first += 1
        }
        if first == pieces.count {
            pieces.removeAll(keepingCapacity: pieces.capacity <= 64)
            first = 0
        } else if first >= 64, first * 2 >= pieces.count {
            pieces.removeSubrange(..<first)
            first = 0
        }
    }

    /// Forgets everything.
    mutating func removeAll() {
        pieces = []
        first = 0
        byteCount = 0
    }

    /// The pieces at the front that stand in memory, as many as one call gathers, and what follows them.
    ///
    /// `body` sees them in place: nothing is copied.
    func withVectors<T>(_ body: (UnsafeMutableBufferPointer<iovec>, _ fileFollows: Bool) -> T) -> T {
        unsafe withUnsafeTemporaryAllocation(of: iovec.self, capacity: Self.gathered) { vectors in
            unsafe collect(0, vectors, body)
        }
    }

    /// How many pieces one call gathers.
    static let gathered = 16

    /// Each array lends its bytes to a closure only, so that as many closures are open as arrays are lent.
    private func collect<T>(
        _ index: Int, _ vectors: UnsafeMutableBufferPointer<iovec>,
        _ body: (UnsafeMutableBufferPointer<iovec>, Bool) -> T
    ) -> T {
        guard index < min(count, Self.gathered), case .bytes(let bytes, let range) = self[index] else {
            var fileFollows = false
            if index < count, case .file = self[index] { fileFollows = true }
            return unsafe body(UnsafeMutableBufferPointer(rebasing: vectors[..<index]), fileFollows)
        }
        return unsafe bytes.withUnsafeBytes { buffer in
            let part = unsafe UnsafeMutableRawBufferPointer(mutating: UnsafeRawBufferPointer(rebasing: buffer[range]))
            unsafe vectors[index] = iovec(iov_base: part.baseAddress, iov_len: part.count)
            return unsafe collect(index + 1, vectors, body)
        }
    }
}
