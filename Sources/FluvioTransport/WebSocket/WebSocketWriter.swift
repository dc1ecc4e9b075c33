import COpenSSL
import Glibc

/// Puts a byte stream into frames, and answers what the reader tells. It knows no socket: ``outgoing`` is to be sent, from
/// ``sent`` on.
///
/// What it sends, the strictest of its peers takes: whole binary messages of up to 65,536 bytes.
struct WebSocketWriter {
    /// Bytes of a message at most (Fluvio's proxy takes no more).
    static let message = 65_536
    /// How many bytes of the stream one call takes.
    static let turn = 256 << 10

    private let role: WebSocketRole
    /// Frames that were not sent to the last one.
    private(set) var outgoing: [UInt8] = []
    private(set) var sent = 0
    /// The last ping that was not answered. Older ones need no answer, and who sends many and reads nothing gets none.
    private var ping: [UInt8]?
    private var hasClosed = false
    /// There was no memory for a header: nothing of it may be sent.
    private(set) var isBroken = false
    private var keys = MaskingKeys()

    init(_ role: WebSocketRole) { self.role = role }

    /// Whether something is to be sent.
    var hasOutput: Bool { sent < outgoing.count || ping != nil }

    /// Puts an answer to the last ping, if there is one, behind what is whole.
    mutating func answerPing() {
        guard sent == outgoing.count, let ping else { return }
        self.ping = nil
        if !hasClosed { control(.pong, ping) }
    }

    /// Notes that so many bytes were sent.
    mutating func advance(_ count: Int) {
        sent += count
        guard sent == outgoing.count else { return }
        sent = 0
        outgoing.removeAll(keepingCapacity: outgoing.capacity <= Self.turn * 2)
    }

    /// Puts a header behind what is there, and tells what the bytes behind it are to be masked with.
    @discardableResult
    private mutating func header(_ opcode: FrameHeader.Opcode, _ length: Int) -> MaskingKey? {
        let key = role == .client ? keys.next() : nil
        if let header = FrameHeader(opcode: opcode, length: length, mask: key).bytes {
            outgoing.append(contentsOf: header)
        } else {
            isBroken = true
        }
        return key
    }

    private mutating func append(_ bytes: UnsafeRawBufferPointer, _ key: MaskingKey?, phase: Int) {
        outgoing.append(addingCapacity: bytes.count) { span in
            unsafe span.withUnsafeMutableBufferPointer { buffer, count in
                let free = UnsafeMutableRawBufferPointer(buffer)
                guard let target = unsafe free.baseAddress.map({ unsafe $0 + count }) else { return }
                if let key {
                    unsafe Masking.copy(bytes, to: target, key: key, phase: phase)
                } else if let source = bytes.baseAddress {
                    unsafe target.copyMemory(from: source, byteCount: bytes.count)
                }
                count += bytes.count
            }
        }
    }

    private mutating func control(_ opcode: FrameHeader.Opcode, _ bytes: [UInt8]) {
        let key = header(opcode, bytes.count)
        unsafe bytes.withUnsafeBytes { unsafe append($0, key, phase: 0) }
    }

    // MARK: What is said

    /// Puts bytes of the stream into frames: those of `vectors` from the first on, as many as one turn takes.
    /// - Returns: how many.
    mutating func pack(_ vectors: UnsafeMutableBufferPointer<iovec>) -> Int {
        let total = unsafe min(vectors.reduce(0) { unsafe $0 + $1.iov_len }, Self.turn)
        var index = 0
        var skip = 0
        var taken = 0
        while taken < total {
            let length = min(total - taken, Self.message)
            let key = header(.binary, length)
            var phase = 0
            while phase < length {
                let vector = unsafe vectors[index]
                let count = unsafe min(vector.iov_len - skip, length - phase)
                let part = unsafe UnsafeRawBufferPointer(start: vector.iov_base?.advanced(by: skip), count: count)
                unsafe append(part, key, phase: phase)
                phase += count
                (index, skip) = unsafe skip + count == vector.iov_len ? (index + 1, 0) : (index, skip + count)
            }
            taken += length
        }
        return total
    }

    /// Says that no more will come, while this side still reads: a message without a byte.
    mutating func finish() {
        guard !hasClosed else { return }
        header(.binary, 0)
    }

    /// Says that this side has closed. Nothing may be said after it.
    mutating func close(code: UInt16, reason: String = "") {
        guard !hasClosed else { return }
        // Without a status, as the peer did.
        let status = code == 1005 ? [] : [UInt8(code >> 8), UInt8(truncatingIfNeeded: code)]
        control(.close, status + reason.utf8.prefix(100))
        hasClosed = true
    }

    /// Notes a ping. It is answered when what is under way was sent.
    mutating func note(ping bytes: [UInt8]) { ping = bytes }

    /// Asks for a sign of life.
    mutating func askForLife() {
        if !hasClosed { control(.ping, []) }
    }
}

/// Masking keys that nobody can foretell, from OpenSSL: several at a time, a call for each would cost more than the
/// masking.
private struct MaskingKeys {
    private var keys: [UInt32] = []

    mutating func next() -> MaskingKey {
        if keys.isEmpty {
            keys = [UInt32](repeating: 0, count: 64)
            let isGood = unsafe keys.withUnsafeMutableBytes { bytes in
                unsafe RAND_bytes(bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), CInt(bytes.count)) == 1
            }
            var system = SystemRandomNumberGenerator()
            if !isGood { for index in keys.indices { keys[index] = system.next() } }
        }
        return MaskingKey(bits: keys.removeLast())
    }
}
