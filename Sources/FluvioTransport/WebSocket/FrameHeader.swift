import CWslay

/// What stands in front of the bytes of a frame.
struct FrameHeader: Equatable, Sendable {
    /// Kinds of frames (WebSocket: opcode).
    enum Opcode: UInt8, Sendable {
        case continuation = 0
        case text = 1
        case binary = 2
        case close = 8
        case ping = 9
        case pong = 10

        var isControl: Bool { rawValue >= 8 }
    }

    /// Whether it ends a message.
    var isFinal = true
    var opcode: Opcode
    /// Bytes that follow.
    var length: Int
    /// What they are masked with; nil: they are not.
    var mask: MaskingKey?

    /// Bytes of a header at most.
    static let maximumSize = 14
}

/// What the bytes of a frame are masked with.
struct MaskingKey: Equatable, Sendable {
    /// Its four bytes, the first in the lowest bits.
    let bits: UInt32

    init(bits: UInt32) { self.bits = bits }

    /// The four bytes in `bytes` from `start` on.
    init(_ bytes: some Collection<UInt8>) {
        bits = bytes.reversed().reduce(0) { $0 << 8 | UInt32($1) }
    }
}

// MARK: - Through wslay

/// The one owner of a wslay_frame_context, and the memory that wslay writes to and reads from.
///
/// wslay would also mask and copy, one byte at a time (0.1 GB/s), in pieces of 4 KiB. So it is given headers alone, and
/// a context of its own for each: what it does not know of, it does not touch.
@safe private final class FrameContext {
    private(set) var handle: OpaquePointer?
    /// What it has written, or is to read.
    var bytes: [UInt8] = []
    /// How many of them it has read.
    var position = 0
    /// What it is to mask with.
    var key: UInt32 = 0

    /// ``handle`` is nil: there is no memory.
    init() {
        var callbacks = unsafe wslay_frame_callbacks(
            send_callback: { bytes, count, _, context in
                guard let context = unsafe FrameContext.behind(context) else { return -1 }
                unsafe context.bytes.append(contentsOf: UnsafeBufferPointer(start: bytes, count: count))
                return count
            },
            recv_callback: { buffer, count, _, context in
                // One at a time, so that none behind the header is taken but the first.
                guard let context = unsafe FrameContext.behind(context), context.position < context.bytes.count,
                    let buffer = unsafe buffer, count > 0
                else { return -1 }
                unsafe buffer[0] = context.bytes[context.position]
                context.position += 1
                return 1
            },
            genmask_callback: { buffer, count, context in
                guard let context = unsafe FrameContext.behind(context), let buffer = unsafe buffer else { return -1 }
                for index in 0..<count { unsafe buffer[index] = UInt8(truncatingIfNeeded: context.key >> (8 * index)) }
                return 0
            })
        // Its context holds no reference to this, and ends with this.
        let pointer = unsafe Unmanaged.passUnretained(self).toOpaque()
        var made: OpaquePointer?
        if unsafe wslay_frame_context_init(&made, &callbacks, pointer) == 0 { unsafe handle = unsafe made }
    }

    deinit { unsafe wslay_frame_context_free(handle) }

    private static func behind(_ pointer: UnsafeMutableRawPointer?) -> FrameContext? {
        guard let pointer = unsafe pointer else { return nil }
        return unsafe Unmanaged<FrameContext>.fromOpaque(pointer).takeUnretainedValue()
    }
}

extension FrameHeader {
    /// The header as it goes over the wire; nil: there is no memory.
    var bytes: [UInt8]? {
        let context = FrameContext()
        guard let handle = unsafe context.handle else { return nil }
        context.key = mask?.bits ?? 0
        var frame = unsafe wslay_frame_iocb()
        unsafe frame.fin = isFinal ? 1 : 0
        unsafe frame.opcode = opcode.rawValue
        unsafe frame.payload_length = UInt64(length)
        unsafe frame.mask = mask == nil ? 0 : 1
        guard unsafe wslay_frame_send(handle, &frame) >= 0 else { return nil }
        return context.bytes
    }
}

/// Reads headers, byte after byte. It knows no socket.
struct FrameHeaderReader: ~Copyable {
    enum Output: Equatable {
        /// More bytes are needed.
        case none
        /// A header, and the first of the bytes that follow it, unmasked; nil: none follow.
        case header(FrameHeader, first: UInt8?)
        /// This is no header.
        case failure(FrameViolation)
    }

    private var context: FrameContext?

    /// Whether a header has come in part.
    var isInside: Bool { context != nil }

    /// Takes the next byte, of a header or behind it.
    mutating func take(_ byte: UInt8) -> Output {
        let context = context ?? FrameContext()
        context.bytes.append(byte)
        let output = Self.read(context)
        self.context = output == .none ? context : nil
        return output
    }

    private static func read(_ context: FrameContext) -> Output {
        guard let handle = unsafe context.handle else { return .failure(.malformed) }
        var frame = unsafe wslay_frame_iocb()
        let result = unsafe wslay_frame_recv(handle, &frame)
        if result == Int(WSLAY_ERR_WANT_READ.rawValue) { return .none }
        guard result >= 0 else { return .failure(.malformed) }
        guard unsafe frame.rsv == 0 else { return .failure(.reservedBits) }
        guard let opcode = unsafe Opcode(rawValue: frame.opcode) else {
            return .failure(.unknownOpcode(unsafe frame.opcode))
        }
        guard let length = unsafe Int(exactly: frame.payload_length) else { return .failure(.malformed) }
        let size = unsafe context.bytes.count - frame.data_length
        let key = unsafe frame.mask == 0 ? nil : MaskingKey(context.bytes[(size - 4)..<size])
        let header = unsafe FrameHeader(isFinal: frame.fin != 0, opcode: opcode, length: length, mask: key)
        return .header(header, first: unsafe frame.data_length > 0 ? frame.data[0] : nil)
    }

    private typealias Opcode = FrameHeader.Opcode
}
