/// Which side of a WebSocket this is.
enum WebSocketRole: Sendable {
    /// Masks what it sends.
    case client
    case server
}

/// Takes frames apart: out comes the byte stream, in which messages and their borders mean nothing. It knows no socket.
struct WebSocketReader: ~Copyable {
    /// What comes beside the bytes.
    enum Event: Equatable {
        /// The peer wants the same bytes back, in a pong.
        case ping([UInt8])
        /// A message without a byte: the peer sends no more, and may still read.
        case endOfStream
        /// The peer has closed. 1005: without a status.
        case close(code: UInt16, reason: String)
        /// What comes is no WebSocket; nothing is read any more.
        case failure(FrameViolation)

        /// Whether nothing can be read behind it.
        var isEnd: Bool { if case .ping = self { false } else { true } }
    }

    private let role: WebSocketRole
    private var headers = FrameHeaderReader()
    /// The frame under way.
    private var frame: FrameHeader?
    /// Its bytes that are still to come.
    private var missing = 0
    /// Of a control frame, as far as it has come.
    private var control: [UInt8] = []
    private var isInsideMessage = false
    /// Whether the message under way has any byte.
    private var messageHasBytes = false
    /// Nothing more is taken.
    private(set) var hasEnded = false

    init(_ role: WebSocketRole) { self.role = role }

    /// Whether part of a frame or of a message has come.
    var isInside: Bool { headers.isInside || frame != nil || isInsideMessage }

    /// Takes bytes as they came, and moves those of the stream to the front.
    /// - Parameter tell: takes the events, in order; an end is the last.
    /// - Returns: how many bytes of the stream there are.
    mutating func unpack(_ bytes: UnsafeMutableRawBufferPointer, _ tell: (Event) -> Void) -> Int {
        guard let base = bytes.baseAddress else { return 0 }
        var position = 0
        var stream = 0
        while position < bytes.count, !hasEnded {
            guard let frame else {
                let byte = unsafe bytes[position]
                position += 1
                switch headers.take(byte) {
                case .none: break
                case .failure(let violation): end(.failure(violation), tell)
                case .header(let header, let first): unsafe begin(header, first, base, &stream, tell)
                }
                continue
            }
            let count = min(missing, bytes.count - position)
            let part = unsafe UnsafeRawBufferPointer(rebasing: bytes[position..<(position + count)])
            unsafe take(part, of: frame, base, &stream)
            position += count
            if missing == 0 { finish(frame, tell) }
        }
        return stream
    }

    private mutating func end(_ event: Event, _ tell: (Event) -> Void) {
        hasEnded = true
        tell(event)
    }

    private mutating func begin(
        _ header: FrameHeader, _ first: UInt8?, _ base: UnsafeMutableRawPointer, _ stream: inout Int,
        _ tell: (Event) -> Void
    ) {
        if let violation = violation(of: header) { return end(.failure(violation), tell) }
        frame = header
        missing = header.length
        if header.opcode == .binary {
            isInsideMessage = true
            messageHasBytes = false
        }
        if let first {
            missing -= 1
            if header.opcode.isControl {
                control.append(first)
            } else {
                messageHasBytes = true
                unsafe base.storeBytes(of: first, toByteOffset: stream, as: UInt8.self)
                stream += 1
            }
        }
        if missing == 0 { finish(header, tell) }
    }

    private func violation(of header: FrameHeader) -> FrameViolation? {
        if (header.mask != nil) != (role == .server) { return .masking }
        switch header.opcode {
        case .text: return .text
        case .binary: return isInsideMessage ? .order : nil
        case .continuation: return isInsideMessage ? nil : .order
        case .close, .ping, .pong: return header.isFinal && header.length <= 125 ? nil : .malformed
        }
    }

    private mutating func take(
        _ part: UnsafeRawBufferPointer, of frame: FrameHeader, _ base: UnsafeMutableRawPointer, _ stream: inout Int
    ) {
        let phase = frame.length - missing
        missing -= part.count
        if frame.opcode.isControl {
            for index in part.indices {
                let mask = frame.mask.map { UInt8(truncatingIfNeeded: $0.bits >> (UInt32((phase + index) & 3) * 8)) }
                control.append(unsafe part[index] ^ (mask ?? 0))
            }
            return
        }
        messageHasBytes = messageHasBytes || part.count > 0
        let target = unsafe base + stream
        if let mask = frame.mask {
            unsafe Masking.copy(part, to: target, key: mask, phase: phase)
        } else if let source = part.baseAddress, unsafe source != UnsafeRawPointer(target) {
            // They may overlap.
            unsafe target.copyMemory(from: source, byteCount: part.count)
        }
        stream += part.count
    }

    private mutating func finish(_ header: FrameHeader, _ tell: (Event) -> Void) {
        frame = nil
        switch header.opcode {
        case .continuation, .text, .binary:
            guard header.isFinal else { return }
            isInsideMessage = false
            if !messageHasBytes { end(.endOfStream, tell) }
        case .ping:
            tell(.ping(control))
        case .pong: break
        case .close: end(Self.close(control), tell)
        }
        control = []
    }

    /// What a close frame says.
    private static func close(_ bytes: [UInt8]) -> Event {
        guard bytes.count != 1 else { return .failure(.closeCode) }
        guard bytes.count >= 2 else { return .close(code: 1005, reason: "") }
        let code = UInt16(bytes[0]) << 8 | UInt16(bytes[1])
        // WebSocket: those that may stand in a frame.
        switch code {
        case 1000...1003, 1007...1014, 3000...4999: break
        default: return .failure(.closeCode)
        }
        guard let reason = String(validating: bytes[2...], as: UTF8.self) else { return .failure(.closeReason) }
        var shown = ""
        shown.unicodeScalars.append(
            contentsOf: reason.unicodeScalars.filter { !$0.properties.isWhitespace || $0 == " " })
        shown.unicodeScalars.removeAll { $0.value < 0x20 || 0x7f...0x9f ~= $0.value }
        return .close(code: code, reason: shown)
    }
}
