/// A buffer that grows as it must: the files share one, as only one is read at a time.
@safe
final class ReadWindow {
    private(set) var capacity: Int
    private var buffer: UnsafeMutableRawPointer

    init(capacity: Int = 256 << 10) {
        self.capacity = capacity
        unsafe buffer = .allocate(byteCount: capacity, alignment: 16)
    }

    deinit { unsafe buffer.deallocate() }

    /// Its bytes.
    var bytes: UnsafeMutableRawBufferPointer { unsafe UnsafeMutableRawBufferPointer(start: buffer, count: capacity) }

    /// Makes it hold so many. What it holds is lost.
    func reserve(_ wanted: Int) {
        guard wanted > capacity else { return }
        unsafe buffer.deallocate()
        capacity = max(wanted, 2 * capacity)
        unsafe buffer = .allocate(byteCount: capacity, alignment: 16)
    }
}
