/// A record to be written, and how (protocol: record batch, payload).
@safe
struct RecordInput {
    /// Bytes that a record takes.
    struct Sizes {
        /// What the record's length counts.
        let body: Int
        /// With the length in front.
        let whole: Int
    }

    private let key: UnsafeRawBufferPointer?
    private let value: UnsafeRawBufferPointer

    @inline(__always)
    init(key: UnsafeRawBufferPointer?, value: UnsafeRawBufferPointer) {
        unsafe self.key = key
        unsafe self.value = value
    }

    @inline(__always)
    func sizes(timestampDelta: Int64, offsetDelta: Int) -> Sizes {
        // Attributes, key tag and number of headers take one byte each. Two buffers in memory cannot overflow `Int`.
        var body = 3 &+ varintSize(zigZag(timestampDelta)) &+ varintSize(zigZag(offsetDelta))
        if let key = unsafe key { body = body &+ varintSize(zigZag(key.count)) &+ key.count }
        let count = unsafe value.count
        body = body &+ varintSize(zigZag(count)) &+ count
        return Sizes(body: body, whole: varintSize(zigZag(body)) &+ body)
    }

    /// Writes the record to `base`, where there is room for it.
    @inline(__always)
    func write(to base: UnsafeMutableRawPointer, bodySize: Int, timestampDelta: Int64, offsetDelta: Int) {
        var at = unsafe writeVarint(zigZag(bodySize), to: base, at: 0)
        unsafe base.storeBytes(of: 0, toByteOffset: at, as: UInt8.self)
        at = unsafe writeVarint(zigZag(timestampDelta), to: base, at: at &+ 1)
        at = unsafe writeVarint(zigZag(offsetDelta), to: base, at: at)
        if let key = unsafe key {
            unsafe base.storeBytes(of: 1, toByteOffset: at, as: UInt8.self)
            at = unsafe writeVarint(zigZag(key.count), to: base, at: at &+ 1)
            if let source = key.baseAddress { unsafe (base + at).copyMemory(from: source, byteCount: key.count) }
            at &+= key.count
        } else {
            unsafe base.storeBytes(of: 0, toByteOffset: at, as: UInt8.self)
            at &+= 1
        }
        let count = unsafe value.count
        at = unsafe writeVarint(zigZag(count), to: base, at: at)
        if let source = unsafe value.baseAddress { unsafe (base + at).copyMemory(from: source, byteCount: count) }
        unsafe base.storeBytes(of: 0, toByteOffset: at &+ count, as: UInt8.self)
    }
}
