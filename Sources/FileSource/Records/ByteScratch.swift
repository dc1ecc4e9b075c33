import Glibc

/// Bytes that are gathered, used again and again. What was handed out of it is good until it is changed.
@safe
final class ByteScratch {
    private var buffer: UnsafeMutablePointer<UInt8>
    private var capacity = 256
    private(set) var count = 0

    init() { unsafe buffer = .allocate(capacity: capacity) }

    deinit { unsafe buffer.deallocate() }

    /// What was gathered.
    var bytes: UnsafeRawBufferPointer { unsafe UnsafeRawBufferPointer(start: buffer, count: count) }

    func clear() { count = 0 }

    func append(_ byte: UInt8) {
        unsafe reserve(1)[0] = byte
        count += 1
    }

    func append(_ text: StaticString) {
        unsafe append(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    func append(_ bytes: [UInt8]) { unsafe bytes.withUnsafeBytes { unsafe append($0) } }

    func append(_ bytes: UnsafeRawBufferPointer) {
        guard let base = bytes.baseAddress else { return }
        unsafe memcpy(reserve(bytes.count), base, bytes.count)
        count += bytes.count
    }

    /// Lets `body` write up to `room` bytes at the end, and say how many; nil: none, and what was written is forgotten.
    func append(room: Int, _ body: (UnsafeMutablePointer<UInt8>) -> Int?) -> Bool {
        guard let written = unsafe body(reserve(room)) else { return false }
        count += written
        return true
    }

    private func reserve(_ room: Int) -> UnsafeMutablePointer<UInt8> {
        if capacity - count < room {
            capacity = max(2 * capacity, count + room)
            let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity)
            unsafe memcpy(larger, buffer, count)
            unsafe buffer.deallocate()
            unsafe buffer = larger
        }
        return unsafe buffer + count
    }
}
