import Unix

/// A part of a file held in memory, moved along as its bytes are asked for.
struct FileWindow {
    private let file: CInt
    private let chunk: Int
    private var buffer: [UInt8] = []
    private var start = 0
    private var count = 0

    /// Looks at an open file, which the caller keeps open, reading `chunk` bytes or more at a time.
    init(file: CInt, chunk: Int) {
        self.file = file
        self.chunk = chunk
    }

    /// Hands `count` bytes from `position` to `body`; nil if the file ends before.
    mutating func bytes<R>(
        at position: Int, count wanted: Int, _ body: (UnsafeRawBufferPointer) -> R
    ) throws(SystemError) -> R? {
        if position < start || position + wanted > start + count { try load(position, wanted) }
        guard position + wanted <= start + count else { return nil }
        let first = position - start
        return unsafe buffer.withUnsafeBytes { bytes in
            unsafe body(UnsafeRawBufferPointer(rebasing: bytes[first..<first + wanted]))
        }
    }

    private mutating func load(_ position: Int, _ wanted: Int) throws(SystemError) {
        let size = max(chunk, wanted)
        if buffer.count < size { buffer = [UInt8](repeating: 0, count: size) }
        start = position
        count = 0
        let file = file
        let result = unsafe buffer.withUnsafeMutableBytes { bytes in
            Result { () throws(SystemError) in
                try unsafe Unix.read(file, into: UnsafeMutableRawBufferPointer(rebasing: bytes[..<size]), at: position)
            }
        }
        count = try result.get()
    }
}
